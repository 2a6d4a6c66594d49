// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B3: spans on the critical path whose own time is far from what is usual for their operation: robust z of 3.5 and more,
// 1.5 × the median, 1 ms above it. Own time, not duration, so that the culprit is named and not everybody above it; not
// that of calls a server answers, which is the time between two services (B4).
void detectSlowerThanUsual(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
