// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/session.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "session_fixture.h"
#include "support/trace_dsl.h"

namespace waybill::session {

TEST_F(SessionTest, OpensTheSlowestTraceAndItsFirstFinding) {
  int opened = 0;
  QObject::connect(&m_session, &Session::openTraceChanged, &m_session, [&] { ++opened; });
  m_session.openPaths({kSample});
  ASSERT_TRUE(waitForTrace());
  EXPECT_GE(opened, 1);
  EXPECT_FALSE(m_session.isLoading());
  ASSERT_TRUE(m_session.selectedFinding());
  EXPECT_EQ(m_session.openTrace()->tree().name(*m_session.selectedNode()), "POST /auth");
  EXPECT_EQ(m_session.visibleRange(), m_session.openTrace()->bounds);
  EXPECT_EQ(m_session.recentFiles().front(), kSample);
}

TEST_F(SessionTest, OpensAnotherThanTheStreamThatLastsLongest) {
  const QString path = m_folder.filePath(QStringLiteral("stream.binpb"));
  std::ofstream(path.toStdString(), std::ios::binary) << test::encode(test::parseTrace(R"(
web "GET /events" 0..90s   SERVER trace=1 {http.response.header.content-type=text/event-stream}
web "GET /cart"   0..400ms SERVER trace=2
  db SELECT       2..390ms CLIENT trace=2
cron tick         0..20s   trace=3
)"));
  m_session.openPaths({path});
  ASSERT_TRUE(waitForTrace());
  EXPECT_EQ(m_session.openTrace()->tree().name(m_session.openTrace()->tree().primaryRoot), "GET /cart");
  m_session.openSlowestTrace();
  ASSERT_TRUE(waitFor([this] { return m_session.openTraceIndex() != TraceIndex(1) && m_session.openTrace() != nullptr; }));
  EXPECT_EQ(m_session.openTrace()->tree().name(m_session.openTrace()->tree().primaryRoot), "tick");
}

TEST_F(SessionTest, ATraceThatIsChosenMeanwhileStaysOpen) {
  m_session.openPaths({generate(300, 30)});
  ASSERT_TRUE(waitFor([this] { return m_session.lastLoad().has_value(); }));
  m_session.openTraceAt(TraceIndex(123));  // while the one to open first is looked for
  ASSERT_TRUE(waitFor([this] { return m_session.population() != nullptr; }));
  ASSERT_TRUE(waitForTrace());
  EXPECT_EQ(m_session.openTraceIndex(), TraceIndex(123));
}

TEST_F(SessionTest, ExplainsTheOpenTraceAnewWhenItKnowsWhatIsUsual) {
  m_session.openPaths({generate(60, 30)});
  ASSERT_TRUE(waitForTrace());
  const auto knowsMore = [this] {
    const auto open = m_session.openTrace();
    return open != nullptr && open->analysis->population != nullptr;
  };
  ASSERT_TRUE(waitFor(knowsMore));
  EXPECT_EQ(m_session.openTrace()->analysis->population->traces, 60u);
  m_session.openPaths({kSample});  // a trace is not compared with itself
  ASSERT_TRUE(waitFor([this] { return m_session.lastLoad().has_value() && m_session.openTrace() != nullptr; }));
  EXPECT_EQ(m_session.openTrace()->analysis->population, nullptr);
}

TEST_F(SessionTest, AHugeTraceIsShownBeforeItsFindingsAreKnown) {
  std::vector<bool> explaining;
  QObject::connect(&m_session, &Session::openTraceChanged, &m_session, [&] {
    if (m_session.openTrace() != nullptr) explaining.push_back(m_session.isExplaining());
  });
  bool found = false;
  QObject::connect(&m_session, &Session::findingsChanged, &m_session, [&] { found = !m_session.isExplaining(); });
  m_session.openPaths({generate(1, 250'000)});
  ASSERT_TRUE(waitForTrace());
  EXPECT_EQ(explaining, std::vector{true});
  EXPECT_TRUE(m_session.findings().empty());
  const auto chosen = m_session.selectedNode();
  ASSERT_TRUE(waitFor([&] { return found; }));
  EXPECT_FALSE(m_session.findings().empty());
  EXPECT_EQ(m_session.selectedNode(), chosen);
}

TEST_F(SessionTest, ASmallTraceIsShownWithItsFindings) {
  std::vector<bool> explaining;
  QObject::connect(&m_session, &Session::openTraceChanged, &m_session, [&] {
    if (m_session.openTrace() != nullptr) explaining.push_back(m_session.isExplaining());
  });
  m_session.openPaths({kSample});
  ASSERT_TRUE(waitForTrace());
  EXPECT_EQ(explaining, std::vector{false});
}

TEST_F(SessionTest, WhatIsChosenWhileTheTraceIsAnalysedAnewStaysChosen) {
  m_session.openPaths({generate(30, 300)});
  ASSERT_TRUE(waitForTrace());
  // Chosen before what is usual is known; then again and again until it is, so that one choice falls into the analysis.
  uint32_t chosen = 1;
  m_session.selectNode(analysis::NodeIndex(chosen));
  ASSERT_TRUE(waitFor([&] {
    if (m_session.openTrace()->analysis->population != nullptr) return true;
    chosen = chosen % 200 + 1;
    m_session.selectNode(analysis::NodeIndex(chosen));
    return false;
  }));
  EXPECT_EQ(m_session.selectedNode(), std::optional(analysis::NodeIndex(chosen)));
}

TEST_F(SessionTest, NarrowingIsUndoneStepByStep) {
  m_session.openPaths({kSample});
  ASSERT_TRUE(waitForTrace());
  const layout::TimeRange whole = m_session.openTrace()->bounds;
  const layout::TimeRange half{whole.startNs, whole.startNs + whole.durationNs() / 2};
  const layout::TimeRange quarter{whole.startNs, whole.startNs + whole.durationNs() / 4};
  m_session.narrowTo(half);
  m_session.narrowTo(quarter);
  EXPECT_EQ(m_session.visibleRange(), quarter);
  EXPECT_TRUE(m_session.undoNarrowing());
  EXPECT_EQ(m_session.visibleRange(), half);
  EXPECT_TRUE(m_session.undoNarrowing());
  EXPECT_EQ(m_session.visibleRange(), whole);
  EXPECT_FALSE(m_session.undoNarrowing());
}

TEST_F(SessionTest, RangesStayInsideTheTrace) {
  m_session.openPaths({kSample});
  ASSERT_TRUE(waitForTrace());
  m_session.setVisibleRange({INT64_MIN, INT64_MAX});
  EXPECT_EQ(m_session.visibleRange(), m_session.openTrace()->bounds);
}

TEST_F(SessionTest, BackReturnsToTheSpanBefore) {
  m_session.openPaths({kSample});
  ASSERT_TRUE(waitForTrace());
  m_session.selectNode(analysis::NodeIndex(0));
  m_session.selectNode(analysis::NodeIndex(1));
  m_session.goBack();
  EXPECT_EQ(m_session.selectedNode(), analysis::NodeIndex(0));
  m_session.goForward();
  EXPECT_EQ(m_session.selectedNode(), analysis::NodeIndex(1));
}

TEST_F(SessionTest, OnlyTheLatestTraceAskedForLands) {
  m_session.openPaths({generate(50, 200)});
  ASSERT_TRUE(waitForTrace());
  for (uint32_t i = 0; i < 50; ++i) m_session.openTraceAt(TraceIndex(i));
  ASSERT_TRUE(waitForTrace());
  EXPECT_EQ(m_session.openTrace()->tree().trace, TraceIndex(49));
}

TEST_F(SessionTest, ANewFileReplacesTheOneBeingRead) {
  m_session.openPaths({generate(2000, 50)});
  m_session.openPaths({kSample});
  ASSERT_TRUE(waitForTrace());
  EXPECT_EQ(m_session.snapshot()->spanCount(), 5U);
}

TEST_F(SessionTest, CancelKeepsWhatWasRead) {
  m_session.openPaths({generate(4000, 50)});
  m_session.cancelLoad();
  ASSERT_TRUE(waitFor([this] { return m_session.lastLoad().has_value(); }));
  EXPECT_TRUE(m_session.lastLoad()->cancelled || m_session.snapshot()->spanCount() == 200'000U);
}

TEST_F(SessionTest, SelectingASpanOfAnotherTraceOpensIt) {
  m_session.openPaths({generate(20, 50)});
  ASSERT_TRUE(waitForTrace());
  const TraceIndex other(m_session.openTraceIndex() == TraceIndex(0) ? 1 : 0);
  const SpanRow row = m_session.snapshot()->trace(other).root;
  m_session.selectSpan(row);
  ASSERT_TRUE(waitForTrace());
  EXPECT_EQ(m_session.openTraceIndex(), other);
  EXPECT_EQ(m_session.openTrace()->tree().row[m_session.selectedNode()->value], row);
}

TEST_F(SessionTest, AFileCutWhileItIsShownIsToldAndTheRestLives) {
  const QString path = generate(50, 100);
  m_session.openPaths({path, kSample});
  ASSERT_TRUE(waitForTrace());
  QString told;
  QObject::connect(&m_session, &Session::message, &m_session, [&](const QString& text) { told = text; });
  std::filesystem::resize_file(path.toStdString(), 100);
  const auto snapshot = m_session.snapshot();
  for (uint32_t row = 0; row < snapshot->spanCount(); ++row) snapshot->span(SpanRow(row)).attributes();
  ASSERT_TRUE(waitFor([&] { return !told.isEmpty(); }));
  EXPECT_TRUE(told.contains(path)) << told.toStdString();
  const SpanRow healthy(snapshot->spanCount() - 1);
  EXPECT_FALSE(snapshot->span(healthy).attributes().empty());
}

TEST_F(SessionTest, ClosingDuringALoadIsSafe) {
  {
    Session session;
    session.openPaths({generate(2000, 50)});
  }
  SUCCEED();
}

}  // namespace waybill::session
