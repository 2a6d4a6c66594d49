// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/registry.h"

#include <array>

#include "analysis/detectors/data_quality.h"
#include "analysis/detectors/idle_gap.h"
#include "analysis/detectors/network_edge.h"
#include "analysis/detectors/own_time.h"
#include "analysis/detectors/slow_dependency.h"
#include "analysis/detectors/slower_than_usual.h"

namespace waybill::analysis {

std::span<const Detector> allDetectors() {
  static constexpr std::array kDetectors{
      Detector{"B1", "Dominant own time", detectOwnTime},
      Detector{"B2", "Slow dependency", detectSlowDependency},
      Detector{"B3", "Slower than usual", detectSlowerThanUsual},
      Detector{"B4", "Time lost between services", detectNetworkEdge},
      Detector{"B15", "Nothing recorded", detectIdleGap},
      Detector{"B24", "Data quality", detectDataQuality},
  };
  return kDetectors;
}

}  // namespace waybill::analysis
