// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

#include "analysis/path_times.h"
#include "base/index_iterator.h"
#include "base/packed_numbers.h"

namespace waybill::analysis {

// A step of the way from the request down to the culprit.
struct TrailStep {
  NodeIndex node;
  bool slow = false;     // carries at least half of its parent's time, and the culprit is below: "slow because of ↓"
  bool foundIt = false;  // the last step: here the time goes
  int64_t onPathNs = 0;  // of the node and its subtree, on the critical path
};

// Step by step, root first: a byte or two each, as a deep trace may have one for every span. Read as a vector of
// TrailStep by value.
class TrailSteps {
 public:
  using Iterator = IndexIterator<TrailSteps, TrailStep>;

  TrailSteps() = default;
  explicit TrailSteps(TimeOnPath times) : m_onPathNs(std::move(times)) {}

  void push_back(NodeIndex node) { m_nodes.push_back(node.value); }
  void finish() { m_nodes.finish(); }  // after the last push_back
  void markFound() { m_isFound = true; }  // the last step is the culprit

  size_t size() const { return m_nodes.size(); }
  bool empty() const { return m_nodes.empty(); }
  TrailStep operator[](size_t i) const {
    const auto node = static_cast<uint32_t>(m_nodes[i]);
    const bool isLast = i + 1 == size();
    return {NodeIndex(node), m_isFound && i > 0 && !isLast, m_isFound && isLast, m_onPathNs[node]};
  }
  TrailStep front() const { return (*this)[0]; }
  TrailStep back() const { return (*this)[size() - 1]; }
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

 private:
  TimeOnPath m_onPathNs;
  PackedNumbers m_nodes;
  bool m_isFound = false;
};

}  // namespace waybill::analysis
