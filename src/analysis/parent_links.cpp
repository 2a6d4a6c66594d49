// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/parent_links.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "analysis/enclosing.h"
#include "analysis/id_index.h"

namespace waybill::analysis {
namespace {

constexpr uint32_t kNone = TraceTree::kNone;
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
    spans.bits[receiver] |= SpanColumns::kLinked;
    index.assign(spans.id[receiver], receiver);
    return;
  }
}

void settleSharedIds(SpanColumns& spans, IdIndex::Sharing& sharing, IdIndex& index, std::vector<uint32_t>& parents,
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

// Whether a span's parent is to be found by its parent id.
bool isOpen(const SpanColumns& spans, uint32_t i) {
  return spans.parentId[i] != 0 && spans.parentId[i] != spans.id[i] &&
         (spans.bits[i] & (SpanColumns::kLinked | SpanColumns::kCopy)) == 0;
}

// Of spans that share an id without being two sides of one call, each child goes to the one that encloses it and starts
// last; or is running when the child starts.
void moveToEnclosing(const SpanColumns& spans, const IdIndex::Sharing& sharing, std::vector<uint32_t>& parents) {
  if (sharing.empty()) return;
  absl::flat_hash_map<uint32_t, std::unique_ptr<Enclosing>> groups;  // by the first member
  for (size_t i = 0; i < sharing.size();) {
    const uint32_t first = sharing[i].first;
    std::vector<uint32_t> members{first};
    for (; i < sharing.size() && sharing[i].first == first; ++i) members.push_back(sharing[i].second);
    const auto isLinked = [&](uint32_t member) { return (spans.bits[member] & SpanColumns::kLinked) != 0; };
    if (std::any_of(members.begin(), members.end(), isLinked)) continue;
    groups.emplace(first, std::make_unique<Enclosing>(spans, std::move(members)));
  }
  for (uint32_t i = 0; i < spans.size(); ++i) {
    if (!isOpen(spans, i) || parents[i] == kNone) continue;
    const auto group = groups.find(parents[i]);
    if (group == groups.end()) continue;
    auto parent = group->second->of(spans.startNs[i], spans.endNs[i]);
    if (!parent) parent = group->second->of(spans.startNs[i], spans.startNs[i]);
    parents[i] = parent.value_or(parents[i]);
  }
}

// A circle has an earliest span, whose parent comes after it: walks begin only there. Each span is walked over
// once: a walk that meets its own mark has gone round a circle.
void cutCircles(SpanColumns& spans, std::vector<uint32_t>& parents, Oddities& odd) {
  std::vector<uint32_t> walk;  // which walk came by
  std::vector<uint32_t> cut;
  for (uint32_t i = 0; i < spans.size(); ++i) {
    if (parents[i] == kNone || parents[i] < i) continue;
    if (walk.empty()) walk.assign(spans.size(), kNone);
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
    cut.push_back(earliest);
  }
  std::sort(cut.begin(), cut.end());
  for (const uint32_t earliest : cut) {
    spans.bits[earliest] |= NodeBits::kCutCycle;
    odd.add(DiagnosticKind::ParentCycle, spans.row[earliest]);
  }
}

// Siblings often follow each other: whether the parent is that of the span before.
bool followsSibling(const SpanColumns& spans, uint32_t i) {
  return i > 0 && spans.parentId[i] == spans.parentId[i - 1] && isOpen(spans, i - 1);
}

// Of a part of the spans: siblings get the parent that was found for the first of them.
void linkSiblings(const SpanColumns& spans, uint32_t begin, uint32_t end, std::vector<uint32_t>& parents) {
  uint32_t first = begin;
  while (isOpen(spans, first) && followsSibling(spans, first)) --first;
  for (uint32_t i = begin; i < end; ++i) {
    if (!isOpen(spans, i)) continue;
    if (followsSibling(spans, i)) {
      parents[i] = parents[first];
    } else {
      first = i;
    }
  }
}

// Of a part of the spans: those whose parent is missing, or themselves.
void markUnlinked(SpanColumns& spans, uint32_t begin, uint32_t end, const std::vector<uint32_t>& parents,
                  Oddities& odd) {
  for (uint32_t i = begin; i < end; ++i) {
    const bool linked = (spans.bits[i] & SpanColumns::kLinked) != 0;
    spans.bits[i] &= static_cast<uint16_t>(~SpanColumns::kLinked);
    if (linked || spans.isCopy(i) || spans.parentId[i] == 0 || parents[i] != kNone) continue;
    const bool isItself = spans.parentId[i] == spans.id[i];
    spans.bits[i] |= isItself ? NodeBits::kCutCycle : NodeBits::kOrphan;
    odd.add(isItself ? DiagnosticKind::SelfParent : DiagnosticKind::MissingParent, spans.row[i]);
  }
}

}  // namespace

std::vector<uint32_t> linkParents(SpanColumns& spans, Oddities& odd, const Workers& workers) {
  std::vector<uint32_t> parents = largeVector(spans.size(), kNone);
  IdIndex::Sharing sharing;
  {
    IdIndex index(spans, workers, sharing);
    settleSharedIds(spans, sharing, index, parents, odd);
    const auto asks = [&](uint32_t i) { return isOpen(spans, i) && !followsSibling(spans, i); };
    index.findParents(spans, workers, asks, [&](uint32_t i, uint32_t parent) { parents[i] = parent; });
  }
  workers.forEachPart(spans.size(), [&](uint32_t, uint32_t begin, uint32_t end) {
    if (begin < end) linkSiblings(spans, begin, end, parents);
  });
  moveToEnclosing(spans, sharing, parents);
  settleUnlinked(spans, parents, odd, workers);
  return parents;
}

void settleUnlinked(SpanColumns& spans, std::vector<uint32_t>& parents, Oddities& odd, const Workers& workers) {
  std::vector<Oddities> found(workers.partsOf(spans.size()), Oddities(spans.snapshot));
  workers.forEachPart(spans.size(), [&](uint32_t part, uint32_t begin, uint32_t end) {
    markUnlinked(spans, begin, end, parents, found[part]);
  });
  for (const Oddities& ofPart : found) odd.add(ofPart);
  cutCircles(spans, parents, odd);
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
