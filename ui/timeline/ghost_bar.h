// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/timeline/timeline_painter.h"

namespace waybill::ui {

// Where the bar of a row lay when it was measured, for a frame of a prediction; nothing where it still lies there.
void paintGhostBar(QPainter& painter, const TimelineFrame& frame, uint32_t row);

}  // namespace waybill::ui
