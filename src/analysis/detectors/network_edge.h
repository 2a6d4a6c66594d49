// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B4: calls whose client span is longer than the server's by at least 5 ms, 10 % of the root and three times what is
// usual between the two. The
// difference of two durations does not depend on clocks; how it splits into there and back does, and is not
// said.
void detectNetworkEdge(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
