// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "analysis/trace_tree.h"
#include "base/index_iterator.h"
#include "base/packed_numbers.h"

namespace waybill::analysis {

// What the request was doing during a stretch of its critical path.
enum class SegmentKind : uint8_t {
  Self,            // own code, or waiting that no child span covers
  SelfConcurrent,  // own time while a child that is not on the path was running: see `other`
  Edge,      // between a client (producer) span and its one remote child: network, queue, proxy; see `other`
  External,  // waiting for a peer that recorded nothing: a client span without children
};

// A half-open stretch [startNs, endNs) in which `node` was what the request waited for.
struct PathSegment {
  NodeIndex node;
  int64_t startNs = 0;
  int64_t endNs = 0;
  SegmentKind kind = SegmentKind::Self;
  OptionalNode other;

  int64_t durationNs() const { return endNs - startNs; }
  bool operator==(const PathSegment&) const = default;
};

// Segments one after another, each from where the one before ended: a few bytes each, as neighbours are alike. Read as
// a vector of PathSegment by value; to go through all, forEach is the fastest.
class PathSegments {
 public:
  using Iterator = IndexIterator<PathSegments, PathSegment>;

  // Begins where the last one ended, or anywhere when it is the first.
  void push_back(const PathSegment& segment) {
    assert(empty() || segment.startNs == m_endNs);
    m_starts.push_back(ascending(segment.startNs));
    m_nodes.push_back(segment.node.value);
    m_kinds.push_back(packed(segment));
    m_endNs = segment.endNs;
  }
  // After the last push_back: gives back what growing took too much.
  void finish() {
    for (PackedNumbers* numbers : {&m_starts, &m_nodes, &m_kinds}) numbers->finish();
  }

  size_t size() const { return m_nodes.size(); }
  bool empty() const { return m_nodes.empty(); }
  PathSegment operator[](size_t i) const { return segment(m_nodes[i], startNs(i), endNs(i), m_kinds[i]); }
  PathSegment front() const { return (*this)[0]; }
  PathSegment back() const { return (*this)[size() - 1]; }
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

  NodeIndex node(size_t i) const { return NodeIndex(static_cast<uint32_t>(m_nodes[i])); }
  int64_t startNs(size_t i) const { return time(m_starts[i]); }
  int64_t endNs(size_t i) const { return i + 1 < size() ? startNs(i + 1) : m_endNs; }
  // The first segment from one on that starts at or after a time; size() when none does. O(log of how far it is).
  size_t firstFrom(int64_t ns, size_t from = 0) const;

  // Calls visit(const PathSegment&) for each.
  template <typename Visit>
  void forEach(Visit&& visit) const;
  // The same for who wants to know less, which is faster: visit(NodeIndex); visit(NodeIndex, int64_t durationNs).
  template <typename Visit>
  void forEachNode(Visit&& visit) const;
  template <typename Visit>
  void forEachDuration(Visit&& visit) const;

  // The least node of each kNodesBlock segments, of all blocks that are whole and perhaps one that is not.
  static constexpr size_t kNodesBlock = PackedNumbers::kBlock;
  size_t nodesBlocks() const { return m_nodes.blocks(); }
  NodeIndex leastNodeOf(size_t block) const { return NodeIndex(static_cast<uint32_t>(m_nodes.leastOf(block))); }

 private:
  // Unsigned numbers in the order of the times.
  static uint64_t ascending(int64_t ns) { return static_cast<uint64_t>(ns) ^ uint64_t{1} << 63; }
  static int64_t time(uint64_t ascending) { return static_cast<int64_t>(ascending ^ uint64_t{1} << 63); }

  // The kind in two bits; above them where the other node is: 0 none, else how far it lies behind the segment's own,
  // a distance backwards being odd.
  static uint64_t packed(const PathSegment& segment) {
    const auto kind = static_cast<uint64_t>(segment.kind);
    if (!segment.other) return kind;
    const int64_t behind = int64_t{segment.other->value} - int64_t{segment.node.value};
    const uint64_t distance = behind >= 0 ? static_cast<uint64_t>(behind) * 2 : static_cast<uint64_t>(-behind) * 2 - 1;
    return (distance + 1) << 2 | kind;
  }
  static PathSegment segment(uint64_t node, int64_t startNs, int64_t endNs, uint64_t packed) {
    PathSegment out{NodeIndex(static_cast<uint32_t>(node)), startNs, endNs, static_cast<SegmentKind>(packed & 3), {}};
    if (packed < 4) return out;
    const uint64_t distance = (packed >> 2) - 1;
    const uint64_t other = distance % 2 == 0 ? node + distance / 2 : node - (distance + 1) / 2;
    out.other = NodeIndex(static_cast<uint32_t>(other));
    return out;
  }

  // Calls visit(block, how many are in it, the first behind it) for each block; returns what is not packed yet from.
  template <typename Visit>
  size_t forEachBlock(Visit&& visit) const;

  PackedNumbers m_starts, m_nodes, m_kinds;
  int64_t m_endNs = 0;  // of the last
};

template <typename Visit>
size_t PathSegments::forEachBlock(Visit&& visit) const {
  size_t i = 0;
  for (size_t block = 0; block < m_nodes.blocks(); ++block) {
    const size_t count = std::min(PackedNumbers::kBlock, size() - i);
    i += count;
    visit(block, count, i);
  }
  return i;
}

template <typename Visit>
void PathSegments::forEach(Visit&& visit) const {
  std::array<uint64_t, PackedNumbers::kBlock> starts, nodes, kinds;
  size_t i = forEachBlock([&](size_t block, size_t count, size_t behind) {
    m_starts.unpack(block, starts.data());
    m_nodes.unpack(block, nodes.data());
    m_kinds.unpack(block, kinds.data());
    for (size_t k = 0; k < count; ++k) {
      const int64_t endNs = k + 1 < count ? time(starts[k + 1]) : this->endNs(behind - 1);
      visit(segment(nodes[k], time(starts[k]), endNs, kinds[k]));
    }
  });
  for (; i < size(); ++i) visit((*this)[i]);
}

template <typename Visit>
void PathSegments::forEachDuration(Visit&& visit) const {
  std::array<uint64_t, PackedNumbers::kBlock> starts, nodes;
  size_t i = forEachBlock([&](size_t block, size_t count, size_t behind) {
    m_starts.unpack(block, starts.data());
    m_nodes.unpack(block, nodes.data());
    for (size_t k = 0; k < count; ++k) {
      const uint64_t end = k + 1 < count ? starts[k + 1] : ascending(endNs(behind - 1));
      visit(NodeIndex(static_cast<uint32_t>(nodes[k])), static_cast<int64_t>(end - starts[k]));
    }
  });
  for (; i < size(); ++i) visit(node(i), endNs(i) - startNs(i));
}

template <typename Visit>
void PathSegments::forEachNode(Visit&& visit) const {
  std::array<uint64_t, PackedNumbers::kBlock> nodes;
  size_t i = forEachBlock([&](size_t block, size_t count, size_t) {
    m_nodes.unpack(block, nodes.data());
    for (size_t k = 0; k < count; ++k) visit(NodeIndex(static_cast<uint32_t>(nodes[k])));
  });
  for (; i < size(); ++i) visit(node(i));
}

inline size_t PathSegments::firstFrom(int64_t ns, size_t from) const {
  size_t begin = from, reach = 1;
  while (reach <= size() - begin && startNs(begin + reach - 1) < ns) {
    begin += reach;
    reach *= 2;
  }
  size_t end = begin + std::min(size() - begin, reach - 1);
  while (begin < end) {
    const size_t middle = begin + (end - begin) / 2;
    if (startNs(middle) < ns) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

}  // namespace waybill::analysis
