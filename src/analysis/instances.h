// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/trace_tree.h"

namespace waybill::analysis {

// The running program a span comes from, by what its resource says: service.instance.id, pod, container, or host and
// process. None when it does not tell. Equal for equal contents, in every process.
std::optional<uint64_t> instanceKey(const store::Snapshot& snapshot, SpanRow row);
// "pod x-7f", "instance 1234", for people. Plain text; empty when the resource does not tell.
std::string instanceText(const store::Snapshot& snapshot, SpanRow row);

// Remembers the instance of each resource of one store. One thread.
class InstanceMemo {
 public:
  std::optional<uint64_t> of(const store::Snapshot& snapshot, SpanRow row);

 private:
  absl::flat_hash_map<uint32_t, std::optional<uint64_t>> m_known;  // by context
};

// The first requests that each instance took part in. Built like Baselines: part by part, merged.
class InstanceStarts {
 public:
  static constexpr size_t kFirstRequests = 3;
  static constexpr int64_t kWarmAfterNs = 60'000'000'000;

  void addTrace(const TraceTree& tree, InstanceMemo& memo);
  void merge(const InstanceStarts& other);
  // Whether a request that reached the instance at this time was one of its first, within a minute of the very first,
  // and others came after.
  bool isAmongFirst(uint64_t instance, int64_t startNs) const;

 private:
  void add(uint64_t instance, int64_t startNs);
  absl::flat_hash_map<uint64_t, std::vector<int64_t>> m_starts;  // the earliest kFirstRequests + 1, ascending
};

}  // namespace waybill::analysis
