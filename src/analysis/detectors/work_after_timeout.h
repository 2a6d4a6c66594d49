// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B13: the other side of a failed call went on for 10 ms or more after the caller gave up. Saves this request nothing;
// it is work nobody wants.
void detectWorkAfterTimeout(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
