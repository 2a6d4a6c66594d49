// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>

#include "base/ids.h"
#include "store/snapshot.h"

namespace waybill::session {

// How Waybill listens, as the user chose it; kept between starts (tokens too, in plain text).
struct LiveSettings {
  bool grpcOn = true, httpOn = true, zipkinOn = false;
  QString grpc = QStringLiteral("127.0.0.1:4317");
  QString http = QStringLiteral("127.0.0.1:4318");
  QString zipkin = QStringLiteral("127.0.0.1:9411");
  QString certificate, key;              // PEM files; both empty: no TLS
  QStringList tokens;                    // none: everybody who reaches the address may send
  quint64 keepBytes = quint64{4} << 30;  // 0: no limit
  qint64 keepSeconds = 0;                // 0: no limit
  QString forwardUrl;  // base of an OTLP/HTTP endpoint that gets everything too; empty: none

  bool operator==(const LiveSettings&) const = default;
};

// A sender, and what it has sent.
struct LiveClient {
  QString name;  // its user agent, or its address
  QString address, transport;
  quint64 requests = 0, spans = 0, refused = 0, otherSignals = 0;
  QDateTime lastSeen;
  QString lastProblem;  // why the latest refused request was refused
};

// The endpoint's counters at one moment.
struct LiveStatus {
  quint64 spans = 0, traces = 0;  // in the store
  quint64 requests = 0, refused = 0, otherSignals = 0, receivedBytes = 0;
  quint64 captureBytes = 0, droppedSpans = 0;
  quint64 spansSincePause = 0;  // received while the picture stands still
  double spansPerSecond = 0;
  quint64 forwarded = 0, notForwarded = 0;
  QString problem;            // what goes wrong just now (a full disk), one sentence; empty when nothing does
  QList<LiveClient> clients;  // the latest seen first
};

// A capture that an earlier run left behind.
struct LeftOverCapture {
  QString path;
  QDateTime lastWritten;
  quint64 bytes = 0;
};

// Waybill as an OTLP endpoint, and files that are followed: everything that lets the open store grow. GUI
// thread; what may wait (ports, disks) runs on workers.
class Live : public QObject {
  Q_OBJECT

 public:
  explicit Live(QObject* parent = nullptr);
  ~Live() override;

  enum class State { Off, Starting, Listening, Following, Stopping, Failed };

  State state() const;
  bool isOn() const { return state() == State::Listening || state() == State::Following; }
  QString failure() const;       // of State::Failed: a whole sentence
  bool offersFreePorts() const;  // it failed because a port is taken, and others are free
  QString grpcAddress() const, httpAddress() const, zipkinAddress() const;  // really bound; empty when off
  QString followedFile() const;                                             // of State::Following
  const LiveSettings& settings() const;
  const LiveStatus& status() const;
  QList<LeftOverCapture> leftOvers() const;
  bool isPaused() const;
  bool isPinned(TraceId trace) const;
  // What is shown of the growing store: as of the pause while paused. Null when off.
  std::shared_ptr<const store::Snapshot> snapshot() const;

  void setSettings(
      const LiveSettings& settings);  // limits and forwarding at once, addresses at the next start
  void start();
  void startOnFreePorts();           // where the settings' ports are taken
  void follow(const QString& path);  // a file that grows, instead of listening
  void stop();                       // the capture stays
  void setPaused(bool paused);
  void clear();                      // drops all traces but the pinned
  void saveAs(const QString& path);  // a copy of the capture; done or failed is told by message()
  void setPinned(TraceId trace, bool pinned);
  void discard(const QString& leftOver);
  void poll();  // looks at the store now; otherwise every 50 ms while on

 Q_SIGNALS:
  void stateChanged();
  void statusChanged();  // a few times a second while on
  void snapshotChanged();
  void settingsChanged();
  void pinsChanged();
  void pausedChanged();
  void leftOversChanged();
  void message(const QString& sentence);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace waybill::session
