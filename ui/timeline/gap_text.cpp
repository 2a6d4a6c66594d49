// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/gap_text.h"

#include <QCoreApplication>

#include "base/time_text.h"

namespace waybill::ui {
namespace {

using layout::GapKind;

QString tr(const char* text) {
  return QCoreApplication::translate("Gap", text);
}

QString duration(int64_t ns) {
  return QString::fromStdString(durationText(ns));
}

}  // namespace

QString gapName(GapKind kind) {
  switch (kind) {
    case GapKind::Network:
      return tr("network");
    case GapKind::Queue:
      return tr("queue");
    case GapKind::Waiting:
      return tr("waiting");
    case GapKind::NothingRecorded:
      break;
  }
  return tr("nothing recorded");
}

QString shortGapName(GapKind kind) {
  return kind == GapKind::NothingRecorded ? tr("not recorded") : gapName(kind);
}

QString gapText(const layout::PathGap& gap) {
  // A call that waits from its start to its end says its duration already.
  if (gap.kind == GapKind::Waiting) return gapName(gap.kind);
  return gapName(gap.kind) + QLatin1Char(' ') + duration(gap.endNs - gap.startNs);
}

QString gapSentence(const layout::PathGap& gap) {
  const QString ns = duration(gap.endNs - gap.startNs);
  switch (gap.kind) {
    case GapKind::Network:
      return tr("Here %1 passed between caller and callee: network, TLS, a proxy or an accept queue.").arg(ns);
    case GapKind::Queue:
      return tr("The message lay in its queue for %1.").arg(ns);
    case GapKind::Waiting:
      return tr("Waited %1 for a peer that recorded nothing.").arg(ns);
    case GapKind::NothingRecorded:
      break;
  }
  return tr("Nothing is recorded here for %1: own code, a lock, a pool, or code without spans.").arg(ns);
}

QString slackSentence(int64_t ns) {
  return tr("Could end %1 later without delaying the request.").arg(duration(ns));
}

}  // namespace waybill::ui
