// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B19: a service reads the same thing twice or more in one trace, or asks a cache in vain and then the database.
void detectDuplicateCalls(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
