// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/retention.h"

#include <algorithm>

namespace waybill::ingest {
namespace {

// The share that every service may fill so that all together keep `target` bytes: what small ones leave is
// given to the others.
uint64_t fairShare(std::vector<uint64_t> bytesOfServices, uint64_t target) {
  std::sort(bytesOfServices.begin(), bytesOfServices.end());
  uint64_t left = target;
  for (size_t i = 0; i < bytesOfServices.size(); ++i) {
    const uint64_t share = left / (bytesOfServices.size() - i);
    if (bytesOfServices[i] > share) return share;
    left -= bytesOfServices[i];
  }
  return target;
}

}  // namespace

std::vector<bool> chooseTraces(const store::Snapshot& snapshot, uint64_t targetBytes, uint32_t expiredRows,
                               const absl::flat_hash_set<TraceId>& pinned) {
  const uint32_t traces = snapshot.traceCount();
  std::vector<bool> keep(traces, false);
  std::vector<uint64_t> bytesOfTrace(traces, 0);
  for (SpanRow row; row.value < snapshot.spanCount(); ++row.value) {
    bytesOfTrace[snapshot.spans().trace(row).value] += snapshot.spanMessage(row).size();
  }
  std::vector<uint32_t> candidates;
  std::vector<uint32_t> service(traces, 0);
  std::vector<uint64_t> bytesOfService;
  for (uint32_t i = 0; i < traces; ++i) {
    const store::TraceSummary& trace = snapshot.trace(TraceIndex(i));
    if (!pinned.empty() && pinned.contains(trace.id)) {
      keep[i] = true;
    } else if (trace.newest.value >= expiredRows) {
      candidates.push_back(i);
      service[i] = snapshot.serviceId(trace.root).value;
      if (bytesOfService.size() <= service[i]) bytesOfService.resize(service[i] + 1, 0);
      bytesOfService[service[i]] += bytesOfTrace[i];
    }
  }
  std::vector<uint64_t> senders;
  for (const uint64_t bytes : bytesOfService) {
    if (bytes > 0) senders.push_back(bytes);
  }
  const uint64_t share = fairShare(std::move(senders), targetBytes);
  std::sort(candidates.begin(), candidates.end(), [&snapshot](uint32_t a, uint32_t b) {
    return snapshot.trace(TraceIndex(a)).newest > snapshot.trace(TraceIndex(b)).newest;
  });
  std::vector<uint64_t> used(bytesOfService.size(), 0);
  for (const uint32_t i : candidates) {
    uint64_t& bytes = used[service[i]];
    if (bytes + bytesOfTrace[i] > share) {
      bytes = share;  // what is older does not stay where what is newer went
      continue;
    }
    bytes += bytesOfTrace[i];
    keep[i] = true;
  }
  return keep;
}

}  // namespace waybill::ingest
