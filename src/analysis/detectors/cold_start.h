// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B21: a function that says it started cold (faas.coldstart), or one of the first requests of an instance, within a
// minute of its first span, with at least two operations slower than usual. Saves what is not usual.
void detectColdStart(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
