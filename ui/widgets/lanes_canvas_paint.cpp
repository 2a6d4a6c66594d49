// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a LanesCanvas paints around, under and over the lanes.
#include <QPaintEvent>
#include <QPainter>

#include "ui/theme/theme.h"
#include "ui/widgets/lanes_canvas.h"
#include "ui/widgets/pixels.h"

namespace waybill::ui {

void LanesCanvas::paintEvent(QPaintEvent* event) {
  const QRegion& exposed = event->region();
  QPainter painter(this);
  painter.fillRect(rect(), theme().panel);
  if (!m_trace) return paintNothing(painter);
  const std::optional<double> cursor =
      m_hover && m_hover->x() >= m_lanes.plotLeft && m_hover->x() <= m_lanes.plotRight()
          ? std::optional<double>(m_hover->x() - m_lanes.plotLeft)
          : std::nullopt;
  const TimeAxis axis{scale(), m_trace->bounds.startNs, m_lanes.plotLeft, cursor};
  if (exposed.intersects(m_lanes.lanesRect())) {
    painter.save();
    painter.setClipRect(m_lanes.lanesRect());
    paintLanes(painter, exposed);
    paintOverlays(painter);
    painter.restore();
  }
  if (!exposed.intersects(QRect(0, 0, width(), m_lanes.axisHeight))) return;
  paintTimeLabels(painter, axis, m_lanes.axisRect(), m_timeTexts);
  paintHeader(painter);
  drawHorizontalHairline(painter, 0, width(), m_lanes.axisHeight - 1, theme().hairline);
}

void LanesCanvas::paintOverlays(QPainter& painter) {
  const QRect plot = m_lanes.plotRect();
  if (m_ruler) {
    const double x0 = m_lanes.plotLeft + scale().x(m_ruler->startNs);
    const double x1 = m_lanes.plotLeft + scale().x(m_ruler->endNs);
    const QColor veil = withAlpha(theme().panel, 0.6);
    painter.fillRect(QRectF(plot.left(), plot.top(), x0 - plot.left(), plot.height()), veil);
    painter.fillRect(QRectF(x1, plot.top(), plot.right() + 1 - x1, plot.height()), veil);
    drawVerticalHairline(painter, x0, plot.top(), plot.bottom() + 1, theme().accent);
    drawVerticalHairline(painter, x1, plot.top(), plot.bottom() + 1, theme().accent);
  } else if (m_hover && plot.adjusted(0, -m_lanes.axisHeight, 0, 0).contains(*m_hover)) {
    drawVerticalHairline(painter, m_hover->x(), plot.top(), plot.bottom() + 1,
                         withAlpha(theme().muted, 0.55));
  }
  if (m_area) paintArea(painter, *m_area, m_lanes, scale(), m_timeTexts);
}

void LanesCanvas::paintNothing(QPainter& painter) {
  QString sentence, next;
  if (m_session.openTraceIndex()) {
    sentence = tr("Reading the trace…");
  } else if (m_session.isLoading()) {
    sentence = tr("Loading…");
    next = tr("The slowest trace opens as soon as it is there.");
  } else if (m_session.snapshot()->traceCount() > 0) {
    sentence = tr("No trace is open");
    next = tr("Choose one in the list of traces to see where its time went.");
  } else {
    sentence = tr("Nothing to show yet");
    next = tr("Open a trace file, or drop one on this window.");
  }
  paintEmptyState(painter, rect(), sentence, next, font());
}

}  // namespace waybill::ui
