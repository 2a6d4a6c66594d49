// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B12: calls that failed when their time was up: they say so, or their duration is a round one, or several of them
// ended at the same longest duration. Saves what they took longer than usual.
void detectTimeout(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
