// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "analysis/attempts.h"
#include "analysis/baselines.h"
#include "analysis/happens_before.h"
#include "analysis/instances.h"
#include "analysis/message_hops.h"
#include "analysis/operations.h"
#include "analysis/payload_facts.h"

namespace waybill::analysis {

// What is learned over everything loaded: usual values, what happens before what, who waits for whom. Immutable, any
// thread. It speaks of operations by their names, so that it also serves later snapshots of a growing store.
struct Population {
  uint64_t storeId = 0;
  uint32_t traces = 0;
  Baselines baselines;
  HappensBefore happensBefore;
  RetryFacts retries;
  SentMessages messages;
  PayloadFacts payloads;
  InstanceStarts instances;
};

// Shares of the traces done, from 0 to 1; called from several threads, now and then.
using PopulationProgress = std::function<void(double)>;

// Reads every trace of the snapshot once, on `threads` threads (0: all cores), which are gone when it returns. Null
// when stop was asked for. The result does not depend on the number of threads or the order of traces.
std::shared_ptr<const Population> buildPopulation(const std::shared_ptr<const store::Snapshot>& snapshot,
                                                  std::stop_token stop = {}, unsigned threads = 0,
                                                  const PopulationProgress& progress = {});

// Where a value stands among those of its operation.
struct UsualPlace {
  uint64_t count = 0;       // of values compared with
  int64_t medianNs = 0, p99Ns = 0;
  double rank = 0;          // share of them that are smaller, 0 to 1
  const LogHistogram* values = nullptr;  // all of them; the population's
};

}  // namespace waybill::analysis
