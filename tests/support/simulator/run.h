// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "otlp/fields.h"
#include "support/simulator/program.h"

namespace waybill::test::sim {

// A span as it happened, on one true clock.
struct SimulatedSpan {
  uint64_t id = 0, parent = 0;     // parent 0: a root
  int64_t startNs = 0, endNs = 0;  // since the request began
  uint32_t operation = 0;
  uint32_t service = 0, instance = 0;  // that records it
  otlp::SpanKind kind = otlp::SpanKind::Internal;
  bool error = false;
  bool timedOut = false;  // its caller gave up
  uint32_t resends = 0;   // attempts before this one, when it says so
  uint64_t target = 0;    // what is asked for; equal ones are equal calls
  uint64_t payloadBytes = 0;
  std::vector<uint64_t> links = {};  // span ids
};

struct SimulatedTrace {
  std::vector<SimulatedSpan> spans;  // parents before children
  int64_t responseNs = 0;            // the root's duration
  int64_t endToEndNs = 0;            // until the last span ends
};

// One request. The same system, seed and request give the same trace; of an edited copy of the system, all
// that the edit does not touch lasts as long as before.
SimulatedTrace simulate(const System& system, uint64_t seed, uint64_t request);

}  // namespace waybill::test::sim
