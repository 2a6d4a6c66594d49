// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B6: five or more calls of one RPC method or URL template one after another, made by one span, for different things as
// far as one can tell; 10 ms in all.
void detectManyCalls(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
