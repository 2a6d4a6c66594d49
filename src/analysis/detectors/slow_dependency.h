// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B2: a call to a peer that records no spans (a client or producer span without children) on which the
// request waits for 15 % of the root or more. The peer is blamed, not the caller.
void detectSlowDependency(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
