// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "acceptance/judge.h"
#include "acceptance/tally.h"

namespace waybill::acceptance {

// Seeds. Thresholds are tuned on small seeds (below kFirstHeldOutSeed), whatever is looked at while tuning
// comes from them; acceptance uses those from kFirstHeldOutSeed on, whose cases nobody looks at.
inline constexpr uint64_t kTuningSeed = 1, kFirstHeldOutSeed = 1'000'000'000;

// How a detector did on planted traces.
struct DetectorScore {
  bool built = false;  // it is in the registry
  Share precision;     // of the cases in which it said something; wrong in any finding is wrong
  Share recall;        // of the true faults
  Share falseAlarms;   // of the cases without a fault
  Share savingRight;   // predicted saving within 10 % of re-simulation, of the faults found that have one
  Share foundItRight;  // of shapes with a fault and a "found it", those that have it there
  Share invented;      // of shapes without a fault, those with a "found it" where there is nothing
  std::map<std::string, Share> foundByShape, alarmsByShape;
};

bool isBuilt(const Kind& kind);

// `cases` with and as many without the fault, on both cores.
DetectorScore scoreOf(const Kind& kind, uint64_t seed, uint32_t cases, Usual usual = Usual::Here);

// Calls work(i) for i below n on as many threads as there are cores.
void inParallel(uint32_t n, const std::function<void(uint32_t)>& work);

}  // namespace waybill::acceptance
