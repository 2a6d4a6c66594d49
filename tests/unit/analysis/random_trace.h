// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "support/trace_dsl.h"

// Many small random traces with everything that can be odd about them.
namespace waybill::test {

using Spans = std::vector<SpanSpec>;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int kTrees = 10'000;
#else
inline constexpr int kTrees = 100'000;
#endif

class RandomTrace {
 public:
  explicit RandomTrace(uint64_t seed) : m_random(seed) {}

  uint64_t below(uint64_t end) { return m_random() % end; }
  bool oneIn(uint64_t n) { return below(n) == 0; }

  // Everything goes: overlaps, orphans, circles, shared and missing ids, copies, odd times.
  Spans make() { return make(1 + below(14)); }

  Spans make(size_t count) {
    const bool tidy = oneIn(4);  // also well-formed ones
    const uint64_t unit = oneIn(3) ? 1 : oneIn(2) ? 1'000 : 1'000'000;
    Spans spans;
    for (size_t i = 0; i < count; ++i) spans.push_back(makeSpan(spans, tidy, unit));
    if (!tidy) spoil(spans);
    if (!tidy && oneIn(4)) addShapes(spans);
    return spans;
  }

  Spans shuffled(Spans spans) {
    std::shuffle(spans.begin(), spans.end(), m_random);
    return spans;
  }

 private:
  SpanSpec makeSpan(const Spans& before, bool tidy, uint64_t unit) {
    SpanSpec span;
    span.id = before.size() + 1;
    span.service = std::string(1, static_cast<char>('a' + below(3)));
    span.name = "op" + std::to_string(below(4));
    span.kind = static_cast<otlp::SpanKind>(below(6));
    span.error = oneIn(8);
    if (before.empty()) {
      span.startNs = kEpochNs + 1'000 * unit;
      span.endNs = span.startNs + (1 + below(1'000)) * unit;
      return span;
    }
    const SpanSpec& parent = before[below(before.size())];
    span.parent = parent.id;
    const uint64_t parentEnd = std::max(parent.startNs, parent.endNs);
    span.startNs = parent.startNs + below(parentEnd - parent.startNs + 1);
    span.endNs = span.startNs + below(parentEnd - span.startNs + 1);
    if (oneIn(4)) span.startNs = before.back().endNs;  // back to back
    if (!tidy && oneIn(5)) span.startNs += below(200 * unit);
    if (!tidy && oneIn(5)) span.startNs -= below(200 * unit);
    if (!tidy && oneIn(5)) span.endNs += below(300 * unit);
    if (tidy) span.startNs = std::min(span.startNs, parent.endNs);
    if (tidy || oneIn(2)) span.endNs = std::max(span.endNs, span.startNs);
    if (tidy) span.endNs = std::min(span.endNs, parent.endNs);
    return span;
  }

  // What real systems send besides: a leaf beside the sibling that does the work, a server that outlives its client,
  // one by another clock, and no root.
  void addShapes(Spans& spans) {
    const size_t before = spans.size();
    const auto lasts = [](const SpanSpec& span) { return span.endNs - span.startNs; };
    for (size_t i = 1; i < before; ++i) {
      SpanSpec span = spans[i];
      if (span.startNs == 0 || span.endNs <= span.startNs) continue;
      span.id = 100 + spans.size();
      switch (below(6)) {
        case 0:
          span.kind = otlp::SpanKind::Internal;
          span.startNs += below(lasts(span) / 15 + 1);
          break;
        case 1:
          span.parent = spans[i].id;
          span.kind = otlp::SpanKind::Server;
          spans[i].kind = otlp::SpanKind::Client;
          span.endNs += lasts(span) * below(4);
          break;
        case 2:
          span.parent = spans[i].id;
          span.service = "clock";
          spans[i].kind = otlp::SpanKind::Client;
          span.startNs += lasts(span) * below(4) / 2;
          span.endNs = span.startNs + lasts(spans[i]) / 2;
          break;
        default:
          continue;
      }
      spans.push_back(span);
    }
    if (spans.size() > 2 && oneIn(3)) spans.erase(spans.begin());
  }

  void spoil(Spans& spans) {
    for (SpanSpec& span : spans) {
      if (oneIn(12)) span.parent = 900 + below(3);
      if (oneIn(20)) span.parent = 1 + below(spans.size());
      if (oneIn(30)) span.parent = span.id;
      if (oneIn(20)) span.id = 1 + below(spans.size());
      if (oneIn(40)) span.id = 0;
      if (oneIn(20)) span.endNs = 0;
      if (oneIn(40)) span.startNs = 0;
      if (oneIn(30)) span.endNs = span.startNs;
      if (oneIn(40)) span.parent = 0;
    }
    for (size_t copies = oneIn(5) ? 1 + below(4) : 0; copies > 0; --copies) {
      spans.push_back(spans[below(spans.size())]);
    }
  }

  std::mt19937_64 m_random;
};

template <typename Check>
void onEachTrace(int trees, uint64_t salt, Check&& check) {
  for (int seed = 0; seed < trees; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomTrace random(salt + static_cast<uint64_t>(seed));
    check(random);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace waybill::test
