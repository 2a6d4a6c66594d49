// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <vector>

#include "analysis/trace_tree.h"

namespace waybill::analysis {

// An operation: service and span name with ids taken out. A hash of the texts, so that it is the same whatever the
// order in which spans arrive, and in every process.
struct OperationKey {
  uint64_t value = 0;
  constexpr auto operator<=>(const OperationKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const OperationKey& key) {
    return H::combine(std::move(h), key.value);
  }
};

// The operations from the root down to a span.
struct CallPathKey {
  uint64_t value = 0;
  constexpr auto operator<=>(const CallPathKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const CallPathKey& key) {
    return H::combine(std::move(h), key.value);
  }
};

// Remembers the operation of each service and name of one store, because there are few of them and many spans. Not
// thread-safe: one per thread, or a constant one.
class OperationMemo {
 public:
  OperationKey of(const store::Snapshot& snapshot, StringId service, StringId name);

 private:
  absl::flat_hash_map<uint64_t, OperationKey> m_known;  // by service << 32 | name
};

// By node of one tree.
struct TraceOperations {
  std::vector<OperationKey> operation;
  std::vector<CallPathKey> path;
};

TraceOperations operationsOf(const TraceTree& tree, OperationMemo& memo);

}  // namespace waybill::analysis
