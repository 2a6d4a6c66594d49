// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/strip.h"

#include <QPainter>

#include "ui/theme/theme.h"

namespace waybill::ui {

void Strip::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.fillRect(rect(), theme().selection);
  painter.fillRect(0, 0, 3, height(), edge());
  painter.fillRect(0, height() - 1, width(), 1, theme().hairline);
}

}  // namespace waybill::ui
