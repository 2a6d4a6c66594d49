// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/timeline_svg.h"
#include "support/trace_dsl.h"

namespace waybill::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::shared_ptr<const analysis::TraceAnalysis> analysisOf(std::string_view text) {
  return analysis::analyzeTrace(test::snapshotOf(text), TraceIndex(0));
}

TEST(Html, IsOneFileThatFetchesNothing) {
  const auto trace = analysisOf("web GET / 0..100ms SERVER\n  web work 5..95ms\n");
  const std::string page = htmlBegin("Report") + htmlTrace(*trace) + htmlEnd();
  EXPECT_THAT(page, HasSubstr("<svg class=\"timeline\""));
  EXPECT_THAT(page, HasSubstr("web work"));
  EXPECT_THAT(page, HasSubstr("saves up to 90 ms (90 %)"));
  for (const std::string_view fetch : {"<script", "src=", "href=", "url(", "@import"}) {
    EXPECT_THAT(page, Not(HasSubstr(fetch)));
  }
}

TEST(Html, NamesAreNoMarkup) {
  const auto trace = analysisOf("\"<script>x</script>\" \"</title><b a='1'>&\" 0..100ms SERVER\n  s work 5..95ms\n");
  const std::string page = htmlTrace(*trace);
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("<b a")));
  EXPECT_THAT(page, HasSubstr("&lt;/title&gt;&lt;b a=&#39;1&#39;&gt;&amp;"));
}

TEST(Html, OfALargeTraceShowsWhatMatters) {
  std::string text = "web GET / 0..9000ms SERVER\n";
  for (int i = 0; i < 900; ++i) {
    text += "  web step" + std::to_string(i) + " " + std::to_string(10 * i) + ".." +
            std::to_string(10 * i + (i == 500 ? 10 : 1)) + "ms\n";
  }
  const auto trace = analysisOf(text);
  const auto nodes = timelineNodes(*trace);
  EXPECT_EQ(nodes.size(), kMostTimelineRows);
  EXPECT_TRUE(std::is_sorted(nodes.begin(), nodes.end()));
  const std::string page = htmlTrace(*trace);
  EXPECT_THAT(page, HasSubstr(">web step500<"));
  EXPECT_THAT(page, HasSubstr("701 more spans are not drawn"));
}

}  // namespace
}  // namespace waybill::report
