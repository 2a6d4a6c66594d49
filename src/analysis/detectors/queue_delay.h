// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B17: messages that waited long for their consumer. Saves time of the end-to-end path, not of the response.
void detectQueueDelay(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
