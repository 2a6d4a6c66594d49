// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B14: where the failure of the request began: the deepest failed span without a failed one below it, the earliest of
// several. Failures that somebody above got over are told of separately, by operation; retried calls and answers that
// callers live with (not found) are not. Saves no time; how severe it is depends on how far up it went.
void detectErrorCause(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
