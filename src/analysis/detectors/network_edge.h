// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// Calls of one operation to one service that lose at least 5 ms each and 10 % of the request in all between client and
// server. Calls of a starved caller are left out: they are its finding.
void detectNetworkEdge(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
