// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B5: five or more queries of one template one after another, made by one span (N+1): for different things, or, where
// parameters were erased, by an ORM, of very different durations, or at least 15; 10 ms in all.
void detectManyQueries(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
