// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What it costs to explain traces: one, and all that are loaded.
#include <benchmark/benchmark.h>

#include <atomic>
#include <thread>

#include "analysis/population.h"
#include "analysis/trace_analysis.h"
#include "bench/bar.h"
#include "bench/inputs.h"
#include "bench/measure.h"
#include "ingest/file_loader.h"
#include "store/trace_store.h"

namespace waybill::bench {
namespace {

using Snapshot = std::shared_ptr<const store::Snapshot>;

constexpr uint64_t kSpansPerTrace = 50;
constexpr unsigned kCores = 2;

Snapshot manyTraces(uint64_t traces, uint64_t seed) {
  store::TraceStore store;
  ingest::loadFiles({generatedFile({traces, kSpansPerTrace, test::TraceShape::Mixed, seed, test::TraceEncoding::OtlpProto})},
                    store);
  store.publish();
  return store.snapshot();
}

struct Work {
  double population = 0, findings = 0;  // processor seconds
  uint64_t found = 0;
};

Work findAll(const Snapshot& snapshot) {
  Work out;
  std::shared_ptr<const analysis::Population> population;
  out.population = secondsOf([&] { population = analysis::buildPopulation(snapshot, {}, kCores); });
  std::atomic<uint32_t> next{0};
  std::atomic<uint64_t> found{0};
  out.findings = secondsOf([&] {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < kCores; ++i) {
      workers.emplace_back([&] {
        analysis::OperationMemo memo;
        for (uint32_t t = next++; t < snapshot->traceCount(); t = next++) {
          found += analysis::analyzeTrace(snapshot, TraceIndex(t), population, {}, &memo)->findings.size();
        }
      });
    }
  });
  out.found = found;
  return out;
}

// Processor time of both cores, halved: what the clock shows where nobody else uses them.
Bar allFindings() {
  return {"all findings over 100,000 traces of 50 spans, two cores", "s", Bar::Sense::AtMost, 20,
          [](const Size& size) {
            const uint64_t traces = size.spans / 10;
            const Snapshot snapshot = manyTraces(traces, size.seed);
            const Work work = findAll(snapshot);
            note(std::to_string(work.population / kCores) + " s to learn what is usual, " +
                 std::to_string(work.findings / kCores) + " s to find; " + std::to_string(work.found) + " findings");
            return (work.population + work.findings) / kCores;
          }};
}

Bar oneLargeTrace() {
  return {"all findings of a trace of 10,000 spans", "ms", Bar::Sense::AtMost, 100, [](const Size& size) {
            const Snapshot snapshot = generatedTrace(test::TraceShape::Mixed, 10'000, size.seed);
            std::vector<double> seconds;
            for (int i = 0; i < size.repetitions + 1; ++i) {
              seconds.push_back(secondsOf([&] { analysis::analyzeTrace(snapshot, TraceIndex(0)); }));
            }
            return median(seconds) * 1e3;
          }};
}

}  // namespace

std::vector<Bar> analysisBars() {
  return {allFindings(), oneLargeTrace()};
}

}  // namespace waybill::bench
