// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B22: calls that are slow because much is sent or received: 300 kB and 100 ms or more, or, where the time of the
// operation is known to grow with size, what takes longer than its smaller calls.
void detectLargePayload(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
