// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace waybill::bench {

// How much to measure on.
struct Size {
  uint64_t seed = 1;
  uint64_t spans = 1'000'000;    // the large trace
  uint64_t fewSpans = 10'000;    // what it is compared with
  uint64_t jsonSpans = 300'000;  // JSON is more than twice as long
  int repetitions = 7;
  uint64_t liveSpans = 2'000'000;  // received
  uint64_t hugeSpans = 10'000'000;  // the largest trace

  // Proves that everything runs, and nothing else.
  static Size quick(uint64_t seed) { return {seed, 20'000, 2'000, 5'000, 1, 20'000, 40'000}; }
};

// A promise about speed or size.
struct Bar {
  enum class Sense { AtLeast, AtMost };

  std::string name;
  std::string unit;
  Sense sense = Sense::AtMost;
  double limit = 0;
  std::function<double(const Size&)> measure;

  bool met(double value) const { return sense == Sense::AtLeast ? value >= limit : value <= limit; }
};

// Every bar, a list per file.
std::vector<Bar> allBars();
std::vector<Bar> loadBars();
std::vector<Bar> compressedBars();
std::vector<Bar> treeBars();
std::vector<Bar> analysisBars();
std::vector<Bar> layoutBars();
std::vector<Bar> queryBars();
std::vector<Bar> hugeTraceBars();
std::vector<Bar> findingsBars();
std::vector<Bar> liveBars();
// Empty where no window is built.
std::vector<Bar> paintBars();
std::vector<Bar> liveWindowBars();
std::vector<Bar> whatIfBars();
std::vector<Bar> startBars();

// What painting needs around it, offscreen; keep it until all is measured. Null where no window is built.
std::shared_ptr<void> startWindowSystem();

// A remark on the bar being measured: how fast each side of a ratio was.
void note(const std::string& text);

}  // namespace waybill::bench
