// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "otlp/wire_writer.h"
#include "store/snapshot.h"
#include "support/simulator/run.h"

// What exporters make of a simulated trace: OTLP wire bytes, by clocks that are not quite right.
namespace waybill::test::sim {

inline constexpr int64_t kFirstRequestNs = 1'767'225'600'000'000'000;  // 2026-01-01T00:00:00Z

struct Noise {
  uint64_t seed = 0;     // the same for all traces of a system: a clock that is wrong stays wrong
  double skewMs = 0;     // clocks are off by up to so much, each instance by its own
  double dropShare = 0;  // of the spans, each for itself; never the root
  bool losesRoot = false;
  std::vector<uint32_t> unknownTimes = {};  // operations whose spans have start 0, end 0, or end < start
};

// Appends one request as a TracesData message: a ResourceSpans per process and scope, spans in no order.
// `mayDrop`: spans that the noise may leave out; without it all.
void recordTrace(otlp::WireWriter& out, const System& system, const SimulatedTrace& trace, TraceId id,
                 int64_t startNs, const Noise& noise,
                 const std::function<bool(const SimulatedSpan&)>& mayDrop = {});

// Spans that recordTrace() leaves out.
bool isDropped(const Noise& noise, TraceId trace, const SimulatedSpan& span);
// How far that process's clock is ahead.
int64_t skewNs(const Noise& noise, uint32_t service, uint32_t instance);

// Bytes as a store with one chunk.
std::shared_ptr<const store::Snapshot> loaded(otlp::WireWriter&& bytes);

}  // namespace waybill::test::sim
