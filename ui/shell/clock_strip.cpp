// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/clock_strip.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <algorithm>

#include "base/time_text.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr size_t kMostHosts = 3;  // in the line; all of them in the tool tip
constexpr size_t kMostInTip = 30;
constexpr int64_t kWorthSaying = 100;  // less than that part of the trace is left to the diagnostics

// "cart 52 ms ahead (± 3 ms)": of several there is no room for sentences.
QString shortText(const analysis::HostClock& host) {
  const QString off = QString::fromStdString(durationText(host.aheadNs < 0 ? -host.aheadNs : host.aheadNs));
  const QString name = QString::fromStdString(host.name);
  const QString text = host.aheadNs < 0 ? ClockStrip::tr("%1 %2 behind").arg(name, off)
                                        : ClockStrip::tr("%1 %2 ahead").arg(name, off);
  if (!host.isCertain) return ClockStrip::tr("%1 (doubtful)").arg(text);
  if (!host.isBounded()) return ClockStrip::tr("%1 at least").arg(text);
  return ClockStrip::tr("%1 (± %2)").arg(text, QString::fromStdString(durationText(host.boundNs())));
}

QString listOf(const std::vector<analysis::HostClock>& hosts) {
  if (hosts.size() == 1) return QString::fromStdString(analysis::clockText(hosts[0]));
  QStringList parts;
  for (size_t i = 0; i < std::min(kMostHosts, hosts.size()); ++i) parts << shortText(hosts[i]);
  if (hosts.size() > kMostHosts) parts << ClockStrip::tr("%1 more").arg(hosts.size() - kMostHosts);
  return parts.join(QStringLiteral(", "));
}

QString allOf(const std::vector<analysis::HostClock>& hosts) {
  QStringList lines;
  for (size_t i = 0; i < std::min(kMostInTip, hosts.size()); ++i) {
    lines << QString::fromStdString(analysis::clockText(hosts[i]));
  }
  if (hosts.size() > kMostInTip) lines << ClockStrip::tr("and %1 more").arg(hosts.size() - kMostInTip);
  return lines.join(QLatin1Char('\n'));
}

}  // namespace

ClockStrip::ClockStrip(session::Session& session, QWidget* parent)
    : Strip(parent),
      m_session(session),
      m_text(new PlainLabel(Tone::Normal, this)),
      m_toggle(new QPushButton(this)) {
  setObjectName(QStringLiteral("clockStrip"));
  m_text->setObjectName(QStringLiteral("clockText"));
  m_toggle->setObjectName(QStringLiteral("clockToggle"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 5, 8, 6);
  row->setSpacing(12);
  row->addWidget(m_text, 1);
  row->addWidget(m_toggle);
  connect(m_toggle, &QPushButton::clicked, this,
          [this] { m_session.setClocksAdjusted(!m_session.clocksAdjusted()); });
  connect(&session, &session::Session::openTraceChanged, this, &ClockStrip::update);
  connect(&session, &session::Session::clocksAdjustedChanged, this, &ClockStrip::update);
  hide();
}

QColor ClockStrip::edge() const { return theme().slow; }

void ClockStrip::update() {
  const auto open = m_session.openTrace();
  if (open == nullptr || !open->clocks->isAnyApart()) return hide();
  const std::vector<analysis::HostClock> apart = open->clocks->apart();
  const int64_t largest = apart.front().aheadNs < 0 ? -apart.front().aheadNs : apart.front().aheadNs;
  if (!open->areClocksAdjusted() && largest < open->bounds.durationNs() / kWorthSaying) return hide();
  const QString hosts = listOf(apart);
  // While it is being done the line still says what is shown.
  m_text->setText((open->areClocksAdjusted() ? tr("Times are adjusted: %1.") : tr("Clocks disagree: %1.")).arg(hosts));
  m_text->setToolTip(plainToolTip(allOf(apart)));
  m_toggle->setText(m_session.clocksAdjusted() ? tr("Show as Recorded") : tr("Adjust the Times"));
  show();
}

}  // namespace waybill::ui
