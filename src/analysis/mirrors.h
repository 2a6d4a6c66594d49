// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/trace_tree.h"

namespace waybill::analysis {

// A span that measures the wait for its sibling once more, as the handlers of frameworks, interceptors and proxy
// filters do: the sibling does the work.
struct Mirror {
  NodeIndex span, of;
};

// Finds the mirrors among the children of one parent: spans of the parent's service that are no calls and wait for
// nobody, over nearly the same interval as a sibling that does. Only kinds, services and times are asked. Keeps its memory from one
// parent to the next. One thread; the tree must outlive it.
class MirrorFinder {
 public:
  explicit MirrorFinder(const TraceTree& tree) : m_tree(tree) {}

  // By start of the mirror, valid until the next call. O(children log children).
  const std::vector<Mirror>& among(NodeIndex parent);

 private:
  bool collectWorking(NodeIndex parent);
  void compare(NodeIndex leaf);

  const TraceTree& m_tree;
  std::vector<NodeIndex> m_working;  // children with descendants, by start
  std::vector<Mirror> m_found;
};

}  // namespace waybill::analysis
