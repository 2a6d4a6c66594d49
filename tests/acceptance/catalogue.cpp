// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/catalogue.h"

#include <array>

#include "acceptance/plants.h"
#include "acceptance/shapes.h"

namespace waybill::acceptance {

std::span<const Kind> allKinds() {
  static constexpr std::array kKinds{
      Kind{"B1", "dominant own time", ownTime},
      Kind{"B2", "slow dependency", slowDependency},
      Kind{"B3", "slower than usual", slowerThanUsual},
      Kind{"B4", "network edge", networkEdge},
      Kind{"B5", "N+1 queries", manyQueries},
      Kind{"B6", "N+1 service calls", manyCalls},
      Kind{"B7", "repeating block", repeatingBlock},
      Kind{"B8", "serial, could be parallel", couldBeParallel},
      Kind{"B9", "straggler in fan-out", straggler},
      Kind{"B10", "retry", retried},
      Kind{"B11", "retry storm", retryStorm},
      Kind{"B12", "timeout", timedOut},
      Kind{"B13", "work after timeout", workAfterTimeout},
      Kind{"B14", "error root cause", errorCause},
      Kind{"B15", "idle gap", idleGap},
      Kind{"B16", "pool saturation", poolSaturation},
      Kind{"B17", "queue delay", queueDelay},
      Kind{"B18", "head-of-line batch", waitingForBatch},
      Kind{"B19", "duplicate call", duplicateCalls},
      Kind{"B20", "chatty", chatty},
      Kind{"B21", "cold start", coldStart},
      Kind{"B22", "large payload", largePayload},
      Kind{"B23", "work after response", workAfterResponse},
      Kind{"B24", "data quality", dataQuality},
  };
  return kKinds;
}

std::span<const Kind> allShapes() {
  static constexpr std::array kShapes{
      Kind{"R1", "client gave up, server goes on", clientTimeouts, true},
      Kind{"R2", "mirrors", mirrors, true},
      Kind{"R3", "starved caller", starvedCaller, true, "B25"},
      Kind{"R4", "streams", streams, true},
      Kind{"R5", "all requests slow", allSlow, true},
      Kind{"R6", "lost root", lostRoot, true},
      Kind{"R7", "unknown starts and ends", unknownTimes, true},
  };
  return kShapes;
}

}  // namespace waybill::acceptance
