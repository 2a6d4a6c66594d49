// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "analysis/trace_analysis.h"

namespace waybill::ui {

enum class Direction { Forward, Backward };

// The next span with status ERROR after (before) `from` in tree order, round the end; none when there is
// none. Looks at two bytes a span.
std::optional<analysis::NodeIndex> nextError(const analysis::TraceTree& tree,
                                             std::optional<analysis::NodeIndex> from, Direction direction);

// The index after (before) `from` among `count`, round the end; none when count is 0.
std::optional<size_t> nextIndex(std::optional<size_t> from, size_t count, Direction direction);

// The first child, by start.
std::optional<analysis::NodeIndex> firstChild(const analysis::TraceTree& tree, analysis::NodeIndex node);
std::optional<analysis::NodeIndex> parentOf(const analysis::TraceTree& tree, analysis::NodeIndex node);

}  // namespace waybill::ui
