// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis_support.h"

// Traces in which something happens again and again, for the tests of those detectors.
namespace waybill::test {

struct Lap {
  int startUs, endUs;
};

// The pattern once for each lap, one line each: # becomes the lap's number, @ its times.
inline std::string repeated(std::string_view pattern, const std::vector<Lap>& laps) {
  std::string out;
  for (size_t i = 0; i < laps.size(); ++i) {
    for (const char c : pattern) {
      if (c == '#') {
        out += std::to_string(i + 1);
      } else if (c == '@') {
        out += std::to_string(laps[i].startUs) + ".." + std::to_string(laps[i].endUs) + "us";
      } else {
        out += c;
      }
    }
    out += "\n";
  }
  return out;
}

// So many laps one after another, each so long, with a pause before the next.
inline std::vector<Lap> inSeries(int count, int fromUs, int eachUs, int pauseUs = 0) {
  std::vector<Lap> out;
  for (int i = 0; i < count; ++i) {
    const int start = fromUs + i * (eachUs + pauseUs);
    out.push_back({start, start + eachUs});
  }
  return out;
}

inline std::vector<const analysis::Finding*> findingsOfKind(const analysis::TraceAnalysis& analysis, std::string_view kind) {
  std::vector<const analysis::Finding*> out;
  for (const analysis::Finding& finding : analysis.findings) {
    if (finding.kind == kind) out.push_back(&finding);
  }
  return out;
}

// How many findings of that kind there are, folded ones included.
inline size_t count(const analysis::TraceAnalysis& analysis, std::string_view kind) {
  size_t out = 0;
  for (const analysis::Finding& finding : analysis.findings) {
    out += finding.kind == kind ? 1 : 0;
    for (const std::string_view folded : finding.alsoExplains) out += folded == kind ? 1 : 0;
  }
  return out;
}
inline size_t countIn(std::string_view text, std::string_view kind) { return count(*analysisOf(text), kind); }

// Like analysisOf, with what all traces of the text teach; of the first trace.
inline std::shared_ptr<const analysis::TraceAnalysis> analysisAmongOthers(std::string_view text) {
  const auto snapshot = snapshotOf(text);
  return analysis::analyzeTrace(snapshot, kFirstTrace, analysis::buildPopulation(snapshot, {}, 1));
}

}  // namespace waybill::test
