// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <benchmark/benchmark.h>

#include "analysis/critical_path.h"
#include "analysis/trace_tree.h"
#include "bench/bar.h"
#include "bench/inputs.h"
#include "bench/measure.h"

namespace waybill::bench {
namespace {

using test::TraceShape;

// On one thread.
double treeAndPathSeconds(const std::shared_ptr<const store::Snapshot>& snapshot) {
  return secondsOf([&] {
    const analysis::TraceTree tree = analysis::buildTraceTree(snapshot, TraceIndex(0));
    const std::vector<int64_t> self = analysis::selfTimes(tree);
    const analysis::CriticalPath path = analysis::criticalPath(tree);
    benchmark::DoNotOptimize(self.data());
    benchmark::DoNotOptimize(path.segments.size());
  });
}

Bar treeBar(const char* name, TraceShape shape) {
  return {name, "ms", Bar::Sense::AtMost, 250, [shape](const Size& size) {
            const auto snapshot = generatedTrace(shape, size.spans, size.seed);
            treeAndPathSeconds(snapshot);
            std::vector<double> seconds;
            for (int i = 0; i < size.repetitions; ++i) seconds.push_back(treeAndPathSeconds(snapshot));
            return median(seconds) * 1e3;
          }};
}

void treeAndPath(benchmark::State& state, TraceShape shape) {
  const auto snapshot = generatedTrace(shape, static_cast<uint64_t>(state.range(0)), 1);
  for (auto _ : state) state.SetIterationTime(treeAndPathSeconds(snapshot));
}
BENCHMARK_CAPTURE(treeAndPath, mixed, TraceShape::Mixed)->Arg(10'000)->Arg(1'000'000)->UseManualTime();
BENCHMARK_CAPTURE(treeAndPath, chain, TraceShape::Chain)->Arg(10'000)->Arg(1'000'000)->UseManualTime();
BENCHMARK_CAPTURE(treeAndPath, wide, TraceShape::Wide)->Arg(10'000)->Arg(1'000'000)->UseManualTime();

}  // namespace

std::vector<Bar> treeBars() {
  return {treeBar("tree, self time and critical path, mixed trace", TraceShape::Mixed),
          treeBar("tree, self time and critical path, chain", TraceShape::Chain),
          treeBar("tree, self time and critical path, wide trace", TraceShape::Wide)};
}

}  // namespace waybill::bench
