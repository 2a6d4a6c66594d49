// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/parent_links.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

namespace waybill::analysis {
namespace {

constexpr uint32_t kNone = TraceTree::kNone;
constexpr uint32_t kPrefetch =
    16;  // spans ahead whose place in the index is fetched: ids are scattered in memory

using IdIndex = absl::flat_hash_map<uint64_t, uint32_t>;  // span id -> the span that its children hang under
using Sharing =
    std::vector<std::pair<uint32_t, uint32_t>>;  // (first span of an id, another one of the same id)

IdIndex indexIds(const SpanColumns& spans, Sharing& sharing) {
  IdIndex index;
  index.reserve(spans.size());
  for (uint32_t i = 0; i < spans.size(); ++i) {
    if (i + kPrefetch < spans.size()) index.prefetch(spans.id[i + kPrefetch]);
    if (spans.id[i] == 0 || spans.isCopy(i)) continue;
    const auto [entry, isNew] = index.try_emplace(spans.id[i], i);
    if (!isNew) sharing.emplace_back(entry->second, i);
  }
  return index;
}

otlp::SpanKind kindOf(const SpanColumns& spans, uint32_t ordinal) {
  return spans.snapshot.kind(spans.row[ordinal]);
}

// Who sends and who receives among spans of one id.
bool areTwoSides(otlp::SpanKind sender, otlp::SpanKind receiver) {
  return (sender == otlp::SpanKind::Client && receiver == otlp::SpanKind::Server) ||
         (sender == otlp::SpanKind::Producer && receiver == otlp::SpanKind::Consumer);
}

// The receiving side becomes the sending side's child, unless it says that it belongs elsewhere: then one id
// was merely used twice.
bool pairTwoSides(const SpanColumns& spans, uint32_t sender, uint32_t receiver, const IdIndex& index) {
  if (!areTwoSides(kindOf(spans, sender), kindOf(spans, receiver))) return false;
  const uint64_t parent = spans.parentId[receiver];
  return parent == 0 || parent == spans.id[receiver] || parent == spans.parentId[sender] ||
         !index.contains(parent);
}

// Settles who of the spans of one id is the parent of its children; `members` in order.
void settleSharedId(SpanColumns& spans, const std::vector<uint32_t>& members, IdIndex& index,
                    std::vector<uint32_t>& parents, Oddities& odd) {
  odd.add(DiagnosticKind::SharedSpanId, spans.row[members.front()]);
  for (const uint32_t member : members) spans.bits[member] |= NodeBits::kSharedId;
  const auto sends = [&](uint32_t i) {
    return kindOf(spans, i) == otlp::SpanKind::Client || kindOf(spans, i) == otlp::SpanKind::Producer;
  };
  const auto sender = std::find_if(members.begin(), members.end(), sends);
  if (sender == members.end()) return;
  for (const uint32_t receiver : members) {
    if (!pairTwoSides(spans, *sender, receiver, index)) continue;
    parents[receiver] = *sender;
    index[spans.id[receiver]] = receiver;
    return;
  }
}

void settleSharedIds(SpanColumns& spans, Sharing& sharing, IdIndex& index, std::vector<uint32_t>& parents,
                     Oddities& odd) {
  std::sort(sharing.begin(), sharing.end());
  std::vector<uint32_t> members;
  for (size_t i = 0; i < sharing.size();) {
    const uint32_t first = sharing[i].first;
    members.assign(1, first);
    for (; i < sharing.size() && sharing[i].first == first; ++i) members.push_back(sharing[i].second);
    settleSharedId(spans, members, index, parents, odd);
  }
}

// Each span is walked over once: a walk that meets its own mark has gone round a circle.
void cutCircles(SpanColumns& spans, std::vector<uint32_t>& parents, Oddities& odd) {
  std::vector<uint32_t> walk(spans.size(), kNone);  // which walk came by
  for (uint32_t i = 0; i < spans.size(); ++i) {
    uint32_t at = i;
    while (at != kNone && walk[at] == kNone) {
      walk[at] = i;
      at = parents[at];
    }
    if (at == kNone || walk[at] != i) continue;
    uint32_t earliest = at;
    for (uint32_t member = parents[at]; member != at; member = parents[member]) {
      earliest = std::min(earliest, member);
    }
    parents[earliest] = kNone;
    spans.bits[earliest] |= NodeBits::kCutCycle;
    odd.add(DiagnosticKind::ParentCycle, spans.row[earliest]);
  }
}

}  // namespace

std::vector<uint32_t> linkParents(SpanColumns& spans, Oddities& odd) {
  std::vector<uint32_t> parents(spans.size(), kNone);
  Sharing sharing;
  IdIndex index = indexIds(spans, sharing);
  settleSharedIds(spans, sharing, index, parents, odd);

  uint64_t lastId = 0;  // siblings often follow each other
  uint32_t lastParent = kNone;
  for (uint32_t i = 0; i < spans.size(); ++i) {
    if (i + kPrefetch < spans.size()) index.prefetch(spans.parentId[i + kPrefetch]);
    const uint64_t parentId = spans.parentId[i];
    if (parentId == 0 || parents[i] != kNone || spans.isCopy(i)) continue;
    if (parentId == spans.id[i]) {
      spans.bits[i] |= NodeBits::kCutCycle;
      odd.add(DiagnosticKind::SelfParent, spans.row[i]);
      continue;
    }
    if (parentId != lastId) {
      const auto found = index.find(parentId);
      lastId = parentId;
      lastParent = found == index.end() ? kNone : found->second;
    }
    parents[i] = lastParent;
    if (lastParent != kNone) continue;
    spans.bits[i] |= NodeBits::kOrphan;
    odd.add(DiagnosticKind::MissingParent, spans.row[i]);
  }
  cutCircles(spans, parents, odd);
  return parents;
}

void fillMissingTimes(SpanColumns& spans, const std::vector<uint32_t>& parents) {
  std::vector<uint32_t> childrenLeft(spans.size(), 0), ready;
  for (const uint32_t parent : parents) {
    if (parent != kNone) ++childrenLeft[parent];
  }
  // Earliest start and latest end below each span.
  std::vector<int64_t> earliest(spans.size(), INT64_MAX), latest(spans.size(), INT64_MIN);
  for (uint32_t i = 0; i < spans.size(); ++i) {
    if (childrenLeft[i] == 0) ready.push_back(i);
  }
  while (!ready.empty()) {
    const uint32_t i = ready.back();
    ready.pop_back();
    const bool noStart = (spans.bits[i] & NodeBits::kNoStart) != 0;
    const bool noEnd = (spans.bits[i] & NodeBits::kUnfinished) != 0;
    if (noStart && noEnd && earliest[i] != INT64_MAX) spans.startNs[i] = spans.endNs[i] = earliest[i];
    if (noStart) spans.startNs[i] = std::min(spans.startNs[i], earliest[i]);
    if (noEnd) spans.endNs[i] = std::max(spans.endNs[i], latest[i]);
    const uint32_t parent = parents[i];
    if (parent == kNone) continue;
    earliest[parent] = std::min({earliest[parent], earliest[i], spans.startNs[i]});
    latest[parent] = std::max({latest[parent], latest[i], spans.endNs[i]});
    if (--childrenLeft[parent] == 0) ready.push_back(parent);
  }
}

}  // namespace waybill::analysis
