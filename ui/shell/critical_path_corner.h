// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/session.h"

class QWidget;

namespace waybill::ui {

// The button beside the tabs that shows the critical path or hides it.
QWidget* criticalPathCorner(session::Session& session, QWidget* parent);

}  // namespace waybill::ui
