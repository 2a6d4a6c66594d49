// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/trace_tree.h"

namespace waybill::layout {

// The outermost collapsed spans of a tree: those that are collapsed and seen. What they hide are stretches of
// the preorder that never overlap, so that one sum over them turns nodes into rows and back. A bit a node, and
// a segment tree over blocks of 64 nodes: about half a byte a node. O(log n) but where it says otherwise.
class HiddenRows {
 public:
  explicit HiddenRows(const analysis::TraceTree& tree);  // must outlive it; hides nothing

  uint32_t count() const { return m_sums[1].rows; }  // of hidden nodes
  bool isHidden(uint32_t node) const { return before(node).end > node; }
  uint32_t rowOf(uint32_t node) const { return node - before(node).rows; }  // of one that is not hidden
  uint32_t nodeAt(uint32_t row) const;                                      // row < nodes - count()
  uint32_t lastBefore(uint32_t node) const;                                 // there is one
  std::optional<uint32_t> firstFrom(uint32_t node) const;

  // Sets and clears nodes in ascending order; nothing else may be asked until update(), which costs O(log n) a
  // changed block, at most O(n / 64).
  void set(uint32_t node);
  void clear(uint32_t node);
  void update();
  void clearAll();  // O(n / 64)

 private:
  static constexpr uint32_t kBlock = 64;

  // Over some outermost collapsed nodes: how many nodes they hide, and where the last subtree ends.
  struct Sums {
    uint32_t rows = 0, end = 0;

    void add(const Sums& other) {
      rows += other.rows;
      end = other.end > end ? other.end : end;
    }
  };

  Sums before(uint32_t node) const;  // of nodes before that one
  Sums sumsOf(uint32_t block, uint64_t word) const;
  void change(uint32_t block);

  const analysis::TraceTree& m_tree;
  std::vector<uint64_t> m_words;    // a bit a node: outermost collapsed
  uint32_t m_leaves;                // a power of two
  std::vector<Sums> m_sums;         // a heap-ordered tree: the children of i are 2i and 2i + 1
  std::vector<uint32_t> m_changed;  // blocks since update()
};

}  // namespace waybill::layout
