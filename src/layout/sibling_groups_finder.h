// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/operations.h"
#include "analysis/trace_tree.h"

namespace waybill::layout {

// Finds the groups of SiblingGroups, parent by parent. Four bytes a node while it lives, and four a child of the widest
// span. Worker thread.
class SiblingGroupsFinder {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Found {
    uint32_t first = 0, end = 0;  // from the first member to behind what is below the last
    uint32_t count = 0, size = 0;  // members; spans of each
  };

  // By node: its operation.
  SiblingGroupsFinder(const analysis::TraceTree& tree, std::span<const analysis::OperationKey> operations);

  std::span<const Found> groups() const { return m_groups; }  // by parent, then by first member
  // The group of a member, by node; kNone of all others, those below members too.
  uint32_t groupOf(uint32_t node) const { return m_groupOf[node]; }

 private:
  // Children of one span that are alike.
  struct Kind {
    uint32_t count = 0, size = 0;
    uint32_t group = kNone;
  };
  struct Known {
    uint64_t shape = 0;
    uint32_t kind = kNone;
  };

  uint64_t shapeOf(uint32_t child) const;
  void findBelow(uint32_t parent);
  void addGroups(uint32_t parent);
  uint32_t kindOf(uint64_t shape, uint32_t size);
  Known& lately(uint64_t shape) { return m_lately[(shape * 0x9E37'79B9'7F4A'7C15) >> 58]; }

  const analysis::TraceTree& m_tree;
  std::span<const analysis::OperationKey> m_operations;
  std::vector<Found> m_groups;
  std::vector<uint32_t> m_groupOf;
  // Of the parent at hand.
  absl::flat_hash_map<uint64_t, uint32_t> m_kindOf;
  std::array<Known, 64> m_lately{};  // asked for: few kinds mostly
  std::vector<Kind> m_kinds;         // in order of their first members
  std::vector<uint32_t> m_children;  // the kinds of those that are small enough
};

}  // namespace waybill::layout
