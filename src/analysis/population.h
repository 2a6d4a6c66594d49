// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "analysis/attempts.h"
#include "analysis/baselines.h"
#include "analysis/happens_before.h"
#include "analysis/instances.h"
#include "analysis/message_hops.h"
#include "analysis/operations.h"
#include "analysis/payload_facts.h"

namespace waybill::analysis {

// What is usual, learned over some traces. Immutable, any thread. It speaks of operations by their names, so that it can
// be compared with traces of any store.
struct Usual {
  uint32_t traces = 0;
  Baselines baselines;
  RetryFacts retries;
  PayloadFacts payloads;
  // The user said that these traces are normal. Otherwise they are all that is loaded, which may hold nothing but slow
  // requests: then "usual" means "usual here" and proves nothing.
  bool isChosen = false;
};

// What the traces of a store are compared with: what is usual, and what is learned over the store itself of what happens
// before what and who waits for whom. Immutable, any thread; it also serves later snapshots of a growing store.
struct Population {
  uint64_t storeId = 0;
  uint32_t traces = 0;  // of the store
  HappensBefore happensBefore;
  SentMessages messages;
  InstanceStarts instances;
  std::shared_ptr<const Usual> usual;  // never null
};

// Shares of the traces done, from 0 to 1; called from several threads, now and then.
using PopulationProgress = std::function<void(double)>;

// Reads every trace of the snapshot once, on `threads` threads (0: all cores), which are gone when it returns. Null
// when stop was asked for. The result does not depend on the number of threads or the order of traces. With `normal`
// that is what is usual; without, what is usual is learned from the snapshot too.
std::shared_ptr<const Population> buildPopulation(const std::shared_ptr<const store::Snapshot>& snapshot,
                                                  std::stop_token stop = {}, unsigned threads = 0,
                                                  const PopulationProgress& progress = {},
                                                  std::shared_ptr<const Usual> normal = nullptr);

// What is usual in traces that the user calls normal: those given, or all of the snapshot. Values of few traces count
// too. Null when stop was asked for. Threads as above.
std::shared_ptr<const Usual> learnNormal(const std::shared_ptr<const store::Snapshot>& snapshot,
                                         const std::optional<std::vector<TraceIndex>>& traces = std::nullopt,
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
