// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Clocks that count in whole milliseconds.
#include <gtest/gtest.h>

#include "analysis/data_quality.h"
#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;

// A page whose spans start at whole milliseconds, eight of them, and one more.
std::string page(std::string_view last) {
  std::string text = "web page 0..100ms\n";
  for (int i = 1; i <= 7; ++i) {
    text += "  web step" + std::to_string(i) + " " + std::to_string(i * 10) + ".." + std::to_string(i * 10 + 3) + ".4ms\n";
  }
  return text + "  " + std::string(last) + "\n";
}

bool isAsync(const std::string& text, std::string_view name) {
  const TraceTree tree = treeOf(text);
  return tree.has(nodeOf(tree, name), NodeBits::kAsync | NodeBits::kDetached);
}

TEST(ClockStep, IsWhatNearlyAllStartsAreMultiplesOf) {
  const TraceTree tree = treeOf(page("web last 90..95ms"));
  EXPECT_EQ(tree.clockStepNs(tree.primaryRoot), 1'000'000);
  const TraceTree finer = treeOf(page("web last 90.001..95ms"));
  EXPECT_EQ(finer.clockStepNs(finer.primaryRoot), 1'000);
  const TraceTree exact = treeOf(page("web last 90.0000015..95ms"));
  EXPECT_EQ(exact.clockStepNs(exact.primaryRoot), 0);
}

TEST(ClockStep, OfFewSpansIsNotKnown) {
  const TraceTree tree = treeOf("web page 0..100ms\n  web a 10..20ms\n");
  EXPECT_EQ(tree.clockStepNs(tree.primaryRoot), 0);
}

TEST(ClockStep, OfFewSpansOfJavaScriptIsAMillisecond) {
  std::vector<SpanSpec> spans = parseTrace("web page 0..10ms\n  web call 1..10.067ms CLIENT\n");
  for (SpanSpec& span : spans) span.resource = {{"telemetry.sdk.language", "nodejs"}};
  const TraceTree tree = buildTraceTree(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
  EXPECT_EQ(tree.clockStepNs(tree.primaryRoot), 1'000'000);
  EXPECT_EQ(pathText(tree), "page 0..1 | call 1..10 external");
}

TEST(ClockStep, ACallThatEndsWithinItIsWaitedFor) {
  EXPECT_FALSE(isAsync(page("web late 90..101.9ms CLIENT"), "late"));
  EXPECT_TRUE(isAsync(page("web late 90..102.1ms CLIENT"), "late"));
  EXPECT_TRUE(isAsync("web page 0..5ms\n  web late 1..5.067ms CLIENT\n", "late"));
}

TEST(ClockStep, DoesNotMakeTheClocksDisagree) {
  const TraceTree tree = treeOf(page("web late 90..101.9ms CLIENT"));
  EXPECT_TRUE(dataQuality(tree, {}, nullptr).clipped.empty());
}

}  // namespace
}  // namespace waybill::analysis
