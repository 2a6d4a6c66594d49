// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B24: what is missing or contradictory in the trace itself. Saves nothing; what rests on it is said with less
// confidence.
void detectDataQuality(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
