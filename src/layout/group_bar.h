// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "layout/draw_list.h"
#include "layout/sibling_groups.h"
#include "layout/time_scale.h"

namespace waybill::layout {

// The bar of a group's header row: first a Folded rectangle from the first member's start to the latest end, then
// Member rectangles by start. Those that begin in one pixel column are one, which reaches as far as something goes on
// without a break; so are narrow ones less than a pixel
// apart, but those with an error stay apart from those without. Every member in the range is counted once, where many
// crowd a column those within half a pixel behind its border perhaps with it, and nothing is narrower than a
// pixel; gaps of a pixel or more stay. Nothing when the group is out of the range.
// O(pixels · log members).
void drawGroup(const analysis::TraceTree& tree, const SiblingGroups& groups, GroupIndex group, const TimeScale& scale,
               uint32_t row, DrawList& out);

// How many members are partly in the range; of those that overlap, one that began before may be counted though it has
// ended. O(log members).
uint32_t membersIn(const analysis::TraceTree& tree, const SiblingGroups& groups, GroupIndex group, TimeRange range);

// When the last member ends. O(1).
int64_t groupEndNs(const analysis::TraceTree& tree, const SiblingGroups& groups, GroupIndex group);

}  // namespace waybill::layout
