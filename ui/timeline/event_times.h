// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analysis/trace_tree.h"

namespace waybill::ui {

// When the events of spans happened, read from the bytes for the spans in sight and kept. GUI thread.
class EventTimes {
 public:
  static constexpr size_t kMaxPerSpan = 400;  // ticks of one bar; more cannot be told apart
  static constexpr size_t kMaxSpans = 2000;   // kept before it starts anew

  void clear() { m_byNode.clear(); }
  const std::vector<int64_t>& of(const analysis::TraceTree& tree, analysis::NodeIndex node);

 private:
  std::unordered_map<uint32_t, std::vector<int64_t>> m_byNode;
};

}  // namespace waybill::ui
