// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/instances.h"

#include <algorithm>
#include <array>

#include "analysis/templates.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

struct InstanceSays {
  std::string instance, pod, container, host, process;
};

InstanceSays read(const store::Snapshot& snapshot, SpanRow row) {
  InstanceSays out;
  for (const otlp::AttributeView& attribute : snapshot.resource(row).attributes) {
    const auto take = [&](std::string& into) { into = otlp::valueText(attribute.value); };
    if (attribute.key == "service.instance.id") take(out.instance);
    if (attribute.key == "k8s.pod.name") take(out.pod);
    if (attribute.key == "container.id") take(out.container);
    if (attribute.key == "host.name" || (attribute.key == "host.id" && out.host.empty())) take(out.host);
    if (attribute.key == "process.pid") take(out.process);
  }
  return out;
}

}  // namespace

std::optional<uint64_t> instanceKey(const store::Snapshot& snapshot, SpanRow row) {
  const InstanceSays says = read(snapshot, row);
  const uint64_t service = stableHash(snapshot.service(row));
  for (const std::string* id : {&says.instance, &says.pod, &says.container}) {
    if (!id->empty()) return stableHash(*id, service);
  }
  if (says.host.empty() || says.process.empty()) return std::nullopt;
  return mixHash(stableHash(says.host, service), stableHash(says.process));
}

std::string instanceText(const store::Snapshot& snapshot, SpanRow row) {
  constexpr size_t kMaxBytes = 60;
  const InstanceSays says = read(snapshot, row);
  if (!says.pod.empty()) return "pod " + printable(says.pod, kMaxBytes);
  if (!says.instance.empty()) return "instance " + printable(says.instance, kMaxBytes);
  if (!says.container.empty()) return "container " + printable(says.container, 12);
  if (says.host.empty() || says.process.empty()) return {};
  return "process " + printable(says.process, kMaxBytes) + " on " + printable(says.host, kMaxBytes);
}

std::optional<uint64_t> InstanceMemo::of(const store::Snapshot& snapshot, SpanRow row) {
  const auto [entry, isNew] = m_known.try_emplace(snapshot.spans().context(row).value);
  if (isNew) entry->second = instanceKey(snapshot, row);
  return entry->second;
}

void InstanceStarts::add(uint64_t instance, int64_t startNs) {
  std::vector<int64_t>& starts = m_starts[instance];
  starts.insert(std::upper_bound(starts.begin(), starts.end(), startNs), startNs);
  if (starts.size() > kFirstRequests + 1) starts.pop_back();
}

void InstanceStarts::addTrace(const TraceTree& tree, InstanceMemo& memo) {
  absl::flat_hash_map<uint64_t, int64_t> first;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const auto instance = memo.of(*tree.snapshot, tree.row[i]);
    if (!instance || tree.isMissing(NodeIndex(i)) || tree.has(NodeIndex(i), NodeBits::kNoStart)) continue;
    const auto [entry, isNew] = first.try_emplace(*instance, tree.startNs[i]);
    if (!isNew) entry->second = std::min(entry->second, tree.startNs[i]);
  }
  for (const auto& [instance, startNs] : first) add(instance, startNs);
}

void InstanceStarts::merge(const InstanceStarts& other) {
  for (const auto& [instance, starts] : other.m_starts) {
    for (const int64_t startNs : starts) add(instance, startNs);
  }
}

bool InstanceStarts::isAmongFirst(uint64_t instance, int64_t startNs) const {
  const auto found = m_starts.find(instance);
  if (found == m_starts.end() || found->second.size() <= kFirstRequests) return false;
  const std::vector<int64_t>& starts = found->second;
  return startNs <= starts[kFirstRequests - 1] && startNs - starts[0] < kWarmAfterNs;
}

}  // namespace waybill::analysis
