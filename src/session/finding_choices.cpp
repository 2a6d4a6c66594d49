// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/finding_choices.h"

#include <QSettings>

#include "base/ids.h"

namespace waybill::session {
namespace {

constexpr char kDismissedKey[] = "findings/dismissed";
constexpr char kMutedKey[] = "findings/muted";

QString kindText(std::string_view kind) {
  return QString::fromUtf8(kind.data(), static_cast<qsizetype>(kind.size()));
}

// The same finding when its trace is opened again, from whatever file.
QString keyOf(const analysis::Finding& finding, const analysis::TraceTree& tree) {
  return kindText(finding.kind) + u' ' + QString::fromStdString(toHex(tree.snapshot->trace(tree.trace).id)) + u' ' +
         QString::fromStdString(toHex(tree.spanId(finding.evidence.front())));
}

}  // namespace

FindingChoices::FindingChoices()
    : m_dismissed(QSettings().value(QLatin1String(kDismissedKey)).toStringList()),
      m_muted(QSettings().value(QLatin1String(kMutedKey)).toStringList()) {}

bool FindingChoices::hides(const analysis::Finding& finding, const analysis::TraceTree& tree) const {
  return m_muted.contains(kindText(finding.kind)) || m_dismissed.contains(keyOf(finding, tree));
}

void FindingChoices::dismiss(const analysis::Finding& finding, const analysis::TraceTree& tree) {
  m_dismissed.append(keyOf(finding, tree));
  while (m_dismissed.size() > kMostDismissed) m_dismissed.removeFirst();
  save();
}

void FindingChoices::mute(std::string_view kind) {
  m_muted.append(kindText(kind));
  save();
}

void FindingChoices::restore(const analysis::Finding& finding, const analysis::TraceTree& tree) {
  m_dismissed.removeAll(keyOf(finding, tree));
  m_muted.removeAll(kindText(finding.kind));
  save();
}

void FindingChoices::save() const {
  QSettings().setValue(QLatin1String(kDismissedKey), m_dismissed);
  QSettings().setValue(QLatin1String(kMutedKey), m_muted);
}

}  // namespace waybill::session
