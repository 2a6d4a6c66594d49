// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "acceptance/tally.h"

namespace waybill::acceptance {

// How well replay predicts what a faster operation saves, against re-simulation with common random numbers:
// each operation of random systems twice as fast, and ten times as fast.
struct SavingScore {
  Share within10Percent;        // of operations worth more than 2 % of the request
  Share bestFound;              // the operation that truly saves most is predicted to
  std::vector<double> regrets;  // what is lost by following the prediction, of the best saving
  std::vector<double> errors;   // of the request's duration
};
SavingScore savingScore(uint64_t seed, uint32_t systems, uint32_t requestsEach);

// Relative errors of the predicted 99th percentile of a population after its most expensive operation became
// twice as fast; one a system.
std::vector<double> tailErrors(uint64_t seed, uint32_t systems, uint32_t requestsEach);

}  // namespace waybill::acceptance
