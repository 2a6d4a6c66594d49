// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis_support.h"

namespace waybill::test {

// The first finding of that kind, also when it was folded into another; null when there is none.
inline const analysis::Finding* found(const analysis::TraceAnalysis& analysis, std::string_view kind) {
  for (const analysis::Finding& finding : analysis.findings) {
    if (finding.kind == kind) return &finding;
  }
  for (const analysis::Finding& finding : analysis.findings) {
    for (const std::string_view other : finding.alsoExplains) {
      if (other == kind) return &finding;
    }
  }
  return nullptr;
}

inline size_t countOf(const analysis::TraceAnalysis& analysis, std::string_view kind) {
  size_t count = 0;
  for (const analysis::Finding& finding : analysis.findings) count += finding.kind == kind ? 1 : 0;
  return count;
}

inline std::string sentenceOf(const analysis::TraceAnalysis& analysis, std::string_view kind) {
  const analysis::Finding* finding = found(analysis, kind);
  return finding == nullptr ? "no " + std::string(kind) : finding->sentence;
}

// The first of many traces, with all of them known: `text`, and each of the others so many times, a second apart.
struct Others {
  std::string_view text;
  size_t times;
};
inline std::shared_ptr<const analysis::TraceAnalysis> analysisAmong(std::string_view text,
                                                                   const std::vector<Others>& others) {
  constexpr int64_t kSecondNs = 1'000'000'000;
  std::vector<SpanSpec> specs = parseTrace(text);
  uint64_t trace = 0x1000;
  for (const Others& other : others) {
    for (size_t i = 0; i < other.times; ++i) {
      ++trace;
      const int64_t epochNs = kEpochNs + static_cast<int64_t>(trace - 0x1000) * kSecondNs;
      for (SpanSpec span : parseTrace(other.text, epochNs)) {
        span.trace = {0, trace};
        for (LinkSpec& link : span.links) link.trace = span.trace;
        specs.push_back(span);
      }
    }
  }
  const auto snapshot = snapshotOf(specs);
  return analysis::analyzeTrace(snapshot, kFirstTrace, analysis::buildPopulation(snapshot, {}, 1));
}

}  // namespace waybill::test
