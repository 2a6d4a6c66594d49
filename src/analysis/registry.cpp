// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/registry.h"

#include <algorithm>
#include <array>

#include "analysis/detectors/batch_wait.h"
#include "analysis/detectors/chatty.h"
#include "analysis/detectors/cold_start.h"
#include "analysis/detectors/could_be_parallel.h"
#include "analysis/detectors/data_quality.h"
#include "analysis/detectors/duplicate_calls.h"
#include "analysis/detectors/error_cause.h"
#include "analysis/detectors/idle_gap.h"
#include "analysis/detectors/large_payload.h"
#include "analysis/detectors/many_calls.h"
#include "analysis/detectors/many_queries.h"
#include "analysis/detectors/network_edge.h"
#include "analysis/detectors/own_time.h"
#include "analysis/detectors/pool_saturation.h"
#include "analysis/detectors/queue_delay.h"
#include "analysis/detectors/repeating_block.h"
#include "analysis/detectors/retry.h"
#include "analysis/detectors/retry_storm.h"
#include "analysis/detectors/slow_dependency.h"
#include "analysis/detectors/slower_than_usual.h"
#include "analysis/detectors/starved_caller.h"
#include "analysis/detectors/straggler.h"
#include "analysis/detectors/timeout.h"
#include "analysis/detectors/work_after_response.h"
#include "analysis/detectors/work_after_timeout.h"

namespace waybill::analysis {

std::span<const Detector> allDetectors() {
  static constexpr std::array kDetectors{
      Detector{"B1", "Dominant own time", detectOwnTime},
      Detector{"B2", "Slow dependency", detectSlowDependency, Share::ReadsMuch},
      Detector{"B3", "Slower than usual", detectSlowerThanUsual},
      Detector{"B4", "Time lost between services", detectNetworkEdge},
      Detector{"B5", "N+1 queries", detectManyQueries, Share::Calls},
      Detector{"B6", "N+1 service calls", detectManyCalls, Share::Calls},
      Detector{"B7", "Repeating block", detectRepeatingBlock, Share::ReadsMuch},
      Detector{"B8", "Serial, could be parallel", detectCouldBeParallel},
      Detector{"B9", "Straggler in a fan-out", detectStraggler, Share::ReadsMuch},
      Detector{"B10", "Retry", detectRetry, Share::Attempts},
      Detector{"B11", "Retry storm", detectRetryStorm, Share::Attempts},
      Detector{"B12", "Timeout", detectTimeout},
      Detector{"B13", "Work after a timeout", detectWorkAfterTimeout},
      Detector{"B14", "Where the error began", detectErrorCause, Share::Attempts},
      Detector{"B15", "Nothing recorded", detectIdleGap},
      Detector{"B16", "Waiting for a place in a pool", detectPoolSaturation, Share::Calls},
      Detector{"B17", "Queue delay", detectQueueDelay},
      Detector{"B18", "Waiting for a batch", detectBatchWait},
      Detector{"B19", "The same call again", detectDuplicateCalls, Share::ReadsMuch},
      Detector{"B20", "Chatty calls", detectChatty, Share::ReadsMuch},
      Detector{"B21", "Cold start", detectColdStart, Share::ReadsMuch},
      Detector{"B22", "Large payload", detectLargePayload, Share::ReadsMuch},
      Detector{"B23", "Work after the response", detectWorkAfterResponse},
      Detector{"B24", "Data quality", detectDataQuality},
      Detector{"B25", "Starved caller", detectStarvedCaller},
  };
  return kDetectors;
}

std::string alsoExplainsText(const Finding& finding) {
  std::string out;
  for (const std::string_view kind : finding.alsoExplains) {
    const auto detectors = allDetectors();
    const auto found = std::find_if(detectors.begin(), detectors.end(), [&](const Detector& d) { return d.kind == kind; });
    out += (out.empty() ? "Also explains: " : ", ") + std::string(found == detectors.end() ? kind : found->title);
  }
  return out.empty() ? out : out + ".";
}

}  // namespace waybill::analysis
