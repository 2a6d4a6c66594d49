// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B10: a call made again because it failed; waiting between the tries included. Saves all but the last try. One
// finding for all calls of one operation.
void detectRetry(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
