// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/diagnostics.h"
#include "base/ids.h"
#include "base/workers.h"
#include "store/snapshot.h"

namespace waybill::analysis {

using NodeIndex = Index<struct NodeTag>;  // a span's position in the tree, see TraceTree

// A node, or none, in four bytes; as std::optional otherwise.
class OptionalNode {
 public:
  constexpr OptionalNode() = default;
  constexpr OptionalNode(NodeIndex node) : m_node(node) {}

  constexpr bool has_value() const { return m_node.value != UINT32_MAX; }
  constexpr explicit operator bool() const { return has_value(); }
  constexpr const NodeIndex& operator*() const { return m_node; }
  constexpr const NodeIndex* operator->() const { return &m_node; }
  constexpr operator std::optional<NodeIndex>() const {
    return has_value() ? std::optional(m_node) : std::nullopt;
  }
  constexpr bool operator==(const OptionalNode&) const = default;

 private:
  NodeIndex m_node{UINT32_MAX};  // no trace has so many spans
};

// What is odd about a node, or decided for it.
struct NodeBits {
  static constexpr uint16_t kOrphan = 1 << 0;   // names a parent that is not in the trace
  static constexpr uint16_t kAdopted = 1 << 1;  // an orphan hung under the span that encloses it in time
  static constexpr uint16_t kAsync = 1
                                     << 2;  // outlives its parent by more than the tolerance: not waited for
  static constexpr uint16_t kDetached = 1 << 3;     // lies wholly outside its parent
  static constexpr uint16_t kUnfinished = 1 << 4;   // no end: the end is its last descendant's
  static constexpr uint16_t kStartsEarly = 1 << 5;  // before its parent
  static constexpr uint16_t kCutCycle = 1 << 6;     // its parent was its own descendant, or itself
  static constexpr uint16_t kSharedId = 1 << 7;     // another span has the same id
  static constexpr uint16_t kError = 1 << 8;        // status ERROR
  static constexpr uint16_t kNegative = 1 << 9;     // ended before it started: lasts no time here
  static constexpr uint16_t kNoStart = 1 << 10;  // no start: the start is its first descendant's, or its end
  static constexpr uint16_t kKindShift = 11;     // otlp::SpanKind, three bits: rows lie too far apart to ask often
  static constexpr uint16_t kKindMask = 0x7 << kKindShift;
  static constexpr uint16_t kMirror = 1 << 14;  // measures the wait for a sibling once more: has no time of its own
  static constexpr uint16_t kPartlyUnknown = 1 << 15;  // when a child started or ended is not known

  // Start or end are filled in, or make no sense.
  static constexpr uint16_t kGuessedTimes = kUnfinished | kNegative | kNoStart;
  // The parent does not wait for it: it goes on by itself, or what it measures is waited for elsewhere.
  static constexpr uint16_t kNotJoined = kAsync | kDetached | kMirror;
};

class ClockSkew;

// The spans of one trace as a forest. Nodes stand in preorder (a span, then its subtree, children by start):
// the children of i are i+1, subtreeEnd[i+1], … up to subtreeEnd[i]. It holds every span of the trace exactly
// once, whatever the input; byte-identical copies of a span count as one. A request whose root was lost, of which
// several spans name the same missing parent, has one node more: the missing span, above all. Built without recursion in O(n log
// n). Immutable once built: any thread reads it.
struct TraceTree {
  std::shared_ptr<const store::Snapshot> snapshot;  // keeps rows and bytes alive
  TraceIndex trace;

  // What was taken off the recorded times so that all hosts share one clock; null: nothing, times are as recorded.
  std::shared_ptr<const ClockSkew> clocks;

  // By node. Times are nanoseconds, raw but for `clocks`, with missing starts and ends filled in and ends never before
  // starts.
  // A start of 0 counts as missing only where the other spans' times are real dates.
  std::vector<SpanRow> row;  // of the missing span: that of the first that names it
  std::vector<int64_t> startNs, endNs;
  std::vector<uint32_t> parent;      // kNone for a root
  std::vector<uint32_t> subtreeEnd;  // one past the last descendant
  std::vector<uint32_t> depth;       // 0 for a root
  std::vector<StringId> service;
  std::vector<uint16_t> bits;  // NodeBits

  std::vector<NodeIndex> roots;  // in preorder
  NodeIndex primaryRoot;    // the request itself: the earliest root without a parent id, else the earliest
  OptionalNode missing;     // the parent of several spans that is not in the trace: from the first start to the last end
  Diagnostics diagnostics;  // of this trace
  // Copies that were left out: (node, how many besides the one shown), by node.
  std::vector<std::pair<NodeIndex, uint32_t>> copies;

  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t size() const { return static_cast<uint32_t>(row.size()); }
  int64_t durationNs(NodeIndex n) const { return endNs[n.value] - startNs[n.value]; }
  bool has(NodeIndex n, uint16_t bit) const { return (bits[n.value] & bit) != 0; }
  // How many spans of the trace are nodes.
  uint32_t spanCount() const { return size() - (missing ? 1 : 0); }
  bool isMissing(NodeIndex n) const { return missing && *missing == n; }
  static constexpr std::string_view kMissingName = "(missing span)";

  // What a span says. Of the missing one only its id is known.
  SpanId spanId(NodeIndex n) const {
    const store::SpanTable& spans = snapshot->spans();
    return isMissing(n) ? spans.parent(row[n.value]) : spans.id(row[n.value]);
  }
  SpanId parentId(NodeIndex n) const { return isMissing(n) ? SpanId() : snapshot->spans().parent(row[n.value]); }
  StringId nameId(NodeIndex n) const { return isMissing(n) ? StringId() : snapshot->spans().name(row[n.value]); }
  std::string_view name(NodeIndex n) const { return isMissing(n) ? kMissingName : snapshot->name(row[n.value]); }
  otlp::StatusCode status(NodeIndex n) const {
    return isMissing(n) ? otlp::StatusCode::Unset : snapshot->status(row[n.value]);
  }
  otlp::SpanView span(NodeIndex n) const { return isMissing(n) ? otlp::SpanView(std::string_view()) : snapshot->span(row[n.value]); }
  // SpanBits; what is recorded about events and links among them.
  uint16_t recordedBits(NodeIndex n) const { return isMissing(n) ? 0 : snapshot->spans().bits(row[n.value]); }
  // The step in which its clock counts, see Snapshot::clockStepNs.
  int64_t clockStepNs(NodeIndex n) const { return isMissing(n) ? 0 : snapshot->clockStepNs(row[n.value]); }

  // Whether it is not known what the span itself did when: its times, or those of a child, are guessed. Then nothing is
  // to be said of time that no child covers.
  bool isPartlyUnknown(NodeIndex n) const { return has(n, NodeBits::kPartlyUnknown | NodeBits::kGuessedTimes); }
  otlp::SpanKind kind(NodeIndex n) const {
    return static_cast<otlp::SpanKind>((bits[n.value] & NodeBits::kKindMask) >> NodeBits::kKindShift);
  }
  std::string_view serviceName(NodeIndex n) const { return snapshot->text(service[n.value]); }

  // Calls visit(NodeIndex) for each child, by start.
  template <typename Visit>
  void forEachChild(NodeIndex n, Visit&& visit) const {
    for (uint32_t c = n.value + 1; c < subtreeEnd[n.value]; c = subtreeEnd[c]) visit(NodeIndex(c));
  }
  bool isLeaf(NodeIndex n) const { return subtreeEnd[n.value] == n.value + 1; }

  std::optional<NodeIndex> find(SpanRow row) const;  // O(n); the copy shown stands for its copies
};

// The result does not depend on the number of threads. With `clocks` the times are adjusted before anything else is
// made of them.
TraceTree buildTraceTree(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                         const Workers& workers = {}, std::shared_ptr<const ClockSkew> clocks = nullptr);

// Duration minus the union of the children's intervals clipped to the span (ANALYSIS: "exclusive"), by node,
// in nanoseconds. O(n).
std::vector<int64_t> selfTimes(const TraceTree& tree);

// The same span by span: stored for spans with many children, found on the spot for the others. Immutable; the
// tree must outlive it.
class SelfTimes {
 public:
  SelfTimes() = default;  // of no tree
  explicit SelfTimes(const TraceTree& tree);

  int64_t operator[](size_t node) const;
  size_t size() const { return m_tree == nullptr ? 0 : m_tree->size(); }

 private:
  static constexpr uint8_t kFewChildren = 64;

  const TraceTree* m_tree = nullptr;
  std::vector<std::pair<uint32_t, int64_t>> m_stored;  // by node
};

// How far a child may stick out of its parent, and siblings may overlap, before it means something:
// min(1 % of the parent, max(2 × clock resolution, 25 % of the shorter of the two)).
int64_t toleranceNs(int64_t parentDurationNs, int64_t aDurationNs, int64_t bDurationNs);

// The same of two spans of a tree, siblings or a child and its parent: never less than the steps of their clocks.
int64_t toleranceNs(const TraceTree& tree, NodeIndex parent, NodeIndex a, NodeIndex b);

}  // namespace waybill::analysis
