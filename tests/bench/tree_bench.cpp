// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "analysis/critical_path.h"
#include "analysis/growing_tree.h"
#include "analysis/trace_tree.h"
#include "bench/bar.h"
#include "bench/inputs.h"
#include "bench/measure.h"
#include "store/trace_store.h"

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

// A trace as the processes export it, batch after batch, before and after a few more of them have come: most parents
// are still to come, as they end last.
struct GrownTrace {
  std::shared_ptr<const store::Snapshot> before, after;
};

GrownTrace grownTrace(TraceShape shape, uint64_t spans, uint64_t seed) {
  const std::string bytes =
      test::generateTraces({1, spans, shape, seed, test::TraceEncoding::OtlpProtoDelimited});
  std::vector<std::string_view> batches;
  for (size_t at = 0; at < bytes.size();) {
    size_t length = 0;
    for (size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes[at + i]);
    batches.push_back(std::string_view(bytes).substr(at + 4, length));
    at += 4 + length;
  }
  store::TraceStore store;
  GrownTrace out;
  const size_t last = batches.size() * 9 / 10;
  for (size_t i = 0; i < last; ++i) {
    if (i + 2 == last) {
      store.publish();
      out.before = store.snapshot();
    }
    std::shared_ptr<char[]> copy = std::make_unique_for_overwrite<char[]>(batches[i].size());
    std::copy(batches[i].begin(), batches[i].end(), copy.get());
    const auto chunk = Chunk::owned(std::move(copy), batches[i].size(), "live", 0);
    store.append(chunk, chunk->bytes());
  }
  store.publish();
  out.after = store.snapshot();
  return out;
}

// On one thread.
Bar growthBar(const char* name, TraceShape shape) {
  return {name, "x", Bar::Sense::AtMost, 0.5, [shape](const Size& size) {
            const GrownTrace trace = grownTrace(shape, size.spans, size.seed);
            const auto anew = [&] {
              return secondsOf([&] { benchmark::DoNotOptimize(analysis::buildTraceTree(trace.after, TraceIndex(0))); });
            };
            bool hasGrown = true;
            const auto grown = [&] {
              analysis::GrowingTree growing;
              growing.build(trace.before, TraceIndex(0));
              const double seconds =
                  secondsOf([&] { benchmark::DoNotOptimize(growing.build(trace.after, TraceIndex(0))); });
              hasGrown &= growing.hasGrown();
              return seconds;
            };
            const Pair pair = inTurns(size.repetitions, anew, grown);
            const uint32_t added = trace.after->spanCount() - trace.before->spanCount();
            std::array<char, 96> text{};
            std::snprintf(text.data(), text.size(), "%u spans more: %.0f ms, anew %.0f ms%s", added, pair.second * 1e3,
                          pair.first * 1e3, hasGrown ? "" : "; BUILT ANEW");
            note(text.data());
            return pair.ratio;
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
          treeBar("tree, self time and critical path, wide trace", TraceShape::Wide),
          growthBar("tree of a trace that grows against building it anew, mixed", TraceShape::Mixed),
          growthBar("tree of a trace that grows against building it anew, chain", TraceShape::Chain),
          growthBar("tree of a trace that grows against building it anew, wide", TraceShape::Wide)};
}

}  // namespace waybill::bench
