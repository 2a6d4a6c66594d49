// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/registry.h"

#include <array>

#include "analysis/detectors/batch_wait.h"
#include "analysis/detectors/cold_start.h"
#include "analysis/detectors/data_quality.h"
#include "analysis/detectors/error_cause.h"
#include "analysis/detectors/idle_gap.h"
#include "analysis/detectors/large_payload.h"
#include "analysis/detectors/network_edge.h"
#include "analysis/detectors/own_time.h"
#include "analysis/detectors/queue_delay.h"
#include "analysis/detectors/retry.h"
#include "analysis/detectors/retry_storm.h"
#include "analysis/detectors/slow_dependency.h"
#include "analysis/detectors/slower_than_usual.h"
#include "analysis/detectors/timeout.h"
#include "analysis/detectors/work_after_response.h"
#include "analysis/detectors/work_after_timeout.h"

namespace waybill::analysis {

std::span<const Detector> allDetectors() {
  static constexpr std::array kDetectors{
      Detector{"B1", "Dominant own time", detectOwnTime},
      Detector{"B2", "Slow dependency", detectSlowDependency},
      Detector{"B3", "Slower than usual", detectSlowerThanUsual},
      Detector{"B4", "Time lost between services", detectNetworkEdge},
      Detector{"B10", "Retry", detectRetry},
      Detector{"B11", "Retry storm", detectRetryStorm},
      Detector{"B12", "Timeout", detectTimeout},
      Detector{"B13", "Work after a timeout", detectWorkAfterTimeout},
      Detector{"B14", "Where the error began", detectErrorCause},
      Detector{"B15", "Nothing recorded", detectIdleGap},
      Detector{"B17", "Queue delay", detectQueueDelay},
      Detector{"B18", "Waiting for a batch", detectBatchWait},
      Detector{"B21", "Cold start", detectColdStart},
      Detector{"B22", "Large payload", detectLargePayload},
      Detector{"B23", "Work after the response", detectWorkAfterResponse},
      Detector{"B24", "Data quality", detectDataQuality},
  };
  return kDetectors;
}

}  // namespace waybill::analysis
