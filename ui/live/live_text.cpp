// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/live_text.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStringList>

#include "base/time_text.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("Live", text);
}

QString count(quint64 number) {
  return QString::fromStdString(countText(number));
}

QString host(const QString& address) {
  return address.left(address.lastIndexOf(QLatin1Char(':')));
}

bool isLocal(const QString& address) {
  const QString name = host(address);
  return name.isEmpty() || name == QLatin1String("localhost") || name.startsWith(QLatin1String("127.")) ||
         name == QLatin1String("[::1]");
}

}  // namespace

QString boundText(const session::Live& live) {
  QStringList parts;
  QString shownHost;
  const auto add = [&](const QString& address, const QString& protocol) {
    if (address.isEmpty()) return;
    const bool again = host(address) == shownHost;
    shownHost = host(address);
    parts << (again ? address.mid(address.lastIndexOf(QLatin1Char(':'))) : address) + QLatin1Char(' ') +
                 protocol;
  };
  add(live.grpcAddress(), QStringLiteral("gRPC"));
  add(live.httpAddress(), QStringLiteral("HTTP"));
  add(live.zipkinAddress(), QStringLiteral("Zipkin"));
  return parts.join(QStringLiteral(" · "));
}

QString liveStatusText(const session::Live& live) {
  using State = session::Live::State;
  const session::LiveStatus& status = live.status();
  switch (live.state()) {
    case State::Off:
      return {};
    case State::Starting:
      return tr("Starting to listen…");
    case State::Stopping:
      return tr("Stopping…");
    case State::Failed:
      return tr("Not listening");
    case State::Following:
    case State::Listening:
      break;
  }
  QStringList parts;
  if (live.isPaused()) {
    parts << tr("Paused")
          << tr("%1 since").arg(countedText(status.spansSincePause, tr("new span"), tr("new spans")));
  }
  if (live.state() == State::Following) {
    parts << tr("Following %1").arg(QFileInfo(live.followedFile()).fileName());
  } else {
    parts << tr("Listening %1").arg(boundText(live));
  }
  parts << countedText(status.spans, tr("span"), tr("spans"));
  if (live.state() == State::Listening) parts << tr("%1 refused").arg(count(status.refused));
  return parts.join(QStringLiteral(" · "));
}

SnippetTarget snippetTarget(const session::Live& live) {
  const session::LiveSettings& settings = live.settings();
  SnippetTarget target;
  const bool listening = live.state() == session::Live::State::Listening;
  target.grpc = listening ? live.grpcAddress() : settings.grpcOn ? settings.grpc : QString();
  target.http = listening ? live.httpAddress() : settings.httpOn ? settings.http : QString();
  target.certificate = settings.certificate;
  if (!settings.tokens.isEmpty()) target.token = settings.tokens.front();
  return target;
}

QString exposureWarning(const session::LiveSettings& settings) {
  const bool local = (!settings.grpcOn || isLocal(settings.grpc)) &&
                     (!settings.httpOn || isLocal(settings.http)) &&
                     (!settings.zipkinOn || isLocal(settings.zipkin));
  if (local) return {};
  const bool hasToken = !settings.tokens.join(QString()).isEmpty();
  if (!hasToken)
    return tr("Other machines can reach this address, and everybody there may send: ask for a token.");
  if (settings.certificate.isEmpty()) {
    return tr("Other machines can reach this address; without TLS the token travels in plain text.");
  }
  return tr("Other machines can reach this address.");
}

}  // namespace waybill::ui
