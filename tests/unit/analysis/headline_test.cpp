// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "analysis_support.h"
#include "random_trace.h"

namespace waybill::analysis {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Headline, SaysWhereAFixSavesMoreWhenTheFirstFindingIsElsewhere) {
  const auto analysis = analysisOf(R"(
    web GET / 0..100ms SERVER
      web render 0..35ms
      web q1 35..47ms CLIENT {db.system=mysql, db.query.text="SELECT * FROM a WHERE id=1"}
      web q1 47..59ms CLIENT {db.system=mysql, db.query.text="SELECT * FROM a WHERE id=2"}
      web q1 59..71ms CLIENT {db.system=mysql, db.query.text="SELECT * FROM a WHERE id=3"}
      web q1 71..83ms CLIENT {db.system=mysql, db.query.text="SELECT * FROM a WHERE id=4"}
      web q1 83..95ms CLIENT {db.system=mysql, db.query.text="SELECT * FROM a WHERE id=5"}
  )");
  ASSERT_FALSE(analysis->findings.empty());
  const Finding& first = analysis->findings.front();
  const bool agrees = isAboutHeadlineStep(analysis->tree, analysis->trail, first);
  EXPECT_EQ(analysis->headline.find("a fix saves most in") == std::string::npos, agrees) << analysis->headline;
}

TEST(Headline, SaysWhatStandsOutWhenNothingCanBeSaved) {
  const auto analysis = analysisOf(R"(
    web GET / 0..10ms SERVER
      web render 0..1ms
      pricing quote 1..2ms error {error.type=NullPointerException}
  )");
  const Finding remark = [] {
    Finding out;
    out.service = "pricing";
    out.operation = "quote";
    out.title = "Where the error began";
    out.evidence = {NodeIndex(2)};
    return out;
  }();
  EXPECT_THAT(headline(analysis->tree, analysis->trail, &remark),
              testing::EndsWith("; what stands out is pricing quote (where the error began)."));
}

TEST(Headline, ClaimsNothingOfTheWholeRequestWhileItsRootIsMissing) {
  const auto analysis = analysisOf(R"(
    web GET / 0..100ms SERVER parent=77
      web load 5..95ms
  )");
  EXPECT_THAT(analysis->headline, HasSubstr("of what has come so far was spent in web load"));
  for (const Finding& finding : analysis->findings) {
    EXPECT_THAT(finding.sentence, Not(HasSubstr("of this 100 ms request"))) << finding.sentence;
  }
  EXPECT_THAT(analysisOf("web GET / 0..100ms SERVER parent=77")->headline,
              StartsWith("Of this trace a single span has come"));
}

TEST(Headline, NamesTheStepOfTheFirstFindingOrSaysWhichItIs) {
  for (uint64_t seed = 0; seed < kTrees / 20; ++seed) {
    const auto snapshot = snapshotOf(RandomTrace(seed).make());
    for (uint32_t i = 0; i < snapshot->traceCount(); ++i) {
      const auto analysis = analyzeTrace(snapshot, TraceIndex(i));
      if (analysis->findings.empty()) continue;
      const Finding& first = analysis->findings.front();
      const bool names = isAboutHeadlineStep(analysis->tree, analysis->trail, first) ||
                         analysis->headline.find("a fix saves most in ") != std::string::npos ||
                         analysis->headline.find("what stands out is ") != std::string::npos ||
                         analysis->headline.find("nothing to explain") != std::string::npos;
      EXPECT_TRUE(names) << seed << ": " << analysis->headline << "\n" << first.sentence;
    }
  }
}

TEST(SlowDependency, BlamesTheWayWhenTheCallNeverReachedItsCallee) {
  const auto analysis = analysisOf(R"(
    web GET / 0..100ms SERVER
      web "POST" 5..95ms CLIENT error {server.address=bank, error.type=java.net.ConnectException, http.request.method=POST}
  )");
  const auto found = std::find_if(analysis->findings.begin(), analysis->findings.end(),
                                  [](const Finding& finding) { return finding.kind == "B2"; });
  ASSERT_NE(found, analysis->findings.end());
  EXPECT_EQ(found->service, "web");
  EXPECT_EQ(found->peerService, "bank");
  EXPECT_THAT(found->sentence, HasSubstr("web could not reach bank (ConnectException)"));
}

}  // namespace
}  // namespace waybill::analysis
