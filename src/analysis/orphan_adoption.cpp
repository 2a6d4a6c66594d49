// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <absl/container/flat_hash_map.h>

#include <memory>

#include "analysis/enclosing.h"
#include "analysis/parent_links.h"

namespace waybill::analysis {
namespace {

constexpr uint32_t kNone = TraceTree::kNone;

// The root above each span, by ordinal.
std::vector<uint32_t> rootsOf(const std::vector<uint32_t>& parents) {
  std::vector<uint32_t> roots(parents.size(), kNone), way;
  for (uint32_t i = 0; i < parents.size(); ++i) {
    uint32_t at = i;
    while (roots[at] == kNone && parents[at] != kNone) {
      way.push_back(at);
      at = parents[at];
    }
    const uint32_t root = roots[at] == kNone ? at : roots[at];
    roots[at] = root;
    for (const uint32_t passed : way) roots[passed] = root;
    way.clear();
  }
  return roots;
}

bool calledFromElsewhere(const SpanColumns& spans, uint32_t ordinal) {
  const otlp::SpanKind kind = spans.snapshot.kind(spans.row[ordinal]);
  return kind == otlp::SpanKind::Server || kind == otlp::SpanKind::Consumer;
}

}  // namespace

void adoptOrphans(SpanColumns& spans, std::vector<uint32_t>& parents) {
  std::vector<uint32_t> orphans;
  std::optional<uint32_t> firstRoot, firstRealRoot;
  for (uint32_t i = 0; i < spans.size(); ++i) {
    if (parents[i] != kNone || spans.isCopy(i)) continue;
    const bool isOrphan = (spans.bits[i] & NodeBits::kOrphan) != 0;
    if (isOrphan)
      orphans.push_back(i);
    else if (!firstRealRoot)
      firstRealRoot = i;
    if (!firstRoot) firstRoot = i;
  }
  if (orphans.empty() || !firstRoot) return;

  // With no real root the earliest orphan stands for one; its siblings, which miss the same parent, stay
  // beside it.
  const uint64_t sharedLoss = firstRealRoot ? 0 : spans.parentId[*firstRoot];
  const std::vector<uint32_t> roots = rootsOf(parents);
  const auto belongs = [&](uint32_t i) {
    if (spans.isCopy(i)) return false;
    return firstRealRoot ? (spans.bits[roots[i]] & NodeBits::kOrphan) == 0 : roots[i] == *firstRoot;
  };
  absl::flat_hash_map<StringId, std::vector<uint32_t>> membersByService;
  std::vector<uint32_t> members;
  for (uint32_t i = 0; i < spans.size(); ++i) {
    if (!belongs(i)) continue;
    members.push_back(i);
    membersByService[spans.snapshot.serviceId(spans.row[i])].push_back(i);
  }
  const Enclosing anyService(spans, std::move(members));
  absl::flat_hash_map<StringId, std::unique_ptr<Enclosing>> sameService;
  for (auto& [service, ofService] : membersByService) {
    sameService.emplace(service, std::make_unique<Enclosing>(spans, std::move(ofService)));
  }

  for (const uint32_t orphan : orphans) {
    if (spans.parentId[orphan] == sharedLoss) continue;
    std::optional<uint32_t> parent;
    const auto own = sameService.find(spans.snapshot.serviceId(spans.row[orphan]));
    if (!calledFromElsewhere(spans, orphan) && own != sameService.end()) parent = own->second->of(spans.startNs[orphan], spans.endNs[orphan]);
    if (!parent) parent = anyService.of(spans.startNs[orphan], spans.endNs[orphan]);
    if (!parent) continue;
    parents[orphan] = *parent;
    spans.bits[orphan] |= NodeBits::kAdopted;
  }
}

}  // namespace waybill::analysis
