// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "bench/bar.h"
#include "bench/inputs.h"
#include "bench/measure.h"
#include "bench/started_program.h"

namespace waybill::bench {
namespace {

using std::chrono::milliseconds;

constexpr int kStarts = 9;
constexpr uint64_t kSpansPerTrace = 100;

const std::string& traceFile(const Size& size, double times) {
  const auto spans = static_cast<uint64_t>(static_cast<double>(size.spans) * times);
  return generatedFile({spans / kSpansPerTrace, kSpansPerTrace, test::TraceShape::Mixed, size.seed,
                        test::TraceEncoding::OtlpProto});
}

double medianOfStarts(const Size& size, const std::vector<std::string>& arguments, const std::string& until) {
  std::vector<double> times, alone;
  const int starts = size.repetitions > 1 ? kStarts : 1;
  StartedProgram(arguments).waitFor(until);  // whatever the machine has not read yet
  for (int i = 0; i < starts; ++i) {
    const StartedProgram::Reached reached = StartedProgram(arguments).waitFor(until);
    times.push_back(reached.wallMs);
    alone.push_back(reached.wallMs - reached.waitedMs);
  }
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), "%s; %.0f ms the fastest, %.0f ms the median less waiting for a processor",
                StartedProgram::platform(), *std::min_element(times.begin(), times.end()), median(alone));
  note(text.data());
  return median(times);
}

double windowMilliseconds(const Size& size) { return medianOfStarts(size, {}, "window painted"); }

double firstTracesMilliseconds(const Size& size) {
  return medianOfStarts(size, {traceFile(size, 2.4)}, "traces painted");  // a gigabyte
}

// Of one processor, in that time.
double percentFor(const StartedProgram& program, milliseconds time) {
  const double before = program.processorSeconds();
  const double seconds = wallSecondsOf([&] { std::this_thread::sleep_for(time); });
  return (program.processorSeconds() - before) / seconds * 100;
}

// With the window shown, everything loaded, what is usual learned from it, and nothing happening. Learning is work, not
// idleness; how long it went on is noted, and it must have ended in two minutes.
double idlePercent(const Size& size) {
  StartedProgram program({traceFile(size, 10)});
  program.waitFor("loaded");
  const bool quick = size.repetitions == 1;
  const milliseconds look(quick ? 200 : 2000);
  double workedFor = 0;
  for (const double most = 120; workedFor < most; workedFor += std::chrono::duration<double>(look).count()) {
    if (percentFor(program, look) < 5) break;
  }
  note("worked for " + std::to_string(static_cast<int>(workedFor)) + " s after the load, learning what is usual");
  return percentFor(program, milliseconds(quick ? 500 : 10'000));
}

}  // namespace

std::vector<Bar> startBars() {
  using Sense = Bar::Sense;
  return {
      {"start until the window is painted", "ms", Sense::AtMost, 250, windowMilliseconds},
      {"start with a gigabyte until its first traces are painted", "ms", Sense::AtMost, 500, firstTracesMilliseconds},
      {"processor use while idle, ten times the spans open", "%", Sense::AtMost, 1, idlePercent},
  };
}

}  // namespace waybill::bench
