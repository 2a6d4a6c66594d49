// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/findings/normal_range.h"

#include <QDateTimeEdit>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <algorithm>
#include <limits>

#include "base/time_text.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;

qint64 startMs(const store::TraceSummary& trace) { return trace.startNs / kNsPerMs; }

QString counted(size_t count) { return QString::fromStdString(countText(count)); }

// With the day only where it is not the same at both ends.
QString rangeText(const QDateTime& from, const QDateTime& to) {
  const bool oneDay = from.date() == to.date();
  const QString time = QStringLiteral("HH:mm:ss"), day = QStringLiteral("d MMM HH:mm:ss");
  const QLocale english = QLocale::c();
  return NormalRange::tr("from %1 to %2").arg(english.toString(from, day), english.toString(to, oneDay ? time : day));
}

}  // namespace

QString openOrigin(const session::Session& session) {
  return session.isShowingLive() ? NormalRange::tr("that were received") : session::originOf(session.openFiles());
}

NormalRange::NormalRange(session::Session& session, QWidget* parent)
    : QDialog(parent),
      m_session(session),
      m_snapshot(session.snapshot()),
      m_from(new QDateTimeEdit(this)),
      m_to(new QDateTimeEdit(this)),
      m_count(new PlainLabel(Tone::Muted, this)),
      m_use(new QPushButton(tr("Use as Normal"), this)) {
  setObjectName(QStringLiteral("normalRange"));
  setWindowTitle(tr("Use a time range as normal"));
  readStarts();
  build();
  for (QDateTimeEdit* edit : {m_from, m_to}) connect(edit, &QDateTimeEdit::dateTimeChanged, this, &NormalRange::showCount);
  const bool isFirst = m_openMs <= m_all.fromMs;
  setRange(isFirst ? m_all : Range{m_all.fromMs, m_openMs});
  showCount();
}

void NormalRange::readStarts() {
  m_all = {std::numeric_limits<qint64>::max(), 0};
  for (uint32_t i = 0; i < m_snapshot->traceCount(); ++i) {
    const store::TraceSummary& trace = m_snapshot->trace(TraceIndex(i));
    if (trace.startNs <= 0) continue;  // not known
    m_all.fromMs = std::min(m_all.fromMs, startMs(trace));
    m_all.toMs = std::max(m_all.toMs, startMs(trace) + 1);
  }
  if (m_all.toMs == 0) m_all = {};
  const auto open = m_session.openTraceIndex();
  m_openMs = open ? startMs(m_snapshot->trace(*open)) : m_all.fromMs;
}

void NormalRange::build() {
  QLabel* what = plainParagraph(tr("The traces that start in this time are called normal, and all traces are compared "
                                   "with them."),
                                Tone::Normal, this);
  m_from->setObjectName(QStringLiteral("normalFrom"));
  m_to->setObjectName(QStringLiteral("normalTo"));
  m_from->setAccessibleName(tr("From"));
  m_to->setAccessibleName(tr("To"));
  for (QDateTimeEdit* edit : {m_from, m_to}) {
    edit->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
    edit->setButtonSymbols(QAbstractSpinBox::NoButtons);
    edit->setFont(tabularFont(font()));
  }
  m_count->setObjectName(QStringLiteral("normalCount"));
  m_use->setObjectName(QStringLiteral("normalUse"));
  m_use->setProperty("primary", true);
  m_use->setDefault(true);
  auto* cancel = new QPushButton(tr("Cancel"), this);
  auto* before = new QPushButton(tr("Before the Open Trace"), this);
  auto* after = new QPushButton(tr("After the Open Trace"), this);
  before->setObjectName(QStringLiteral("normalBefore"));
  after->setObjectName(QStringLiteral("normalAfter"));
  for (QPushButton* button : {cancel, before, after}) button->setAutoDefault(false);
  before->setEnabled(m_openMs > m_all.fromMs);
  after->setEnabled(m_openMs + 1 < m_all.toMs);
  connect(before, &QPushButton::clicked, this, [this] { setRange({m_all.fromMs, m_openMs}); });
  connect(after, &QPushButton::clicked, this, [this] { setRange({m_openMs + 1, m_all.toMs}); });
  connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
  connect(m_use, &QPushButton::clicked, this, &NormalRange::use);

  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(20, 18, 20, 16);
  grid->setHorizontalSpacing(10);
  grid->setVerticalSpacing(10);
  grid->addWidget(what, 0, 0, 1, 3);
  grid->addWidget(new QLabel(tr("From"), this), 1, 0);
  grid->addWidget(m_from, 1, 1);
  grid->addWidget(before, 1, 2);
  grid->addWidget(new QLabel(tr("To"), this), 2, 0);
  grid->addWidget(m_to, 2, 1);
  grid->addWidget(after, 2, 2);
  grid->addWidget(m_count, 3, 1, 1, 2);
  auto* buttons = new QHBoxLayout;
  buttons->addStretch(1);
  buttons->addWidget(cancel);
  buttons->addWidget(m_use);
  grid->setRowMinimumHeight(4, 6);
  grid->addLayout(buttons, 5, 0, 1, 3);
  grid->setColumnStretch(1, 1);
}

void NormalRange::setRange(Range range) {
  m_from->setDateTime(QDateTime::fromMSecsSinceEpoch(range.fromMs));
  m_to->setDateTime(QDateTime::fromMSecsSinceEpoch(range.toMs));
}

NormalRange::Range NormalRange::range() const {
  return {m_from->dateTime().toMSecsSinceEpoch(), m_to->dateTime().toMSecsSinceEpoch()};
}

std::vector<TraceIndex> NormalRange::chosen() const {
  const Range within = range();
  std::vector<TraceIndex> out;
  for (uint32_t i = 0; i < m_snapshot->traceCount(); ++i) {
    const store::TraceSummary& trace = m_snapshot->trace(TraceIndex(i));
    if (trace.startNs > 0 && startMs(trace) >= within.fromMs && startMs(trace) < within.toMs) out.emplace_back(i);
  }
  return out;
}

void NormalRange::showCount() {
  const size_t count = chosen().size();
  m_count->setText(tr("%1 of %2 traces").arg(counted(count), counted(m_snapshot->traceCount())));
  m_use->setEnabled(count > 0);
}

void NormalRange::use() {
  const QString origin = openOrigin(m_session) + u' ' + rangeText(m_from->dateTime(), m_to->dateTime());
  m_session.normal().chooseTraces(m_snapshot, chosen(), origin);
  accept();
}

}  // namespace waybill::ui
