// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "analysis/trace_tree.h"

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

// Segments one after another, each from where the one before ended: 16 bytes each. Read as a vector of PathSegment by
// value.
class PathSegments {
 public:
  class Iterator;

  // Begins where the last one ended, or anywhere when it is the first.
  void push_back(const PathSegment& segment) {
    assert(empty() || segment.startNs == m_endNs);
    const uint32_t other = segment.other && segment.other->value < kNoOther ? segment.other->value : kNoOther;
    m_records.push_back({segment.startNs, segment.node.value, static_cast<uint32_t>(segment.kind), other});
    m_endNs = segment.endNs;
  }
  // Gives back what growing took too much.
  void shrink() {
    const size_t unused = m_records.capacity() - m_records.size();
    if (unused > m_records.size() / 16) m_records.shrink_to_fit();  // copying is not free either
  }

  size_t size() const { return m_records.size(); }
  bool empty() const { return m_records.empty(); }
  PathSegment operator[](size_t i) const {
    const Record& record = m_records[i];
    const OptionalNode other = record.other == kNoOther ? OptionalNode() : OptionalNode(NodeIndex(record.other));
    return {NodeIndex(record.node), record.startNs, endNs(i), static_cast<SegmentKind>(record.kind), other};
  }
  PathSegment front() const { return (*this)[0]; }
  PathSegment back() const { return (*this)[size() - 1]; }
  Iterator begin() const;
  Iterator end() const;

 private:
  static constexpr uint32_t kNoOther = (1U << 30) - 1;  // no tree that fits into memory has so many nodes

  struct Record {
    int64_t startNs;
    uint32_t node;
    uint32_t kind : 2;
    uint32_t other : 30;
  };

  int64_t endNs(size_t i) const { return i + 1 < m_records.size() ? m_records[i + 1].startNs : m_endNs; }

  std::vector<Record> m_records;
  int64_t m_endNs = 0;  // of the last
};

class PathSegments::Iterator {
 public:
  struct Pointer {
    PathSegment segment;
    const PathSegment* operator->() const { return &segment; }
  };
  using iterator_category = std::random_access_iterator_tag;
  using value_type = PathSegment;
  using difference_type = std::ptrdiff_t;
  using pointer = Pointer;
  using reference = PathSegment;

  Iterator() = default;
  Iterator(const PathSegments& segments, difference_type at) : m_segments(&segments), m_at(at) {}

  PathSegment operator*() const { return (*m_segments)[static_cast<size_t>(m_at)]; }
  Pointer operator->() const { return {**this}; }
  PathSegment operator[](difference_type n) const { return *(*this + n); }
  Iterator& operator+=(difference_type n) {
    m_at += n;
    return *this;
  }
  Iterator& operator-=(difference_type n) { return *this += -n; }
  Iterator& operator++() { return *this += 1; }
  Iterator& operator--() { return *this += -1; }
  Iterator operator++(int) {
    const Iterator before = *this;
    ++*this;
    return before;
  }
  Iterator operator--(int) {
    const Iterator before = *this;
    --*this;
    return before;
  }
  friend Iterator operator+(Iterator it, difference_type n) { return it += n; }
  friend Iterator operator+(difference_type n, Iterator it) { return it += n; }
  friend Iterator operator-(Iterator it, difference_type n) { return it -= n; }
  friend difference_type operator-(const Iterator& a, const Iterator& b) { return a.m_at - b.m_at; }
  bool operator==(const Iterator& other) const { return m_at == other.m_at; }
  auto operator<=>(const Iterator& other) const { return m_at <=> other.m_at; }

 private:
  const PathSegments* m_segments = nullptr;
  difference_type m_at = 0;
};

inline PathSegments::Iterator PathSegments::begin() const { return {*this, 0}; }
inline PathSegments::Iterator PathSegments::end() const { return {*this, static_cast<std::ptrdiff_t>(size())}; }

}  // namespace waybill::analysis
