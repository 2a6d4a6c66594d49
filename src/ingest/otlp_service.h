// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/live_store.h"

namespace waybill::ingest {

enum class OtlpSignal : uint8_t { Traces, Metrics, Logs, Profiles };
enum class Encoding : uint8_t { Protobuf, Json };  // of a payload, and of what answers it

// google.rpc.Code, as far as we answer with it.
enum class RpcCode : uint8_t {
  Ok = 0,
  InvalidArgument = 3,
  ResourceExhausted = 8,
  Unimplemented = 12,
  Internal = 13,
  Unavailable = 14,
  Unauthenticated = 16
};

// What a sender is told, whatever the transport.
struct ExportAnswer {
  RpcCode code = RpcCode::Ok;
  std::string message;                 // why not, or the partial success' warning; one plain sentence
  int64_t rejectedSpans = 0;           // with code Ok: partial success
  std::chrono::seconds retryAfter{0};  // with Unavailable: when to try again; 0 is "never"

  bool ok() const { return code == RpcCode::Ok; }
};

// The message that answers an accepted request: Export…ServiceResponse. Empty bytes, or "{}", for plain
// success.
std::string responseBody(const ExportAnswer& answer, Encoding encoding);
// google.rpc.Status with RetryInfo: the body of an HTTP error, and gRPC's "grpc-status-details-bin" (as
// Protobuf).
std::string statusBody(const ExportAnswer& answer, Encoding encoding);

// Who sends, as far as can be told.
struct ClientName {
  std::string address;    // without the port, which differs from connection to connection
  std::string userAgent;  // "OTel-OTLP-Exporter-Python/1.27.0"; printable; empty when not told
  std::string transport;  // "gRPC", "HTTP", "Zipkin"

  bool operator==(const ClientName&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const ClientName& name) {
    return H::combine(std::move(h), name.address, name.userAgent, name.transport);
  }
};

struct ExportCounters {
  uint64_t requests = 0;       // trace exports accepted
  uint64_t spans = 0;          // in them
  uint64_t bytes = 0;          // of them, decompressed
  uint64_t refused = 0;        // requests not accepted, for whatever reason
  uint64_t rejectedSpans = 0;  // in accepted requests
  uint64_t otherSignals = 0;   // metrics, logs and profiles exports: answered with success, not kept
};

struct ClientCounters {
  ClientName name;
  ExportCounters counters;
  std::chrono::system_clock::time_point lastSeen;
  std::string lastProblem;  // why the last refused request was refused
};

// The OTLP service behind every receiver: bytes in, answer out. A trace export is answered with success only
// after its bytes are in the capture file. All functions: any thread; they block while the disk is written.
class OtlpService {
 public:
  explicit OtlpService(LiveStore& store) : m_store(store) {}

  // Requests that wait for the disk hold at most so many bytes; beyond, senders are asked to come again.
  static constexpr uint64_t kMaxWaitingBytes = uint64_t{256} << 20;

  // `payload` is decompressed and within the size limit. Spans without valid ids are kept and flagged, with a
  // warning; what cannot be read as a span is rejected.
  ExportAnswer exportPayload(OtlpSignal signal, Encoding encoding, std::string_view payload,
                             const ClientName& client);

  // Wire bytes that a receiver of another protocol (Zipkin) made of a request. `rejected`: what it had to
  // leave out.
  ExportAnswer exportConverted(const std::vector<std::string>& tracesData, int64_t rejected,
                               size_t requestBytes, const ClientName& client);

  // A request that was refused before its payload was there: too large, not authorized, of an unknown
  // encoding.
  void countRefused(const ClientName& client, const std::string& why);

  ExportCounters counters() const;
  std::vector<ClientCounters> clients() const;  // the latest seen first; at most kMaxClients are told apart
  static constexpr size_t kMaxClients = 256;
  std::string lastProblem() const;  // why a request was refused, the latest; empty when none was

  // What keeps requests from being written (a full disk), as of the latest one; empty when it went well.
  std::string diskProblem() const;

  // Sees every accepted payload of every signal, before the answer; for passing on. Must be quick and not
  // throw. Set it before receivers start.
  using Tap = std::function<void(OtlpSignal, Encoding, std::string_view)>;
  void setTap(Tap tap) { m_tap = std::move(tap); }

  // Hears of every request once it is answered: what it added to the counters, and why it was refused, if it
  // was. Must be quick and not throw. Set it before receivers start.
  using Log = std::function<void(const ClientName&, const ExportCounters&, const std::string& problem)>;
  void setLog(Log log) { m_log = std::move(log); }

  LiveStore& store() { return m_store; }

 private:
  ExportAnswer exportProtobuf(std::string_view payload, uint64_t& spans);
  ExportAnswer exportJson(std::string_view payload, uint64_t& spans);
  ExportAnswer keep(const std::vector<std::string_view>& messages, ExportAnswer answer);
  void countAnswer(const ClientName& client, bool isTraces, ExportCounters more, const ExportAnswer& answer);
  void count(const ClientName& client, const ExportCounters& more, const std::string& problem);

  LiveStore& m_store;
  Tap m_tap;
  Log m_log;
  std::atomic<uint64_t> m_waitingBytes{0};
  mutable std::mutex m_mutex;  // guards what follows
  ExportCounters m_counters;
  absl::flat_hash_map<ClientName, ClientCounters> m_clients;
  std::string m_lastProblem, m_diskProblem;
};

}  // namespace waybill::ingest
