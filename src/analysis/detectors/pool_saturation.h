// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B16: of five or more calls of one template never more than so many ran at once, each next one beginning when one of
// them ended; or calls that say how long they waited for a connection.
void detectPoolSaturation(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
