// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/headline_bar.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QDateTime>
#include <QGuiApplication>
#include <QLocale>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>

#include "base/time_text.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr int kMargin = 16, kTop = 10, kGap = 4, kBottom = 10;

QString counted(uint64_t count, const QString& one, const QString& many) {
  return QString::fromStdString(countText(count)) + QLatin1Char(' ') + (count == 1 ? one : many);
}

}  // namespace

HeadlineBar::HeadlineBar(session::Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
  setObjectName(QStringLiteral("headline"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(&session, &session::Session::openTraceChanged, this, &HeadlineBar::update);
  connect(&session, &session::Session::findingsChanged, this, &HeadlineBar::update);
  update();
}

QFont HeadlineBar::sentenceFont() const {
  QFont bold = font();
  bold.setPointSizeF(font().pointSizeF() * 1.35);
  bold.setBold(true);
  return bold;
}

QSize HeadlineBar::sizeHint() const {
  const int height = kTop + QFontMetrics(sentenceFont()).height() + kGap + QFontMetrics(font()).height() + kBottom;
  return {600, height};
}

QSize HeadlineBar::minimumSizeHint() const { return {120, sizeHint().height()}; }

void HeadlineBar::update() {
  m_sentence.clear();
  m_culprit.clear();
  m_facts.clear();
  m_traceId.clear();
  if (const auto open = m_session.openTrace()) {
    m_sentence = QString::fromStdString(m_session.headline());
    if (const auto culprit = open->analysis->trail.culprit) {
      m_culprit = QString::fromStdString(analysis::operationText(open->tree(), *culprit));
    }
    m_facts = factsText();
    m_traceId = QString::fromStdString(toHex(open->tree().snapshot->trace(open->tree().trace).id));
  } else if (m_session.openTraceIndex()) {
    m_sentence = tr("Reading the trace…");
  }
  setAccessibleName(m_sentence);
  setToolTip(m_sentence.isEmpty() ? QString() : tr("Click to go to the step"));
  QWidget::update();
}

QString HeadlineBar::factsText() const {
  const auto open = m_session.openTrace();
  const analysis::TraceTree& tree = open->tree();
  const store::TraceSummary& summary = tree.snapshot->trace(tree.trace);
  QStringList facts;
  facts << QString::fromStdString(analysis::operationText(tree, tree.primaryRoot));
  facts << QString::fromStdString(durationText(tree.durationNs(tree.primaryRoot)));
  facts << counted(tree.snapshot->services(summary.services).size(), tr("service"), tr("services"));
  facts << counted(summary.spans, tr("span"), tr("spans"));
  if (summary.errors > 0) facts << counted(summary.errors, tr("error"), tr("errors"));
  const QDateTime start = QDateTime::fromMSecsSinceEpoch(summary.startNs / 1'000'000);
  facts << QLocale().toString(start, QStringLiteral("d MMM yyyy HH:mm:ss.zzz"));
  const QString id = QString::fromStdString(toHex(summary.id));
  facts << tr("trace %1…%2").arg(id.left(8), id.right(6));
  return facts.join(QStringLiteral("    "));
}

void HeadlineBar::paintEvent(QPaintEvent* /*event*/) {
  const Theme& colors = theme();
  QPainter painter(this);
  painter.fillRect(rect(), colors.panel);
  painter.fillRect(0, height() - 1, width(), 1, colors.hairline);

  const QFont bold = sentenceFont();
  const QFontMetrics big(bold);
  const int room = width() - 2 * kMargin;
  painter.setFont(bold);
  int x = kMargin;
  const int baseline = kTop + big.ascent();
  const QString shown = big.elidedText(m_sentence, Qt::ElideRight, room);
  const qsizetype at = m_culprit.isEmpty() ? -1 : shown.indexOf(m_culprit);
  const auto put = [&](const QString& text, const QColor& color) {
    painter.setPen(color);
    painter.drawText(x, baseline, text);
    x += big.horizontalAdvance(text);
  };
  if (at < 0) {
    put(shown, colors.text);
  } else {
    put(shown.left(at), colors.text);
    put(m_culprit, colors.error);
    put(shown.mid(at + m_culprit.size()), colors.text);
  }

  painter.setFont(font());
  painter.setPen(colors.muted);
  const QFontMetrics small(font());
  painter.drawText(kMargin, kTop + big.height() + kGap + small.ascent(),
                   small.elidedText(m_facts, Qt::ElideRight, room));
}

void HeadlineBar::mousePressEvent(QMouseEvent* event) {
  const auto open = m_session.openTrace();
  if (event->button() != Qt::LeftButton || open == nullptr) return;
  // What it says is of what was measured, whatever is predicted.
  if (const auto culprit = open->asMeasured().analysis->trail.culprit) m_session.selectNode(culprit);
}

void HeadlineBar::contextMenuEvent(QContextMenuEvent* event) {
  if (m_traceId.isEmpty()) return;
  QMenu menu(this);
  const auto copy = [](const QString& text) { QGuiApplication::clipboard()->setText(text); };
  menu.addAction(tr("Copy the Sentence"), this, [this, copy] { copy(m_sentence); });
  menu.addAction(tr("Copy the Trace Id"), this, [this, copy] { copy(m_traceId); });
  menu.exec(event->globalPos());
}

}  // namespace waybill::ui
