// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"

namespace waybill::analysis {

// B7: the same two to eight spans three times or more one after another, with calls of more than one kind among them;
// or a step that makes such calls, again and again. One kind of call alone is B5's and B6's.
void detectRepeatingBlock(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
