// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B15: a stretch of the critical path before a child in which nothing is recorded, of 20 ms, 10 % of the root and three
// times what is usual there or more.
void detectIdleGap(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
