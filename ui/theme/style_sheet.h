// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "ui/theme/theme.h"

namespace waybill::ui {

// What Fusion and the palette alone do not give: hairlines, flat bars and tabs, quiet headers, slim scroll
// bars.
QString styleSheet(const Theme& theme);

}  // namespace waybill::ui
