// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "test_trees.h"

#include <algorithm>
#include <numeric>

#include "layout/flame_layout.h"
#include "support/generator_random.h"

namespace waybill::test {
namespace {

constexpr int64_t kEpoch = 1'767'225'600'000'000'000;

}  // namespace

analysis::TraceTree treeOf(const std::vector<TreeSpan>& spans) {
  const auto size = static_cast<uint32_t>(spans.size());
  // By parent, then by start: the children of each span lie together.
  std::vector<uint32_t> order(size);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    if (spans[a].parent != spans[b].parent) return spans[a].parent < spans[b].parent;
    return spans[a].startNs < spans[b].startNs;
  });
  std::vector<uint32_t> childrenBegin(size + 2, 0);
  const auto slot = [&](uint32_t parent) { return parent == kNoParent ? size : parent; };
  for (const TreeSpan& span : spans) ++childrenBegin[slot(span.parent) + 1];
  for (uint32_t i = 0; i <= size; ++i) childrenBegin[i + 1] += childrenBegin[i];

  analysis::TraceTree tree;
  std::vector<uint32_t> stack;
  const auto pushChildren = [&](uint32_t of) {
    for (uint32_t i = childrenBegin[of + 1]; i-- > childrenBegin[of];) stack.push_back(order[i]);
  };
  pushChildren(size);
  std::vector<uint32_t> nodeOf(size);
  while (!stack.empty()) {
    const uint32_t i = stack.back();
    stack.pop_back();
    const uint32_t node = nodeOf[i] = tree.size();
    const uint32_t parent =
        spans[i].parent == kNoParent ? analysis::TraceTree::kNone : nodeOf[spans[i].parent];
    if (parent == analysis::TraceTree::kNone) tree.roots.push_back(analysis::NodeIndex(node));
    tree.row.push_back(SpanRow(i));
    tree.startNs.push_back(spans[i].startNs);
    tree.endNs.push_back(spans[i].endNs);
    tree.parent.push_back(parent);
    tree.depth.push_back(parent == analysis::TraceTree::kNone ? 0 : tree.depth[parent] + 1);
    tree.service.push_back(StringId(spans[i].service));
    tree.bits.push_back(spans[i].error ? analysis::NodeBits::kError : uint16_t{0});
    pushChildren(i);
  }
  tree.subtreeEnd.resize(size);
  for (uint32_t node = size; node-- > 0;) {
    tree.subtreeEnd[node] = std::max(tree.subtreeEnd[node], node + 1);
    if (tree.parent[node] == analysis::TraceTree::kNone) continue;
    uint32_t& above = tree.subtreeEnd[tree.parent[node]];
    above = std::max(above, tree.subtreeEnd[node]);
  }
  return tree;
}

analysis::TraceTree randomTree(uint64_t seed, uint32_t spans) {
  Random random(seed);
  std::vector<TreeSpan> list;
  const uint32_t roots = 1 + random.below(3);
  const bool coarse = random.chance(0.3);  // times that collide
  const int64_t grid = coarse ? 1'000 : 1;
  for (uint32_t i = 0; i < spans; ++i) {
    TreeSpan span;
    span.service = 1 + random.below(5);
    span.error = random.chance(0.05);
    if (i < roots) {
      span.startNs = kEpoch + random.below(1'000'000);
      span.endNs = span.startNs + 100'000 + random.below(50'000'000);
    } else {
      span.parent = random.chance(0.5) ? i - 1 - random.below(std::min(i, 4U)) : random.below(i);
      const TreeSpan& parent = list[span.parent];
      const auto length = static_cast<uint32_t>(std::max<int64_t>(parent.endNs - parent.startNs, 1));
      span.startNs = parent.startNs + random.below(length);
      span.endNs = random.chance(0.1) ? span.startNs
                                      : std::min<int64_t>(parent.endNs, span.startNs + random.below(length));
      if (random.chance(0.03)) span.endNs += random.below(1'000'000);    // outlives its parent
      if (random.chance(0.02)) span.startNs -= random.below(1'000'000);  // clocks disagree
      if (random.chance(0.02)) {                                         // begins after its parent
        span.startNs = parent.endNs + random.below(10'000);
        span.endNs = span.startNs + random.below(10'000);
      }
    }
    span.startNs -= span.startNs % grid;
    span.endNs = std::max(span.startNs, span.endNs - span.endNs % grid);
    list.push_back(span);
  }
  return treeOf(list);
}

analysis::CriticalPath pathThrough(const analysis::TraceTree& tree) {
  analysis::PathSegments segments;
  struct Open {
    uint32_t node;
    uint32_t child;  // the next to look at
    int64_t until;
  };
  const auto emit = [&](uint32_t node, int64_t from, int64_t until) {
    if (until <= from) return;
    segments.push_back({analysis::NodeIndex(node), from, until, {}, {}});
  };
  int64_t now = tree.startNs[0];
  std::vector<Open> stack{{0, 1, tree.endNs[0]}};
  while (!stack.empty()) {
    Open& top = stack.back();
    while (top.child < tree.subtreeEnd[top.node] && tree.startNs[top.child] < now)
      top.child = tree.subtreeEnd[top.child];
    const uint32_t child = top.child;
    if (child < tree.subtreeEnd[top.node] && tree.startNs[child] < top.until) {
      emit(top.node, now, tree.startNs[child]);
      now = tree.startNs[child];
      top.child = tree.subtreeEnd[child];
      stack.push_back({child, child + 1, std::min(top.until, tree.endNs[child])});
      continue;
    }
    emit(top.node, now, top.until);
    now = std::max(now, top.until);
    stack.pop_back();
  }
  return analysis::criticalPathOf(tree, std::move(segments));
}

std::vector<layout::TimeRange> rangesOf(const analysis::TraceTree& tree, uint64_t seed, int count) {
  Random random(seed);
  const layout::TimeRange whole = layout::traceRange(tree);
  std::vector<layout::TimeRange> ranges{whole,
                                        {whole.startNs - 1'000'000, whole.endNs + 1'000'000},
                                        {whole.endNs + 10, whole.endNs + 1'000},
                                        {whole.startNs - 1'000, whole.startNs}};
  for (int i = 0; i < count; ++i) {
    const int64_t edge =
        random.chance(0.5) ? tree.startNs[random.below(tree.size())] : tree.endNs[random.below(tree.size())];
    int64_t length = whole.durationNs() >> random.below(26);
    length = std::max<int64_t>(length, 10);
    const int64_t start = edge - random.below(static_cast<uint32_t>(std::min<int64_t>(length, UINT32_MAX)));
    ranges.push_back({start, start + length});
  }
  return ranges;
}

analysis::TraceTree chain(uint32_t spans) {
  std::vector<TreeSpan> list(spans);
  for (uint32_t i = 0; i < spans; ++i) {
    list[i] = {i == 0 ? kNoParent : i - 1, kEpoch + int64_t{i}, kEpoch + 2 * int64_t{spans} - int64_t{i}};
  }
  return treeOf(list);
}

analysis::TraceTree wideOverlapping(uint32_t spans) {
  std::vector<TreeSpan> list(spans);
  for (uint32_t i = 0; i < spans; ++i) {
    list[i] = {i == 0 ? kNoParent : 0, kEpoch + int64_t{i}, kEpoch + 2 * int64_t{spans}};
  }
  return treeOf(list);
}

analysis::TraceTree wideSerial(uint32_t spans, int64_t stepNs, int64_t durationNs) {
  std::vector<TreeSpan> list(spans);
  list[0] = {kNoParent, kEpoch, kEpoch + int64_t{spans} * stepNs};
  for (uint32_t i = 1; i < spans; ++i) {
    const int64_t start = kEpoch + int64_t{i} * stepNs;
    list[i] = {0, start, start + durationNs, 1 + i % 3, i % 1000 == 0};
  }
  return treeOf(list);
}

}  // namespace waybill::test
