// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/trace_tree.h"

namespace waybill::analysis {

// The span that shows how long the request waited for this one: itself, but of a server whose clock differs, so that it
// seems to outlive its caller and is not on the path, the caller.
NodeIndex waitedFor(const TraceTree& tree, NodeIndex node);

}  // namespace waybill::analysis
