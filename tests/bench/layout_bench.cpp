// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>

#include "analysis/critical_path.h"
#include "bench/bar.h"
#include "bench/inputs.h"
#include "bench/measure.h"
#include "layout/flame_layout.h"
#include "layout/gantt_layout.h"

namespace waybill::bench {
namespace {

using layout::TimeRange;
using layout::TimeScale;
using test::TraceShape;

constexpr double kWidth = 1920;
constexpr uint32_t kRows = 54;  // of 20 pixels, on 1080

// A trace with its layouts.
struct Picture {
  analysis::TraceTree tree;
  analysis::CriticalPath path;
  layout::GanttLayout gantt;
  layout::GanttRows rows;
  layout::FlameLayout flame;

  explicit Picture(const std::shared_ptr<const store::Snapshot>& snapshot)
      : tree(analysis::buildTraceTree(snapshot, TraceIndex(0))),
        path(analysis::criticalPath(tree)),
        gantt(tree, path),
        rows(tree),
        flame(tree) {}
};

// Milliseconds a frame, on average over a script: at spans all over the trace, from the whole trace down to
// ten nanoseconds around the span's start, with its row or lane in the middle.
template <typename Draw, typename RowOf>
double averageFrame(const Picture& picture, RowOf&& rowOf, Draw&& draw) {
  constexpr uint32_t kSpans = 9;
  const TimeRange bounds = layout::traceRange(picture.tree);
  double seconds = 0;
  int frames = 0;
  for (uint32_t i = 0; i < kSpans; ++i) {
    const analysis::NodeIndex node(static_cast<uint32_t>(uint64_t{picture.tree.size()} * i / kSpans));
    const uint32_t row = rowOf(node);
    const uint32_t first = row > kRows / 2 ? row - kRows / 2 : 0;
    TimeScale scale(bounds, kWidth);
    while (scale.range().durationNs() > TimeScale::kMinDurationNs) {
      seconds += secondsOf([&] { benchmark::DoNotOptimize(draw(scale, first)); });
      ++frames;
      const double x = scale.x(picture.tree.startNs[node.value]);
      scale = TimeScale(scale.zoomedAt(x, 3, bounds), kWidth);
    }
  }
  return seconds * 1e3 / frames;
}

double ganttFrame(const Picture& picture) {
  return averageFrame(
      picture, [&](analysis::NodeIndex node) { return picture.rows.rowOf(node).value_or(0); },
      [&](const TimeScale& scale, uint32_t first) {
        return picture.gantt.draw(picture.rows, scale, first, kRows);
      });
}

double flameFrame(const Picture& picture) {
  return averageFrame(
      picture, [&](analysis::NodeIndex node) { return picture.flame.laneOf(node); },
      [&](const TimeScale& scale, uint32_t first) { return picture.flame.draw(scale, first, kRows); });
}

// The slowest frame: the whole trace, from the top, where every pixel folds many spans.
double wholeFlameFrame(const Picture& picture, int repetitions) {
  const TimeScale scale(layout::traceRange(picture.tree), kWidth);
  std::vector<double> frames;
  for (int i = 0; i < repetitions + 2; ++i) {
    frames.push_back(secondsOf([&] { benchmark::DoNotOptimize(picture.flame.draw(scale, 0, kRows)); }) * 1e3);
  }
  return median(frames);
}

// The average frame of the large trace; the small one's is noted.
template <typename Frame>
double frameMilliseconds(const Size& size, TraceShape shape, Frame&& frame) {
  const Picture few(generatedTrace(shape, size.fewSpans, size.seed));
  const Picture many(generatedTrace(shape, size.spans, size.seed));
  const Pair pair = inTurns(
      size.repetitions, [&] { return frame(few); }, [&] { return frame(many); });
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%.4f ms with 10 k spans", pair.first);
  note(text.data());
  return pair.second;
}

double buildMilliseconds(const Size& size, TraceShape shape) {
  const auto snapshot = generatedTrace(shape, size.spans, size.seed);
  const analysis::TraceTree tree = analysis::buildTraceTree(snapshot, TraceIndex(0));
  const analysis::CriticalPath path = analysis::criticalPath(tree);
  std::vector<double> seconds;
  for (int i = 0; i < size.repetitions; ++i) {
    seconds.push_back(secondsOf([&] {
      const layout::GanttLayout gantt(tree, path);
      const layout::GanttRows rows(tree);
      const layout::FlameLayout flame(tree);
      benchmark::DoNotOptimize(&gantt);
      benchmark::DoNotOptimize(&rows);
      benchmark::DoNotOptimize(&flame);
    }));
  }
  return median(seconds) * 1e3;
}

double foldMilliseconds(const Size& size) {
  const auto snapshot = generatedTrace(TraceShape::Mixed, size.spans, size.seed);
  const analysis::TraceTree tree = analysis::buildTraceTree(snapshot, TraceIndex(0));
  layout::GanttRows rows(tree);
  std::vector<double> seconds;
  for (int i = 0; i < 2 * size.repetitions; ++i) {
    seconds.push_back(secondsOf([&] { rows.setCollapsed(analysis::NodeIndex(0), i % 2 == 0); }));
  }
  return median(seconds) * 1e3;
}

double minimapMilliseconds(const Size& size) {
  const Picture picture(generatedTrace(TraceShape::Mixed, size.spans, size.seed));
  std::vector<double> seconds;
  for (int i = 0; i < size.repetitions; ++i) {
    seconds.push_back(secondsOf([&] {
      benchmark::DoNotOptimize(
          minimap(picture.flame, picture.tree, layout::traceRange(picture.tree), 40, 1920));
    }));
  }
  return median(seconds) * 1e3;
}

void drawGantt(benchmark::State& state) {
  const Picture picture(generatedTrace(TraceShape::Mixed, static_cast<uint64_t>(state.range(0)), 1));
  for (auto _ : state) state.SetIterationTime(ganttFrame(picture) / 1e3);
}
BENCHMARK(drawGantt)
    ->Arg(10'000)
    ->Arg(1'000'000)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(20);

void drawFlame(benchmark::State& state) {
  const Picture picture(generatedTrace(TraceShape::Mixed, static_cast<uint64_t>(state.range(0)), 1));
  for (auto _ : state) state.SetIterationTime(flameFrame(picture) / 1e3);
}
BENCHMARK(drawFlame)
    ->Arg(10'000)
    ->Arg(1'000'000)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(20);

}  // namespace

std::vector<Bar> layoutBars() {
  using Sense = Bar::Sense;
  std::vector<Bar> bars;
  const std::pair<const char*, TraceShape> shapes[] = {
      {"mixed", TraceShape::Mixed}, {"chain", TraceShape::Chain}, {"wide", TraceShape::Wide}};
  for (const auto& [title, shape] : shapes) {
    const std::string suffix = std::string(", ") + title;
    const TraceShape of = shape;
    bars.push_back({"build the layouts" + suffix, "ms", Sense::AtMost, 500,
                    [of](const Size& s) { return buildMilliseconds(s, of); }});
    bars.push_back({"timeline layout, average frame" + suffix, "ms", Sense::AtMost, 2,
                    [of](const Size& s) { return frameMilliseconds(s, of, ganttFrame); }});
    bars.push_back({"flame layout, average frame" + suffix, "ms", Sense::AtMost, 2,
                    [of](const Size& s) { return frameMilliseconds(s, of, flameFrame); }});
    bars.push_back(
        {"flame layout, frame of the whole trace" + suffix, "ms", Sense::AtMost, 8, [of](const Size& s) {
           return wholeFlameFrame(Picture(generatedTrace(of, s.spans, s.seed)), s.repetitions);
         }});
  }
  bars.push_back({"fold or unfold the whole trace", "ms", Sense::AtMost, 5, foldMilliseconds});
  bars.push_back({"minimap of 40 x 1920 cells", "ms", Sense::AtMost, 50, minimapMilliseconds});
  return bars;
}

}  // namespace waybill::bench
