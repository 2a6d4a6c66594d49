// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "support/simulator/program.h"

namespace waybill::test::sim {

struct SystemSize {
  uint32_t services = 5;
  uint32_t spans = 40;   // of a request, about
  double sigma = 0.25;   // of every duration's logarithm
  bool parallel = true;  // joins
  bool async = true;     // work that nobody waits for
  bool queues = false;
  bool fanOut = true;  // more than two calls of one operation at once
  double stepMs = 3;   // the median own time
};

// A system without faults: services that call each other, in series, in parallel, in small loops, databases
// and web services at the leaves. No operation calls itself, however indirectly.
System randomSystem(uint64_t seed, const SystemSize& size);

// A system whose request spends about the same time in each of `steps` operations: nothing stands out.
System flatSystem(uint64_t seed, uint32_t steps);

// Operations that run just once in each request, one after another: whatever they lose, the request loses.
// Never the entry alone; with two sides or Function, so that their program can be edited.
std::vector<uint32_t> waitedForOnce(const System& system);

// The median of the response over some requests, in milliseconds.
double usualMs(const System& system, uint64_t seed);

}  // namespace waybill::test::sim
