// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "analysis/trace_tree.h"

namespace waybill::acceptance {

// A trace as support/trace_dsl reads it (times since the root's start): a failure as the start of a unit
// test.
std::string traceText(const analysis::TraceTree& tree);

}  // namespace waybill::acceptance
