// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/parent_links.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <functional>

namespace waybill::analysis {
namespace {

constexpr uint32_t kNone = TraceTree::kNone;
constexpr uint32_t kPrefetch = 16;  // spans ahead whose place in the index is fetched: ids are scattered in memory

using Sharing =
    std::vector<std::pair<uint32_t, uint32_t>>;  // (first span of an id, another one of the same id)

// Span id -> the span that its children hang under. In as many shards as there are threads, so that each fills
// one; any thread reads.
class IdIndex {
 public:
  IdIndex(const SpanColumns& spans, Sharing& sharing, const Workers& workers)
      : m_shards(workers.partsOf(spans.size())) {
    std::vector<Sharing> shared(m_shards.size());
    std::vector<std::function<void()>> tasks;
    for (size_t s = 0; s < m_shards.size(); ++s) tasks.emplace_back([&, s] { fill(spans, s, shared[s]); });
    workers.runAll(spans.size(), tasks);
    for (const Sharing& of : shared) sharing.insert(sharing.end(), of.begin(), of.end());
  }

  void prefetch(uint64_t id) const { m_shards[shardOf(id)].prefetch(id); }
  bool contains(uint64_t id) const { return m_shards[shardOf(id)].contains(id); }
  void assign(uint64_t id, uint32_t ordinal) { m_shards[shardOf(id)][id] = ordinal; }
  uint32_t find(uint64_t id) const {  // kNone when there is no such span
    const Shard& shard = m_shards[shardOf(id)];
    const auto found = shard.find(id);
    return found == shard.end() ? kNone : found->second;
  }

 private:
  using Shard = absl::flat_hash_map<uint64_t, uint32_t>;

  // Ids may be anything, numbers that count up too.
  size_t shardOf(uint64_t id) const {
    return m_shards.size() == 1 ? 0 : (id * 0x9e3779b97f4a7c15 >> 32) % m_shards.size();
  }

  void fill(const SpanColumns& spans, size_t number, Sharing& sharing) {
    Shard& shard = m_shards[number];
    shard.reserve(spans.size() / m_shards.size() + spans.size() / 64);
    for (uint32_t i = 0; i < spans.size(); ++i) {
      if (i + kPrefetch < spans.size() && shardOf(spans.id[i + kPrefetch]) == number) {
        shard.prefetch(spans.id[i + kPrefetch]);
      }
      if (shardOf(spans.id[i]) != number || spans.id[i] == 0 || spans.isCopy(i)) continue;
      const auto [entry, isNew] = shard.try_emplace(spans.id[i], i);
      if (!isNew) sharing.emplace_back(entry->second, i);
    }
  }

  std::vector<Shard> m_shards;
};

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
    index.assign(spans.id[receiver], receiver);
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

// Looks up the parents of a part of the spans.
void linkPart(SpanColumns& spans, const IdIndex& index, uint32_t begin, uint32_t end,
              std::vector<uint32_t>& parents, Oddities& odd) {
  uint64_t lastId = 0;  // siblings often follow each other
  uint32_t lastParent = kNone;
  for (uint32_t i = begin; i < end; ++i) {
    if (i + kPrefetch < end) index.prefetch(spans.parentId[i + kPrefetch]);
    const uint64_t parentId = spans.parentId[i];
    if (parentId == 0 || parents[i] != kNone || spans.isCopy(i)) continue;
    if (parentId == spans.id[i]) {
      spans.bits[i] |= NodeBits::kCutCycle;
      odd.add(DiagnosticKind::SelfParent, spans.row[i]);
      continue;
    }
    if (parentId != lastId) {
      lastId = parentId;
      lastParent = index.find(parentId);
    }
    parents[i] = lastParent;
    if (lastParent != kNone) continue;
    spans.bits[i] |= NodeBits::kOrphan;
    odd.add(DiagnosticKind::MissingParent, spans.row[i]);
  }
}

}  // namespace

std::vector<uint32_t> linkParents(SpanColumns& spans, Oddities& odd, const Workers& workers) {
  std::vector<uint32_t> parents(spans.size(), kNone);
  {
    Sharing sharing;
    IdIndex index(spans, sharing, workers);
    settleSharedIds(spans, sharing, index, parents, odd);
    std::vector<Oddities> found(workers.partsOf(spans.size()), Oddities(spans.snapshot));
    workers.forEachPart(spans.size(), [&](uint32_t part, uint32_t begin, uint32_t end) {
      linkPart(spans, index, begin, end, parents, found[part]);
    });
    for (const Oddities& ofPart : found) odd.add(ofPart);
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
