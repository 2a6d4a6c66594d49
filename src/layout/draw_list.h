// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/trace_tree.h"

namespace waybill::layout {

enum class DrawKind : uint8_t {
  Span,          // one span's bar
  Folded,        // several spans too narrow to tell apart; `node` is the longest of them
  SelfTime,      // a stretch of a span in which no child ran: drawn darker; of many within a pixel, their sum
  CriticalPath,  // a stretch of the critical path in this row
  Member,        // of a folded group of siblings: one of them, or some that run together; `node` is the first
};

// A rectangle in pixels along x and in rows (or lanes) along y; the painter multiplies by its row height.
struct DrawRect {
  float x = 0;  // clipped to a little beyond the visible width
  float width =
      0;  // at least 1 for spans and the path, so that nothing is ever invisible; self time may be less
  uint32_t lane = 0;  // row or lane, absolute
  DrawKind kind = DrawKind::Span;
  bool error = false;  // a span in it has status ERROR
  StringId service;    // colour key
  analysis::NodeIndex node;
  uint32_t count = 1;  // how many spans it stands for
};

// What to paint, in painting order. Pure function of (tree, range, size): at most a few entries per pixel
// column and lane.
using DrawList = std::vector<DrawRect>;

}  // namespace waybill::layout
