// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <QString>
#include <cstdint>

#include "layout/time_scale.h"
#include "ui/widgets/lane_geometry.h"
#include "ui/widgets/text_cache.h"

class QPainter;

namespace waybill::ui {

// A rectangle of time and lanes somebody dragged over a picture, and what is in it.
struct AreaSelection {
  layout::TimeRange range;
  uint32_t firstLane = 0, lastLane = 0;  // both included
  uint64_t spans = 0;                    // that have a part in it
};

// "12.5 ms · 118 spans".
QString areaText(const AreaSelection& area);

void paintArea(QPainter& painter, const AreaSelection& area, const LaneGeometry& lanes,
               const layout::TimeScale& scale, TextCache& texts);

// The message in the middle of an empty picture: one sentence, and below it what to do next.
void paintEmptyState(QPainter& painter, const QRect& rect, const QString& sentence, const QString& next,
                     const QFont& font);

}  // namespace waybill::ui
