// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B9: of three or more parallel calls of one operation one answers last by 5 ms and half of their median, and the
// request waits for it.
void detectStraggler(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
