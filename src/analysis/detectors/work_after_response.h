// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B23: what a request set off goes on for 20 % of its duration or more after the response. Saves nothing; worth
// knowing.
void detectWorkAfterResponse(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
