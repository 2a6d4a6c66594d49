// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/minimap.h"

#include "ui/timeline/picture_fixture.h"
#include "ui/timeline/timeline_view.h"
#include "ui/widgets/minimap_window.h"

namespace waybill::ui {
namespace {

using layout::TimeRange;
using layout::TimeScale;

constexpr TimeRange kWhole{1000, 2000};

MinimapWindow windowOf(TimeRange visible) {
  return {TimeScale(kWhole, 500), visible};
}

TEST(MinimapWindow, KnowsItsGrips) {
  const MinimapWindow window = windowOf({1200, 1600});  // pixels 100 … 300
  EXPECT_EQ(window.gripAt(100), MinimapGrip::LeftEdge);
  EXPECT_EQ(window.gripAt(97), MinimapGrip::LeftEdge);
  EXPECT_EQ(window.gripAt(302), MinimapGrip::RightEdge);
  EXPECT_EQ(window.gripAt(200), MinimapGrip::Window);
  EXPECT_EQ(window.gripAt(20), MinimapGrip::Outside);
}

TEST(MinimapWindow, ANarrowWindowCanStillBeMoved) {
  const MinimapWindow window = windowOf({1200, 1216});  // pixels 100 … 108
  EXPECT_EQ(window.gripAt(104), MinimapGrip::Window);
  EXPECT_EQ(window.gripAt(97), MinimapGrip::LeftEdge);
  EXPECT_EQ(window.gripAt(111), MinimapGrip::RightEdge);
}

TEST(MinimapWindow, OverTheWholeTraceDraggingInsideSelects) {
  const MinimapWindow window = windowOf(kWhole);
  EXPECT_EQ(window.gripAt(250), MinimapGrip::Outside);
  EXPECT_EQ(window.dragged(MinimapGrip::Outside, 100, 200), (TimeRange{1200, 1400}));
  EXPECT_EQ(window.dragged(MinimapGrip::Outside, 200, 100), (TimeRange{1200, 1400}));
}

TEST(MinimapWindow, MovingStopsAtTheEnds) {
  const MinimapWindow window = windowOf({1200, 1600});
  EXPECT_EQ(window.dragged(MinimapGrip::Window, 200, 250), (TimeRange{1300, 1700}));
  EXPECT_EQ(window.dragged(MinimapGrip::Window, 200, 5000), (TimeRange{1600, 2000}));
  EXPECT_EQ(window.dragged(MinimapGrip::Window, 200, -5000), (TimeRange{1000, 1400}));
}

TEST(MinimapWindow, AnEdgeDraggedOverTheOtherTurnsTheRangeRound) {
  const MinimapWindow window = windowOf({1200, 1600});
  EXPECT_EQ(window.dragged(MinimapGrip::LeftEdge, 100, 150), (TimeRange{1300, 1600}));
  EXPECT_EQ(window.dragged(MinimapGrip::LeftEdge, 100, 400), (TimeRange{1600, 1800}));
  EXPECT_EQ(window.dragged(MinimapGrip::RightEdge, 300, 50), (TimeRange{1100, 1200}));
}

class MinimapTest : public test::PictureFixture<TimelineView> {
 protected:
  Minimap& minimap() { return *m_view->findChild<Minimap*>(QStringLiteral("minimap")); }
  QPoint mapAt(double share) {
    const LaneGeometry& lanes = m_canvas->lanes();
    return {lanes.plotLeft + static_cast<int>(lanes.plotWidth() * share), Minimap::kHeight / 2};
  }
  double startShare() {
    const TimeRange whole = m_session.openTrace()->bounds;
    return double(m_session.visibleRange().startNs - whole.startNs) / double(whole.durationNs());
  }
  double widthShare() {
    return double(m_session.visibleRange().durationNs()) / double(m_session.openTrace()->bounds.durationNs());
  }
};

TEST_F(MinimapTest, LiesOverThePlot) {
  openText(kBuy);
  show();
  // A range chosen at a place in the minimap is the range at that place of the plot.
  drag(&minimap(), mapAt(0.25), mapAt(0.5));
  EXPECT_NEAR(startShare(), 0.25, 0.01);
  EXPECT_NEAR(widthShare(), 0.25, 0.01);
}

TEST_F(MinimapTest, TheWindowIsDraggedAndResized) {
  openText(kBuy);
  show();
  drag(&minimap(), mapAt(0.2), mapAt(0.4));
  drag(&minimap(), mapAt(0.3), mapAt(0.6));
  EXPECT_NEAR(startShare(), 0.5, 0.01);
  EXPECT_NEAR(widthShare(), 0.2, 0.01);
  drag(&minimap(), mapAt(0.7), mapAt(0.9));
  EXPECT_NEAR(startShare(), 0.5, 0.01);
  EXPECT_NEAR(widthShare(), 0.4, 0.01);
  screenshot(QStringLiteral("timeline-minimap.png"));
  QTest::mouseDClick(&minimap(), Qt::LeftButton, {}, mapAt(0.6));
  EXPECT_EQ(m_session.visibleRange(), m_session.openTrace()->bounds);
}

TEST_F(MinimapTest, AClickOutsideCentresTheWindow) {
  openText(kBuy);
  show();
  drag(&minimap(), mapAt(0.2), mapAt(0.4));
  QTest::mouseClick(&minimap(), Qt::LeftButton, {}, mapAt(0.7));
  EXPECT_NEAR(startShare(), 0.6, 0.01);
  EXPECT_NEAR(widthShare(), 0.2, 0.01);
}

}  // namespace
}  // namespace waybill::ui
