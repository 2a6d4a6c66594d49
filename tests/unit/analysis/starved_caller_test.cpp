// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;

TEST(StarvedCaller, IsBlamedOnceForAllItsCalls) {
  const auto analysis = analysisOf(R"(
    web GET / 0..300ms SERVER
      web cart 0..90ms CLIENT
        cart Get 80..85ms SERVER
      web ads 90..190ms CLIENT
        ads Get 95..100ms SERVER
      web tax 190..290ms CLIENT
        tax Get 230..235ms SERVER
  )");
  ASSERT_FALSE(analysis->findings.empty());
  const Finding& finding = analysis->findings.front();
  EXPECT_EQ(finding.kind, "B25");
  EXPECT_EQ(finding.service, "web");
  EXPECT_EQ(finding.operation, "GET /");
  EXPECT_EQ(finding.evidence.size(), 3u);
  for (const Finding& other : analysis->findings) EXPECT_NE(other.kind, "B4") << other.sentence;
}

TEST(StarvedCaller, OneSlowWayIsNone) {
  const auto analysis = analysisOf(R"(
    web GET / 0..300ms SERVER
      web cart 0..200ms CLIENT
        cart Get 190..195ms SERVER
      web ads 200..210ms CLIENT
        ads Get 201..206ms SERVER
      web tax 210..290ms CLIENT
        tax Get 211..289ms SERVER
  )");
  for (const Finding& finding : analysis->findings) EXPECT_NE(finding.kind, "B25") << finding.sentence;
  EXPECT_EQ(analysis->findings.front().kind, "B4");
  EXPECT_EQ(analysis->findings.front().service, "cart");
}

TEST(StarvedCaller, CallsMadeAtOnceCountToo) {
  const auto analysis = analysisOf(R"(
    web GET / 0..100ms SERVER
      web cart 0..95ms CLIENT
        cart Get 80..85ms SERVER
      web ads 0..90ms CLIENT
        ads Get 75..80ms SERVER
      web tax 0..92ms CLIENT
        tax Get 70..75ms SERVER
  )");
  ASSERT_FALSE(analysis->findings.empty());
  EXPECT_EQ(analysis->findings.front().kind, "B25");
  EXPECT_EQ(analysis->findings.front().service, "web");
}

}  // namespace
}  // namespace waybill::analysis
