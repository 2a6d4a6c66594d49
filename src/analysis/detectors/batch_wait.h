// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B18: messages that waited until a batch was full: the first and the last of one batch were sent 50 ms or more apart.
// Saves nothing that a trace could tell.
void detectBatchWait(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
