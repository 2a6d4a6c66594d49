// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QList>

class QWidget;

namespace waybill::ui {

// The `?` sheet: every action of the menus with its keys, and what the mouse does. Made from the actions
// themselves, so it cannot be out of date.
void showShortcutSheet(QWidget* parent, const QList<QAction*>& menus);

}  // namespace waybill::ui
