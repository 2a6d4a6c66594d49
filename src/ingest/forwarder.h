// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "ingest/otlp_service.h"

namespace waybill::ingest {

// Passes payloads on to another OTLP endpoint over HTTP, beside the answers to senders: what waits is
// bounded, and when the endpoint does not keep up, what comes is dropped here and counted. Retries what may
// be retried.
class Forwarder {
 public:
  static constexpr uint64_t kMaxWaitingBytes = uint64_t{64} << 20;

  // `url`: where /v1/traces and its like are, "http://collector:4318". Errors are whole sentences. Nothing is
  // sent yet.
  static Result<std::unique_ptr<Forwarder>> start(const std::string& url);
  ~Forwarder();  // gives what waits two seconds
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  // Any thread; copies the payload and does not wait.
  void offer(OtlpSignal signal, Encoding encoding, std::string_view payload);

  struct Status {
    uint64_t forwarded = 0;  // requests
    uint64_t dropped = 0;    // there was no room, or the endpoint does not want them
    uint64_t waitingBytes = 0;
    std::string problem;  // of the last attempt; empty when it went well
  };
  Status status() const;  // any thread

 private:
  struct Request {
    OtlpSignal signal;
    Encoding encoding;
    std::string payload;
  };
  struct Connection;

  explicit Forwarder(std::string url);
  void work(const std::stop_token& stop);

  const std::string m_url;
  mutable std::mutex m_mutex;  // guards what follows
  std::condition_variable_any m_wake;
  std::deque<Request> m_queue;
  Status m_status;
  std::jthread m_thread;  // last: it uses the others
};

}  // namespace waybill::ingest
