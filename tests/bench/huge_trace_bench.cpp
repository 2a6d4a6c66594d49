// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// One trace of ten million spans: opened, looked at, folded.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <array>
#include <cstdio>
#include <numeric>
#include <thread>

#include "analysis/operations.h"
#include "bench/bar.h"
#include "bench/inputs.h"
#include "bench/measure.h"
#include "session/open_trace.h"

namespace waybill::bench {
namespace {

using analysis::NodeIndex;
using layout::TimeRange;
using layout::TimeScale;
using session::OpenTrace;
using test::TraceShape;

constexpr double kWidth = 3840;
constexpr uint32_t kRows = 108;  // of 20 pixels, on 2160

std::shared_ptr<const OpenTrace> opened(const std::shared_ptr<const store::Snapshot>& snapshot) {
  return session::prepareTrace(snapshot, TraceIndex(0), nullptr, {std::thread::hardware_concurrency()}).open;
}

size_t heapBytes() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Until it can be looked at, as the window shows it before its findings are known. On the wall, the best of several:
// others who use the machine only make it longer.
double secondsToOpen(const Size& size, TraceShape shape) {
  const auto snapshot = generatedTrace(shape, size.hugeSpans, size.seed);
  double best = 0, processor = 0;
  for (int i = 0; i < (size.repetitions + 1) / 2; ++i) {
    std::shared_ptr<const OpenTrace> open;
    double wall = 0;
    const double used = secondsOf([&] { wall = wallSecondsOf([&] { open = opened(snapshot); }); });
    if (i == 0 || wall < best) best = wall;
    if (i == 0 || used < processor) processor = used;
  }
  session::PreparedTrace prepared =
      session::prepareTrace(snapshot, TraceIndex(0), nullptr, {std::thread::hardware_concurrency()});
  const double found = wallSecondsOf([&] {
    benchmark::DoNotOptimize(
        analysis::explain(*prepared.open->analysis, prepared.operations, {std::thread::hardware_concurrency()}));
  });
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%.2f s of processor time; its findings follow %.1f s later", processor, found);
  note(text.data());
  return best;
}

double heapPerSpan(const Size& size, TraceShape shape) {
  const auto snapshot = generatedTrace(shape, size.spans, size.seed);
  const size_t before = heapBytes();
  const auto open = opened(snapshot);
  const layout::GanttRows rows(open->tree(), open->siblings.get());
  return static_cast<double>(heapBytes() - before) / open->tree().size();
}

// Milliseconds of each frame of a script: at spans all over the trace, from the whole trace down to ten
// nanoseconds around the span's start, panned to both sides at each zoom.
template <typename RowOf, typename Draw>
std::vector<double> frames(const OpenTrace& open, RowOf&& rowOf, Draw&& draw) {
  constexpr uint32_t kSpans = 9;
  std::vector<double> out;
  for (uint32_t i = 0; i < kSpans; ++i) {
    const NodeIndex node(static_cast<uint32_t>(uint64_t{open.tree().size()} * i / kSpans));
    const uint32_t row = rowOf(node);
    const uint32_t first = row > kRows / 2 ? row - kRows / 2 : 0;
    TimeScale scale(open.bounds, kWidth);
    while (scale.range().durationNs() > TimeScale::kMinDurationNs) {
      for (int pan = -2; pan <= 2; ++pan) {
        const TimeScale panned(scale.pannedBy(pan * kWidth / 8, open.bounds), kWidth);
        out.push_back(secondsOf([&] { benchmark::DoNotOptimize(draw(panned, first)); }) * 1e3);
      }
      const double x = scale.x(open.tree().startNs[node.value]);
      scale = TimeScale(scale.zoomedAt(x, 3, open.bounds), kWidth);
    }
  }
  return out;
}

// As the window shows it at first: repeated siblings folded.
std::vector<double> timelineFrames(const OpenTrace& open) {
  const layout::GanttRows rows(open.tree(), open.siblings.get());
  return frames(
      open, [&](NodeIndex node) { return rows.rowShowing(node); },
      [&](const TimeScale& scale, uint32_t first) { return open.gantt->draw(rows, scale, first, kRows); });
}

std::vector<double> flameFrames(const OpenTrace& open) {
  return frames(
      open, [&](NodeIndex node) { return open.flame->laneOf(node); },
      [&](const TimeScale& scale, uint32_t first) { return open.flame->draw(scale, first, kRows); });
}

double quantile(std::vector<double> values, double share) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

using Frames = std::vector<double> (*)(const OpenTrace&);

double slowFrame(const Size& size, TraceShape shape, Frames script) {
  const auto open = opened(generatedTrace(shape, size.hugeSpans, size.seed));
  script(*open);  // warms
  return quantile(script(*open), 0.99);
}

// Median against median, as for painted frames.
double frameRatio(const Size& size, TraceShape shape, Frames script) {
  const auto few = opened(generatedTrace(shape, size.fewSpans, size.seed));
  const auto many = opened(generatedTrace(shape, size.hugeSpans, size.seed));
  const Pair pair = inTurns(
      size.repetitions, [&] { return median(script(*few)); }, [&] { return median(script(*many)); });
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), "%.4f ms, %.4f ms with few spans; means %.4f and %.4f ms", pair.second,
                pair.first, mean(script(*many)), mean(script(*few)));
  note(text.data());
  return pair.ratio;
}

// The slowest of: fold and unfold the whole trace with nothing, and with much, folded inside; fold all at a
// depth; unfold all.
double foldMilliseconds(const Size& size) {
  const auto snapshot = generatedTrace(TraceShape::Mixed, size.hugeSpans, size.seed);
  const analysis::TraceTree tree = analysis::buildTraceTree(snapshot, TraceIndex(0));
  layout::GanttRows rows(tree);
  double slowest = 0;
  const auto measure = [&](auto&& work) { slowest = std::max(slowest, secondsOf(work) * 1e3); };
  for (int i = 0; i < 2; ++i) {
    measure([&] { rows.setCollapsed(tree.primaryRoot, true); });
    measure([&] { rows.setCollapsed(tree.primaryRoot, false); });
    measure([&] { rows.collapseBelow(6); });
  }
  measure([&] { rows.expandAll(); });
  return slowest;
}

// The slowest of: rows with all groups of repeated siblings folded made, a group of a million opened and closed again.
double groupMilliseconds(const Size& size) {
  const auto snapshot = generatedTrace(TraceShape::Wide, size.hugeSpans, size.seed);
  const analysis::TraceTree tree = analysis::buildTraceTree(snapshot, TraceIndex(0));
  analysis::OperationMemo memo;
  const analysis::TraceOperations operations = analysis::operationsOf(tree, memo);
  std::unique_ptr<const layout::SiblingGroups> groups;
  const double building =
      secondsOf([&] { groups = std::make_unique<layout::SiblingGroups>(tree, operations.operation); });
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%u groups, found in %.0f ms on a worker", groups->size(), building * 1e3);
  note(text.data());
  std::unique_ptr<layout::GanttRows> rows;
  double slowest = secondsOf([&] { rows = std::make_unique<layout::GanttRows>(tree, groups.get()); }) * 1e3;
  for (uint32_t i = 0; i < groups->size() && i < 16; ++i) {
    const layout::GroupIndex group(i);
    slowest = std::max(slowest, secondsOf([&] { rows->setFolded(group, false); }) * 1e3);
    slowest = std::max(slowest, secondsOf([&] { rows->setFolded(group, true); }) * 1e3);
  }
  return slowest;
}

// From a row to its span and back, microseconds.
double rowMicroseconds(const Size& size) {
  const auto snapshot = generatedTrace(TraceShape::Mixed, size.hugeSpans, size.seed);
  const analysis::TraceTree tree = analysis::buildTraceTree(snapshot, TraceIndex(0));
  layout::GanttRows rows(tree);
  rows.collapseBelow(6);
  constexpr uint32_t kTimes = 10'000;
  uint64_t sum = 0;
  const double seconds = secondsOf([&] {
    for (uint32_t i = 0; i < kTimes; ++i) {
      const auto row = static_cast<uint32_t>(uint64_t{rows.rowCount()} * i / kTimes);
      sum += rows.rowOf(rows.nodeAt(row)).value_or(0);
    }
  });
  benchmark::DoNotOptimize(sum);
  return seconds * 1e6 / kTimes;
}

}  // namespace

std::vector<Bar> hugeTraceBars() {
  using Sense = Bar::Sense;
  std::vector<Bar> bars;
  const std::pair<const char*, TraceShape> shapes[] = {
      {"mixed", TraceShape::Mixed}, {"chain", TraceShape::Chain}, {"wide", TraceShape::Wide}};
  for (const auto& [title, shape] : shapes) {
    const std::string suffix = std::string(", ") + title;
    const TraceShape of = shape;
    bars.push_back({"heap per span of an open trace, 1 M spans" + suffix, "B", Sense::AtMost, 64,
                    [of](const Size& s) { return heapPerSpan(s, of); }});
  }
  bars.push_back({"fold 10 M spans, the slowest way", "ms", Sense::AtMost, 16, foldMilliseconds});
  bars.push_back({"fold and open repeated siblings among 10 M spans", "ms", Sense::AtMost, 16, groupMilliseconds});
  bars.push_back({"row to span and back, 10 M spans", "us", Sense::AtMost, 10, rowMicroseconds});
  for (const auto& [title, shape] : shapes) {
    const std::string suffix = std::string(", ") + title;
    const TraceShape of = shape;
    bars.push_back({"open a trace of 10 M spans, all threads" + suffix, "s", Sense::AtMost, 3,
                    [of](const Size& s) { return secondsToOpen(s, of); }});
    bars.push_back({"timeline layout, 10 M spans, 99th percentile" + suffix, "ms", Sense::AtMost, 16,
                    [of](const Size& s) { return slowFrame(s, of, timelineFrames); }});
    bars.push_back({"flame layout, 10 M spans, 99th percentile" + suffix, "ms", Sense::AtMost, 16,
                    [of](const Size& s) { return slowFrame(s, of, flameFrames); }});
    bars.push_back({"timeline layout, 10 M against 10 k spans" + suffix, "x", Sense::AtMost, 1.5,
                    [of](const Size& s) { return frameRatio(s, of, timelineFrames); }});
    bars.push_back({"flame layout, 10 M against 10 k spans" + suffix, "x", Sense::AtMost, 1.5, [of](const Size& s) {
                      const double ratio = frameRatio(s, of, flameFrames);
                      removeGenerated(of, s.hugeSpans, s.seed);  // 4 GB
                      return ratio;
                    }});
  }
  return bars;
}

}  // namespace waybill::bench
