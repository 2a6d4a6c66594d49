// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B8: different calls on the critical path one after another that need not be: other traces have them overlapping or in
// another order. Where too few traces say anything: less than 1 ms between them, and then with low confidence. 10 ms.
void detectCouldBeParallel(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
