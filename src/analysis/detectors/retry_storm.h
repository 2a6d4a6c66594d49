// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B11: retries that are no accident of one request: an operation retried in 5 % of the requests that call it.
// Without a population only retries within retries are known for it, with lower confidence.
void detectRetryStorm(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
