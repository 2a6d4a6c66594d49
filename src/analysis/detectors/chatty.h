// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B20: 15 or more calls from one service to another, or 40 of one span, that lose 10 % of the root between the two sides.
void detectChatty(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
