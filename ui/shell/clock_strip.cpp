// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/clock_strip.h"

#include <QHBoxLayout>
#include <QPushButton>

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr size_t kMostHosts = 3;  // in the line; all of them in the tool tip
constexpr size_t kMostInTip = 30;

QString listOf(const std::vector<analysis::HostClock>& hosts, size_t most, const QString& separator) {
  QStringList parts;
  for (size_t i = 0; i < std::min(most, hosts.size()); ++i) {
    parts << QString::fromStdString(analysis::clockText(hosts[i]));
  }
  if (hosts.size() > most) parts << ClockStrip::tr("and %1 more").arg(hosts.size() - most);
  return parts.join(separator);
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
  const QString hosts = listOf(apart, kMostHosts, QStringLiteral("; "));
  // While it is being done the line still says what is shown.
  m_text->setText((open->areClocksAdjusted() ? tr("Times are adjusted: %1.") : tr("Clocks disagree: %1.")).arg(hosts));
  m_text->setToolTip(plainToolTip(listOf(apart, kMostInTip, QStringLiteral("\n"))));
  m_toggle->setText(m_session.clocksAdjusted() ? tr("Show as Recorded") : tr("Adjust the Times"));
  show();
}

}  // namespace waybill::ui
