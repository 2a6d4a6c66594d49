// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>

#include "layout/path_gaps.h"

namespace waybill::ui {

QString gapName(layout::GapKind kind);           // "nothing recorded"
QString shortGapName(layout::GapKind kind);      // "not recorded"
QString gapText(const layout::PathGap& gap);     // "network 61 ms"
QString gapSentence(const layout::PathGap& gap);  // what it means, for hovering
QString slackSentence(int64_t ns);               // "Could end 12 ms later without delaying the request."

}  // namespace waybill::ui
