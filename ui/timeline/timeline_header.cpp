// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Left of the timeline's axis: which spans enclose the rows in sight, or how much of the trace is in sight.
#include <QPainter>

#include "base/time_text.h"
#include "ui/theme/theme.h"
#include "ui/timeline/timeline_canvas.h"
#include "ui/widgets/span_steps.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

constexpr int kLeft = 12;
constexpr int kMostAncestors = 20;  // looked at; no column is wide enough for more

// "… › send mails › process mails", from the nearest outwards as far as there is room.
QString ancestorsText(const analysis::TraceTree& tree, analysis::NodeIndex nearest, double room,
                      TextCache& texts) {
  QString out = spanName(tree, nearest);
  auto above = parentOf(tree, nearest);
  for (int i = 0; above && i < kMostAncestors; ++i, above = parentOf(tree, *above)) {
    const QString longer = spanName(tree, *above) + QStringLiteral(" › ") + out;
    if (texts.width(QStringLiteral("… › ") + longer) > room) break;
    out = longer;
  }
  return above ? QStringLiteral("… › ") + out : out;
}

}  // namespace

std::optional<analysis::NodeIndex> TimelineCanvas::enclosing() const {
  if (!m_rows || lanes().firstLane() == 0 || lanes().firstLane() >= m_rows->rowCount()) return std::nullopt;
  return parentOf(trace()->tree(), m_rows->nodeAt(lanes().firstLane()));
}

QString TimelineCanvas::headerText() const {
  const layout::TimeRange whole = trace()->bounds;
  const layout::TimeRange shown = session().visibleRange();
  if (shown != whole) {
    return tr("%1 of %2 in sight")
        .arg(QString::fromStdString(durationText(shown.durationNs())),
             QString::fromStdString(durationText(whole.durationNs())));
  }
  const uint32_t spans = trace()->tree().size();
  const QString all = countLabel(spans, "span", "spans");
  // Rows of groups are no spans.
  if (m_rows && m_rows->order().groups() != nullptr)
    return countLabel(m_rows->rowCount(), "row", "rows") + QStringLiteral(", ") + all;
  if (m_rows && m_rows->rowCount() < spans) {
    return tr("%1 of %2").arg(QString::fromStdString(countText(m_rows->rowCount())), all);
  }
  return all;
}

void TimelineCanvas::paintHeader(QPainter& painter) {
  const double room = lanes().plotLeft - 2.0 * kLeft;
  const auto node = enclosing();
  const QString text = node ? ancestorsText(trace()->tree(), *node, room, m_headerTexts) : headerText();
  painter.setPen(theme().muted);
  m_headerTexts.draw(painter, kLeft, lanes().axisHeight / 2.0, text, room);
}

}  // namespace waybill::ui
