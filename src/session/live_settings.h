// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/live.h"

namespace waybill::session {

LiveSettings loadLiveSettings();
void saveLiveSettings(LiveSettings settings);

}  // namespace waybill::session
