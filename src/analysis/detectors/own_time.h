// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B1: an operation whose own time on the critical path, which no child span covers, is 20 % of the root or
// more.
void detectOwnTime(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
