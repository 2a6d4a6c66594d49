// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <vector>

#include "session/open_trace.h"

namespace waybill::ui {

// Which of the matches of a search are in a group, or below its members.
struct Matches {
  uint32_t count = 0;
  bool isLeast = false;  // there may be more: so many were looked at that it was given up
};
// `matches`: nodes, ascending. O(log matches) where the members stand in a row, else it looks at matches between the
// first and the last member, at most some thousands.
Matches matchesIn(const std::vector<uint32_t>& matches, const layout::SiblingGroups& groups, layout::GroupIndex group);

// What its members are called; where their names differ, as far as they agree: "GET /product/…".
QString groupOperation(const analysis::TraceTree& tree, const layout::SiblingGroups& groups, layout::GroupIndex group);

// "×412", "sum 1.9 s, p95 6 ms, 3 errors, 12 found". Errors are those of all spans in it; without them where room is
// short, because a mark says that there are some.
QString groupCount(const layout::SiblingGroup& group);
QString groupFigures(const layout::SiblingGroups& groups, layout::GroupIndex group,
                     const std::vector<uint32_t>& matches, bool withErrors = true);

// What hovering over the row says, one fact a line, and what a screen reader says of it.
QString groupTooltip(const session::OpenTrace& trace, layout::GroupIndex group);
QString groupName(const session::OpenTrace& trace, layout::GroupIndex group);
QString groupDescription(const session::OpenTrace& trace, layout::GroupIndex group);

}  // namespace waybill::ui
