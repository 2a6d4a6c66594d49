// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acceptance/judge.h"

namespace waybill::acceptance {

// A shape is found when the first finding names the planted fault; it is wrong when the first finding names something
// else, or when any finding says what is not true (Plant::innocent, untrue). What is said of "found it" stands apart.
Verdict judgeShape(const World& world, const analysis::TraceAnalysis& analysis);

}  // namespace waybill::acceptance
