// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the timeline paints when something changes, and that nothing stale stays on the screen.
#include "ui/timeline/repaint_fixture.h"
#include "ui/timeline/timeline_view.h"

namespace waybill::ui {
namespace {

class TimelineRepaintTest : public test::RepaintFixture<TimelineView> {};

TEST_F(TimelineRepaintTest, ScrollingPaintsOnlyTheRowsThatComeIntoSight) {
  showTall();
  const LaneGeometry& lanes = m_canvas->lanes();
  m_canvas->scrollTo(3 * lanes.laneHeight);
  settle();
  // The plot: in the tree column the indentation may follow the depth in sight.
  const QRect plot = lanes.plotRect();
  const QRect painted = (m_recorder->take() & plot).boundingRect();
  EXPECT_EQ(painted, QRect(plot.left(), plot.bottom() + 1 - 3 * lanes.laneHeight, plot.width(), 3 * lanes.laneHeight));
  m_canvas->scrollTo(2 * lanes.laneHeight);
  settle();
  EXPECT_EQ((m_recorder->take() & plot).boundingRect(), QRect(plot.left(), plot.top(), plot.width(), lanes.laneHeight));
}

TEST_F(TimelineRepaintTest, WhatIsKeptWhileScrollingIsWhatWouldBePainted) {
  showTall();
  m_session.setCriticalPathShown(true);
  scrollAbout(QStringLiteral("timeline-scroll"));
}

TEST_F(TimelineRepaintTest, WhatIsKeptWhileScrollingZoomedInIsWhatWouldBePainted) {
  showTall();
  const int64_t start = m_session.openTrace()->bounds.startNs;
  m_session.setVisibleRange({start + 200'000'000, start + 431'000'000});
  scrollAbout(QStringLiteral("timeline-scroll-zoomed"));
}

TEST_F(TimelineRepaintTest, TheMousePaintsItsLineAndTheRowsItLeavesAndEnters) {
  showTall();
  moveMouse(at(0.3, 4));
  settle();
  m_recorder->take();
  moveMouse(at(0.6, 6));
  settle();
  const QRegion painted = m_recorder->take() & m_canvas->lanes().lanesRect();
  const int lane = m_canvas->lanes().laneHeight;
  qint64 area = 0;
  for (const QRect& rect : painted) area += qint64{rect.width()} * rect.height();
  EXPECT_LE(area, qint64{2} * lane * m_canvas->width() + qint64{8} * m_canvas->height());
  EXPECT_TRUE(painted.contains(at(0.3, 4)));
  EXPECT_TRUE(painted.contains(at(0.6, 6)));
  EXPECT_TRUE(screenIsRight(QStringLiteral("timeline-hover")));
}

TEST_F(TimelineRepaintTest, TheRowCursorPaintsTwoRows) {
  showTall();
  m_session.selectNode(analysis::NodeIndex(3));
  settle();
  m_recorder->take();
  press(Qt::Key_Down);
  settle();
  const QRect painted = (m_recorder->take() & m_canvas->lanes().lanesRect()).boundingRect();
  EXPECT_EQ(painted.height(), 2 * m_canvas->lanes().laneHeight);
  EXPECT_TRUE(screenIsRight(QStringLiteral("timeline-cursor")));
}

TEST_F(TimelineRepaintTest, NothingIsPaintedWhileNothingHappens) {
  showTall();
  m_recorder->take();
  QTest::qWait(300);
  EXPECT_TRUE(m_recorder->take().isEmpty());
}

TEST_F(TimelineRepaintTest, AGlideEndsExactlyAtItsTarget) {
  showTall();
  VisibleRange& range = m_canvas->visibleRange();
  range.setGliding(true);
  const layout::TimeRange whole = range.shown();
  press(Qt::Key_W);
  const layout::TimeRange target = m_session.visibleRange();
  ASSERT_NE(target, whole);
  EXPECT_EQ(range.shown(), whole) << "it has jumped";
  ASSERT_TRUE(QTest::qWaitFor([&] { return range.shown() != whole; }));
  ASSERT_TRUE(QTest::qWaitFor([&] { return !range.isGliding(); }));
  EXPECT_EQ(range.shown(), target);
}

TEST_F(TimelineRepaintTest, AGlideIsInterruptedByTheNextWish) {
  showTall();
  VisibleRange& range = m_canvas->visibleRange();
  range.setGliding(true);
  const layout::TimeRange whole = range.shown();
  for (int i = 0; i < 6; ++i) press(Qt::Key_W);
  ASSERT_TRUE(QTest::qWaitFor([&] { return range.shown() != whole; }));
  press(Qt::Key_0);
  EXPECT_EQ(m_session.visibleRange(), whole);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !range.isGliding(); }));
  EXPECT_EQ(range.shown(), whole);
  EXPECT_TRUE(screenIsRight(QStringLiteral("timeline-glide")));
}

TEST_F(TimelineRepaintTest, DraggingFollowsTheHandWithoutAGlide) {
  showTall();
  press(Qt::Key_W);
  VisibleRange& range = m_canvas->visibleRange();
  range.setGliding(true);
  drag(m_canvas, at(0.6, 3), at(0.5, 3), Qt::MiddleButton);
  EXPECT_FALSE(range.isGliding());
  EXPECT_EQ(range.shown(), m_session.visibleRange());
}

}  // namespace
}  // namespace waybill::ui
