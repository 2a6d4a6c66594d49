// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QMenu;

namespace waybill::ui {

// Light, dark, or as the system.
void addThemeMenu(QMenu* menu);

}  // namespace waybill::ui
