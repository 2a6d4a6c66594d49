// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <bit>

#include "analysis/parent_links.h"

namespace waybill::analysis {
namespace {

constexpr uint32_t kNone = TraceTree::kNone;

// Finds the last of the first few spans that ends late enough, in O(log n).
class LatestEnds {
 public:
  explicit LatestEnds(const std::vector<int64_t>& ends) : m_size(std::bit_ceil(ends.size() + 1)) {
    m_tree.assign(2 * m_size, INT64_MIN);
    std::copy(ends.begin(), ends.end(), m_tree.begin() + static_cast<ptrdiff_t>(m_size));
    for (size_t i = m_size - 1; i > 0; --i) m_tree[i] = std::max(m_tree[2 * i], m_tree[2 * i + 1]);
  }

  // The greatest index below `count` whose end is at least `endNs`.
  std::optional<size_t> lastOf(size_t count, int64_t endNs) const {
    for (size_t i = count + m_size; i > 1; i /= 2) {
      if (i % 2 == 0 || m_tree[i - 1] < endNs) continue;
      size_t node = i - 1;
      while (node < m_size) node = m_tree[2 * node + 1] >= endNs ? 2 * node + 1 : 2 * node;
      return node - m_size;
    }
    return std::nullopt;
  }

 private:
  size_t m_size;  // of the lowest level; more than there are ends
  std::vector<int64_t> m_tree;
};

// Possible parents: some spans by start, with the one that encloses an interval and starts last at hand.
class Enclosing {
 public:
  Enclosing(const SpanColumns& spans, std::vector<uint32_t> members)
      : m_spans(spans), m_members(std::move(members)), m_ends(endsOf(spans, m_members)) {}

  std::optional<uint32_t> of(uint32_t orphan) const {
    const auto after =
        std::upper_bound(m_members.begin(), m_members.end(), m_spans.startNs[orphan],
                         [this](int64_t start, uint32_t m) { return start < m_spans.startNs[m]; });
    const auto found = m_ends.lastOf(static_cast<size_t>(after - m_members.begin()), m_spans.endNs[orphan]);
    return found ? std::optional(m_members[*found]) : std::nullopt;
  }

 private:
  static std::vector<int64_t> endsOf(const SpanColumns& spans, const std::vector<uint32_t>& members) {
    std::vector<int64_t> ends;
    ends.reserve(members.size());
    for (const uint32_t m : members) ends.push_back(spans.endNs[m]);
    return ends;
  }

  const SpanColumns& m_spans;
  std::vector<uint32_t> m_members;
  LatestEnds m_ends;
};

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
    if (!calledFromElsewhere(spans, orphan) && own != sameService.end()) parent = own->second->of(orphan);
    if (!parent) parent = anyService.of(orphan);
    if (!parent) continue;
    parents[orphan] = *parent;
    spans.bits[orphan] |= NodeBits::kAdopted;
  }
}

}  // namespace waybill::analysis
