// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <memory>
#include <mutex>

#include "ingest/file_follower.h"
#include "ingest/forwarder.h"
#include "ingest/live_store.h"
#include "ingest/otlp_service.h"
#include "ingest/receivers.h"
#include "session/live.h"

namespace waybill::session {

// What runs while Waybill listens or follows a file, without the window. Functions that may wait for ports or
// disks are for workers, one at a time; the others are for any thread.
class LiveEngine {
 public:
  // Why something did not begin; empty when it did.
  struct Failure {
    QString sentence;
    bool portTaken = false;
  };

  ~LiveEngine();  // waits

  // Workers. The capture is made at the first start and continued at the next ones.
  Failure listen(const LiveSettings& settings, const QString& capturePath);
  Failure listenOnFreePorts(const LiveSettings& settings, const QString& capturePath);
  Failure follow(const QString& path);
  void stopListening();
  QString applySettings(
      const LiveSettings& settings);  // limits and forwarding; why forwarding is not possible
  QString clear();
  QString saveAs(const QString& path) const;

  ingest::ListenAddresses bound() const;
  bool hasStore() const { return m_store != nullptr; }
  // With hasStore() only.
  std::shared_ptr<const store::Snapshot> snapshot() const { return m_store->snapshot(); }
  void setPinned(TraceId trace, bool pinned) { m_store->setPinned(trace, pinned); }
  LiveStatus status() const;  // without rate and pause

 private:
  // Forwarding may begin and end while requests come.
  struct Tee {
    std::mutex mutex;
    std::shared_ptr<ingest::Forwarder> forwarder;
    std::shared_ptr<ingest::Forwarder> get() {
      const std::lock_guard lock(mutex);
      return forwarder;
    }
  };

  Failure openStore(const std::string& path);
  Failure startReceivers(const ingest::ListenAddresses& addresses, const LiveSettings& settings);

  // In the order in which they use each other.
  std::unique_ptr<ingest::LiveStore> m_store;
  std::shared_ptr<Tee> m_tee = std::make_shared<Tee>();
  QString m_forwardUrl;
  std::unique_ptr<ingest::OtlpService> m_service;
  mutable std::mutex m_mutex;  // guards the pointers below against status()
  std::unique_ptr<ingest::FileFollower> m_follower;
  std::unique_ptr<ingest::Receivers> m_receivers;
};

}  // namespace waybill::session
