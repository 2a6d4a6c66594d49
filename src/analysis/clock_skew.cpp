// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/clock_skew.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analysis/clock_bounds.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

// Times or parents that were guessed say nothing of clocks.
constexpr uint16_t kGuessed = NodeBits::kUnfinished | NodeBits::kNoStart | NodeBits::kNegative | NodeBits::kAdopted |
                              NodeBits::kCutCycle;

// What has a clock of its own, the surest name of it first. A pod shares the clock of its node, but may name no node.
constexpr std::array<std::string_view, 8> kHostKeys{"k8s.node.name", "host.id",      "host.name",   "k8s.pod.uid",
                                                    "k8s.pod.name",  "container.id", "service.instance.id",
                                                    "cloud.resource_id"};

// Which of them it was, and its value; the service where there is none.
std::string hostKey(const store::Snapshot& snapshot, SpanRow row) {
  std::array<std::string, kHostKeys.size()> values;
  for (const otlp::AttributeView& attribute : snapshot.resource(row).attributes) {
    const auto known = std::find(kHostKeys.begin(), kHostKeys.end(), attribute.key);
    if (known != kHostKeys.end()) values[static_cast<size_t>(known - kHostKeys.begin())] = otlp::valueText(attribute.value);
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i].empty()) return std::string(kHostKeys[i]) + '=' + values[i];
  }
  return std::string(snapshot.service(row));
}

// The hosts of a trace, numbered as they come in preorder after that of the primary root.
class Hosts {
 public:
  explicit Hosts(const TraceTree& tree) : m_tree(tree), m_ofNode(tree.size()) {
    take(tree.primaryRoot.value);
    for (uint32_t i = 0; i < tree.size(); ++i) m_ofNode[i] = take(i);
  }

  uint32_t of(uint32_t node) const { return m_ofNode[node]; }
  uint32_t count() const { return static_cast<uint32_t>(m_keys.size()); }
  absl::flat_hash_map<uint32_t, uint32_t> takeContexts() { return std::move(m_ofContext); }

  // "cart" where the service runs there alone and nowhere else.
  std::vector<std::string> names() const {
    absl::flat_hash_map<uint32_t, uint32_t> hostsOfService;
    for (const auto& services : m_services) {
      for (const StringId service : services) ++hostsOfService[service.value];
    }
    std::vector<std::string> out;
    for (uint32_t host = 0; host < count(); ++host) {
      const size_t value = m_keys[host].find('=');
      const std::string text = value == std::string::npos ? m_keys[host] : m_keys[host].substr(value + 1);
      const std::string id = printable(text, kMaxNameBytes);
      const StringId first = m_services[host].front();
      const std::string service = printable(m_tree.snapshot->text(first), kMaxNameBytes);
      if (m_services[host].size() > 1) {
        out.push_back("host " + id);
      } else {
        out.push_back(hostsOfService[first.value] == 1 ? service : service + " on " + id);
      }
    }
    return out;
  }

 private:
  static constexpr size_t kMaxNameBytes = 40;
  static constexpr size_t kMostServices = 2;  // more of one host need not be told apart

  uint32_t take(uint32_t node) {
    const SpanRow row = m_tree.row[node];
    const uint32_t context = m_tree.snapshot->spans().context(row).value;
    const auto [entry, isNew] = m_ofContext.try_emplace(context);
    if (isNew) {
      std::string key = hostKey(*m_tree.snapshot, row);
      const auto [host, isNewHost] = m_byKey.try_emplace(key, count());
      if (isNewHost) {
        m_keys.push_back(std::move(key));
        m_services.emplace_back();
      }
      entry->second = host->second;
      std::vector<StringId>& services = m_services[host->second];
      const StringId service = m_tree.service[node];
      const bool isKnown = std::find(services.begin(), services.end(), service) != services.end();
      if (!isKnown && services.size() < kMostServices) services.push_back(service);
    }
    return entry->second;
  }

  const TraceTree& m_tree;
  std::vector<uint32_t> m_ofNode;
  absl::flat_hash_map<uint32_t, uint32_t> m_ofContext;
  absl::flat_hash_map<std::string, uint32_t> m_byKey;
  std::vector<std::string> m_keys;
  std::vector<std::vector<StringId>> m_services;
};

// Each span whose parent ran on another host, with both.
template <typename Visit>
void forEachCrossing(const TraceTree& tree, const Hosts& hosts, Visit&& visit) {
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const uint32_t parent = tree.parent[i];
    if (parent == TraceTree::kNone || hosts.of(parent) == hosts.of(i)) continue;
    if (((tree.bits[i] | (tree.bits[parent] & ~NodeBits::kAdopted)) & kGuessed) != 0) continue;
    visit(NodeIndex(parent), NodeIndex(i));
  }
}

// The caller is there until the answer has come; one that failed may have given up before.
bool waitsForAnswer(const TraceTree& tree, NodeIndex parent, NodeIndex child) {
  const SpanKind caller = tree.kind(parent), called = tree.kind(child);
  if (tree.has(parent, NodeBits::kError) || caller == SpanKind::Producer || called == SpanKind::Consumer) return false;
  return caller == SpanKind::Client || called == SpanKind::Server;
}

ClockPairs pairsOf(const TraceTree& tree, const Hosts& hosts) {
  ClockPairs pairs;
  forEachCrossing(tree, hosts, [&](NodeIndex parent, NodeIndex child) {
    pairs.addStart(hosts.of(parent.value), hosts.of(child.value), tree.startNs[child.value] - tree.startNs[parent.value]);
  });
  forEachCrossing(tree, hosts, [&](NodeIndex parent, NodeIndex child) {
    if (!waitsForAnswer(tree, parent, child)) return;
    pairs.addEnd(hosts.of(parent.value), hosts.of(child.value), tree.endNs[child.value] - tree.endNs[parent.value]);
  });
  return pairs;
}

}  // namespace

int64_t HostClock::boundNs() const {
  if (!isBounded()) return kUnbounded;
  const auto distance = [](int64_t from, int64_t to) {
    const uint64_t ns = static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
    return static_cast<int64_t>(std::min<uint64_t>(ns, kUnbounded));
  };
  return std::max(aheadNs > lowNs ? distance(lowNs, aheadNs) : 0, highNs > aheadNs ? distance(aheadNs, highNs) : 0);
}

bool ClockSkew::isAnyApart() const {
  return std::any_of(m_hosts.begin(), m_hosts.end(), [](const HostClock& host) { return host.aheadNs != 0; });
}

std::vector<HostClock> ClockSkew::apart() const {
  std::vector<HostClock> out;
  for (const HostClock& host : m_hosts) {
    if (host.aheadNs != 0) out.push_back(host);
  }
  const auto size = [](const HostClock& host) { return host.aheadNs < 0 ? -host.aheadNs : host.aheadNs; };
  std::stable_sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return size(a) > size(b); });
  return out;
}

const HostClock* ClockSkew::of(const store::Snapshot& snapshot, SpanRow row) const {
  const auto found = m_hostOfContext.find(snapshot.spans().context(row).value);
  return found == m_hostOfContext.end() ? nullptr : &m_hosts[found->second];
}

int64_t ClockSkew::aheadNs(const store::Snapshot& snapshot, SpanRow row) const {
  const HostClock* host = of(snapshot, row);
  return host == nullptr ? 0 : host->aheadNs;
}

ClockSkew estimateClockSkew(const TraceTree& tree) {
  ClockSkew out;
  if (tree.size() == 0) return out;
  Hosts hosts(tree);
  const std::vector<PlacedClock> clocks = placeClocks(hosts.count(), pairsOf(tree, hosts).all());
  std::vector<std::string> names = hosts.names();
  for (uint32_t i = 0; i < hosts.count(); ++i) {
    const PlacedClock& clock = clocks[i];
    out.m_hosts.push_back({std::move(names[i]), clock.aheadNs, clock.possible.low, clock.possible.high, clock.calls,
                           clock.isCertain});
  }
  out.m_hostOfContext = hosts.takeContexts();
  return out;
}

void reportClocks(TraceTree& tree, const ClockSkew& skew) {
  const auto kind = tree.clocks == nullptr ? DiagnosticKind::ClocksApart : DiagnosticKind::ClocksAdjusted;
  for (const HostClock& host : skew.apart()) tree.diagnostics.add(kind, {}, 0, clockText(host));
}

std::string clockText(const HostClock& host) {
  const bool isAhead = host.aheadNs >= 0;
  std::string out = host.name + "'s clock is " + durationText(isAhead ? host.aheadNs : -host.aheadNs) +
                    (isAhead ? " ahead" : " behind");
  if (!host.isCertain) return out + ", if it is one: what its spans say contradicts itself";
  if (!host.isBounded()) return out + " at least";
  return out + ", ± " + durationText(host.boundNs());
}

}  // namespace waybill::analysis
