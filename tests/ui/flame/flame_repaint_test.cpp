// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the flame graph paints when something changes, and that nothing stale stays on the screen.
#include "ui/flame/flame_view.h"
#include "ui/timeline/repaint_fixture.h"

namespace waybill::ui {
namespace {

class FlameRepaintTest : public test::RepaintFixture<FlameView> {};

TEST_F(FlameRepaintTest, ScrollingPaintsOnlyTheLanesThatComeIntoSight) {
  showTall();
  const LaneGeometry& lanes = m_canvas->lanes();
  m_canvas->scrollTo(2 * lanes.laneHeight);
  settle();
  const QRect plot = lanes.lanesRect();
  EXPECT_EQ((m_recorder->take() & plot).boundingRect(),
            QRect(plot.left(), plot.bottom() + 1 - 2 * lanes.laneHeight, plot.width(), 2 * lanes.laneHeight));
}

TEST_F(FlameRepaintTest, WhatIsKeptWhileScrollingIsWhatWouldBePainted) {
  showTall();
  m_session.setCriticalPathShown(true);
  scrollAbout(QStringLiteral("flame-scroll"));
}

TEST_F(FlameRepaintTest, ASelectionPaintsTheLanesItLeavesAndEnters) {
  showTall();
  m_session.selectNode(analysis::NodeIndex(1));
  settle();
  m_recorder->take();
  m_session.selectNode(analysis::NodeIndex(2));
  settle();
  const QRect painted = (m_recorder->take() & m_canvas->lanes().lanesRect()).boundingRect();
  EXPECT_LE(painted.height(), 3 * m_canvas->lanes().laneHeight);
  EXPECT_TRUE(screenIsRight(QStringLiteral("flame-selection")));
}

}  // namespace
}  // namespace waybill::ui
