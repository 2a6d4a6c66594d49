// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/area_selection.h"

#include <QPainter>
#include <algorithm>

#include "base/time_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pixels.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {

QString areaText(const AreaSelection& area) {
  return QString::fromStdString(durationText(area.range.durationNs())) + QStringLiteral(" · ") +
         countLabel(area.spans, "span", "spans");
}

void paintArea(QPainter& painter, const AreaSelection& area, const LaneGeometry& lanes,
               const layout::TimeScale& scale, TextCache& texts) {
  const QRectF plot = lanes.plotRect();
  const double left =
      std::clamp(lanes.plotLeft + scale.x(area.range.startNs), plot.left() - 2, plot.right() + 2);
  const double right =
      std::clamp(lanes.plotLeft + scale.x(area.range.endNs), plot.left() - 2, plot.right() + 2);
  const QRectF box(QPointF(left, lanes.laneTop(area.firstLane)),
                   QPointF(right, lanes.laneTop(area.lastLane) + lanes.laneHeight));
  painter.save();
  painter.setClipRect(plot);
  painter.fillRect(box, withAlpha(theme().accent, 0.14));
  painter.setPen(theme().accent);
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
  painter.restore();

  const QString text = areaText(area);
  const double width = texts.width(text) + 16;
  const double height = texts.lineHeight() + 8;
  double x = std::clamp(box.center().x() - width / 2, plot.left() + 4,
                        std::max(plot.left() + 4, plot.right() - width - 4));
  double y = box.bottom() + 6;
  if (y + height > plot.bottom())
    y = std::max(plot.top() + 4, std::min(box.top(), plot.bottom()) - height - 6);
  x = snapped(x, painter.device()->devicePixelRatioF());
  const QRectF label(x, y, width, height);
  painter.setRenderHint(QPainter::Antialiasing, true);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme().badge);
  painter.drawRoundedRect(label, 4, 4);
  painter.setRenderHint(QPainter::Antialiasing, false);
  painter.setPen(theme().badgeText);
  texts.draw(painter, label.left() + 8, label.center().y(), text, width);
}

void paintEmptyState(QPainter& painter, const QRect& rect, const QString& sentence, const QString& next,
                     const QFont& font) {
  QFont large = largerFont(font);
  const QFontMetrics largeMetrics(large);
  const QFontMetrics metrics(font);
  const int height = largeMetrics.height() + 8 + metrics.height();
  QRect line(rect.left() + 16, rect.center().y() - height / 2, rect.width() - 32, largeMetrics.height());
  painter.setFont(large);
  painter.setPen(theme().text);
  painter.drawText(line, Qt::AlignHCenter | Qt::AlignVCenter | Qt::TextSingleLine, sentence);
  line.moveTop(line.bottom() + 8);
  painter.setFont(font);
  painter.setPen(theme().muted);
  painter.drawText(line, Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, next);
}

}  // namespace waybill::ui
