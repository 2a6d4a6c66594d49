// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_view.h"

#include <QAccessible>

#include "ui/timeline/picture_fixture.h"
#include "ui/timeline/timeline_canvas.h"

namespace waybill::ui {
namespace {

class TimelineViewTest : public test::PictureFixture<TimelineView> {
 protected:
  TimelineCanvas& canvas() { return static_cast<TimelineCanvas&>(*m_canvas); }
  uint32_t rowOf(uint64_t spanId) { return *canvas().rows()->rowOf(node(spanId)); }
  QPoint inTree(uint32_t row, int x) { return {x, canvas().rowRect(row).center().y()}; }
};

TEST_F(TimelineViewTest, SaysWhatToDoWhileNothingIsOpen) {
  show();
  screenshot(QStringLiteral("timeline-empty.png"));
  press(Qt::Key_W);
  press(Qt::Key_Down);
  press(Qt::Key_E);
  press(Qt::Key_F);
  EXPECT_EQ(m_session.selectedNode(), std::nullopt);
}

TEST_F(TimelineViewTest, ShowsARowForEachSpan) {
  openText(kBuy);
  show();
  EXPECT_EQ(canvas().rows()->rowCount(), 10U);
  EXPECT_EQ(canvas().lanes().laneCount, 10U);
  screenshot(QStringLiteral("timeline-buy.png"));
}

TEST_F(TimelineViewTest, AClickOnARowSelectsItsSpan) {
  openText(kBuy);
  show();
  QTest::mouseClick(m_canvas, Qt::LeftButton, {}, at(0.5, rowOf(9)));
  EXPECT_TRUE(isSelected(9));
  QTest::mouseClick(m_canvas, Qt::LeftButton, {}, inTree(rowOf(4), 150));
  EXPECT_TRUE(isSelected(4));
}

TEST_F(TimelineViewTest, KeysMoveTheRowCursor) {
  openText(kBuy);
  show();
  select(1);
  press(Qt::Key_Down);
  EXPECT_TRUE(isSelected(2));
  press(Qt::Key_Up);
  press(Qt::Key_Up);
  EXPECT_TRUE(isSelected(1));
  press(Qt::Key_End);
  EXPECT_TRUE(isSelected(0xa));
  press(Qt::Key_Home);
  EXPECT_TRUE(isSelected(1));
  press(Qt::Key_PageDown);
  EXPECT_TRUE(isSelected(0xa));
}

TEST_F(TimelineViewTest, LeftCollapsesThenLeavesAndRightExpandsThenEnters) {
  openText(kBuy);
  show();
  select(4);
  press(Qt::Key_Left);
  EXPECT_EQ(canvas().rows()->rowCount(), 5U);
  press(Qt::Key_Right);
  EXPECT_EQ(canvas().rows()->rowCount(), 10U);
  press(Qt::Key_Right);
  EXPECT_TRUE(isSelected(5));
  press(Qt::Key_Left);
  EXPECT_TRUE(isSelected(4));
}

TEST_F(TimelineViewTest, AClickOnTheTriangleCollapsesAndTheSelectionGoesToWhatIsStillSeen) {
  openText(kBuy);
  show();
  select(8);
  const TreeColumn column =
      TimelinePainter::treeColumn(*canvas().rows(), canvas().lanes());
  QTest::mouseClick(m_canvas, Qt::LeftButton, {}, inTree(rowOf(4), static_cast<int>(column.expanderX(1))));
  EXPECT_TRUE(canvas().rows()->isCollapsed(node(4)));
  EXPECT_TRUE(isSelected(4));
  screenshot(QStringLiteral("timeline-collapsed.png"));
  // Something chosen elsewhere opens what hides it.
  select(8);
  EXPECT_TRUE(canvas().rows()->rowOf(node(8)).has_value());
}

TEST_F(TimelineViewTest, ZoomAtTheCursorKeepsTheTimeUnderIt) {
  openText(kBuy);
  show();
  const QPoint cursor = at(0.3, 2);
  const double x = cursor.x() - m_canvas->lanes().plotLeft;
  const int64_t before = m_canvas->scale().ns(x);
  for (int i = 0; i < 5; ++i) wheel(cursor, 120, Qt::ControlModifier);
  const int64_t after = m_canvas->scale().ns(x);
  EXPECT_LT(m_session.visibleRange().durationNs(), m_session.openTrace()->bounds.durationNs() / 2);
  EXPECT_LE(std::abs(after - before), static_cast<int64_t>(m_canvas->scale().nsPerPixel()) + 1);
}

TEST_F(TimelineViewTest, KeysZoomPanFitAndReset) {
  openText(kBuy);
  show();
  const layout::TimeRange whole = m_session.visibleRange();
  press(Qt::Key_W);
  const layout::TimeRange zoomed = m_session.visibleRange();
  EXPECT_LT(zoomed.durationNs(), whole.durationNs());
  press(Qt::Key_D);
  EXPECT_GT(m_session.visibleRange().startNs, zoomed.startNs);
  press(Qt::Key_A);
  EXPECT_EQ(m_session.visibleRange(), zoomed);
  press(Qt::Key_S);
  press(Qt::Key_0);
  EXPECT_EQ(m_session.visibleRange(), whole);
  select(7);
  press(Qt::Key_F);
  EXPECT_LT(m_session.visibleRange().durationNs(), 60'000'000);
  EXPECT_LE(m_session.visibleRange().startNs, test::kEpochNs + 8'300'000);
  screenshot(QStringLiteral("timeline-zoomed.png"));
  press(Qt::Key_Escape);
  EXPECT_EQ(m_session.visibleRange(), whole);
}

TEST_F(TimelineViewTest, TheWheelScrollsRowsAndShiftPans) {
  std::string text = "web root 0..1000ms SERVER\n";
  for (int i = 0; i < 200; ++i)
    text +=
        "  web child" + std::to_string(i) + " " + std::to_string(i) + ".." + std::to_string(i + 5) + "ms\n";
  openText(text);
  show();
  m_canvas->scrollTo(0);
  wheel(at(0.5, 3), -120);
  EXPECT_EQ(m_canvas->lanes().scrollY, 3 * m_canvas->lanes().laneHeight);
  for (int i = 0; i < 4; ++i) wheel(at(0.5, 6), 120, Qt::ControlModifier);
  const int64_t start = m_session.visibleRange().startNs;
  wheel(at(0.5, 6), -120, Qt::ShiftModifier);
  EXPECT_GT(m_session.visibleRange().startNs, start);
  screenshot(QStringLiteral("timeline-scrolled.png"));
}

TEST_F(TimelineViewTest, DraggingTheRulerNarrowsAndEscapeGoesBack) {
  openText(kBuy);
  show();
  const LaneGeometry& lanes = m_canvas->lanes();
  const int y = lanes.axisHeight / 2;
  drag(m_canvas, {lanes.plotLeft + 100, y}, {lanes.plotLeft + 300, y});
  const double expected = 200.0 / lanes.plotWidth() * 155e6;
  EXPECT_NEAR(static_cast<double>(m_session.visibleRange().durationNs()), expected, expected * 0.02);
  press(Qt::Key_Escape);
  EXPECT_EQ(m_session.visibleRange(), m_session.openTrace()->bounds);
}

TEST_F(TimelineViewTest, DraggingOverLanesMeasuresAndSelectsNothing) {
  openText(kBuy);
  show();
  select(1);
  drag(m_canvas, at(0.4, rowOf(4)), at(0.6, rowOf(8)));
  ASSERT_TRUE(m_canvas->area().has_value());
  EXPECT_EQ(m_canvas->area()->spans,
            3U);  // POST /charge, POST /auth, authorize; validate and tls are over by then
  EXPECT_TRUE(isSelected(1));
  screenshot(QStringLiteral("timeline-area.png"));
  press(Qt::Key_Escape);
  EXPECT_FALSE(m_canvas->area().has_value());
}

TEST_F(TimelineViewTest, TheMiddleButtonPans) {
  openText(kBuy);
  show();
  press(Qt::Key_W);
  const int64_t start = m_session.visibleRange().startNs;
  drag(m_canvas, at(0.6, 3), at(0.5, 3), Qt::MiddleButton);
  EXPECT_GT(m_session.visibleRange().startNs, start);
}

TEST_F(TimelineViewTest, ADoubleClickZoomsToTheSpan) {
  openText(kBuy);
  show();
  QTest::mouseDClick(m_canvas, Qt::LeftButton, {}, at(0.2, rowOf(7)));
  const double shown = static_cast<double>(m_session.visibleRange().durationNs());
  EXPECT_GT(shown, 37.7e6);
  EXPECT_LT(shown, 50e6);
}

TEST_F(TimelineViewTest, TheTreeColumnIsResizedByItsBorder) {
  openText(kBuy);
  show();
  const int before = m_canvas->lanes().plotLeft;
  drag(m_canvas, {before, 200}, {before + 80, 200});
  EXPECT_EQ(m_canvas->lanes().plotLeft, before + 80);
  drag(m_canvas, {before + 80, 200}, {-500, 200});
  EXPECT_EQ(m_canvas->lanes().plotLeft, TreeColumn::kMinWidth);
}

TEST_F(TimelineViewTest, CTurnsTheCriticalPathOnAndOff) {
  openText(kBuy);
  show();
  m_session.setCriticalPathShown(true);
  const QImage with = m_canvas->grab().toImage();
  press(Qt::Key_C);
  EXPECT_FALSE(m_session.criticalPathShown());
  EXPECT_NE(with, m_canvas->grab().toImage());
  press(Qt::Key_C);
  EXPECT_TRUE(m_session.criticalPathShown());
}

TEST_F(TimelineViewTest, EStepsThroughErrorsRoundTheEnd) {
  openText(R"(
a root  0..100ms id=1
  a x   1..2ms error id=2
  a y   3..4ms id=3
  a z   5..6ms error id=4
)");
  show();
  select(1);
  press(Qt::Key_E);
  EXPECT_TRUE(isSelected(2));
  press(Qt::Key_E);
  EXPECT_TRUE(isSelected(4));
  press(Qt::Key_E);
  EXPECT_TRUE(isSelected(2));
  press(Qt::Key_E, Qt::ShiftModifier);
  EXPECT_TRUE(isSelected(4));
}

TEST_F(TimelineViewTest, NStepsThroughFindings) {
  openText(kBuy);
  show();
  const size_t count = m_session.findings().size();
  if (count == 0) return;
  m_session.selectFinding(std::nullopt);
  press(Qt::Key_N);
  EXPECT_EQ(m_session.selectedFinding(), 0U);
  press(Qt::Key_N, Qt::ShiftModifier);
  EXPECT_EQ(m_session.selectedFinding(), count - 1);
}

TEST_F(TimelineViewTest, PeriodAndCommaStepAlongTheLane) {
  openText(kBuy);
  show();
  select(7);
  press(Qt::Key_Period);
  EXPECT_TRUE(isSelected(8));
  press(Qt::Key_Comma);
  EXPECT_TRUE(isSelected(7));
}

TEST_F(TimelineViewTest, ASelectionElsewhereIsScrolledAndPannedIntoSight) {
  std::string text = "web root 0..1000ms SERVER id=1\n";
  for (int i = 0; i < 300; ++i)
    text += "  web c" + std::to_string(i) + " " + std::to_string(i * 3) + ".." + std::to_string(i * 3 + 2) +
            "ms id=" + std::to_string(i + 1000) + "\n";
  openText(text);
  show();
  const int64_t start = m_session.openTrace()->bounds.startNs;
  m_session.setVisibleRange({start, start + 10'000'000});
  m_session.selectNode(analysis::NodeIndex(290));
  const auto row = canvas().selectedRow();
  ASSERT_TRUE(row.has_value());
  EXPECT_GE(*row, canvas().lanes().firstLane());
  EXPECT_LT(*row, canvas().lanes().firstLane() + canvas().lanes().visibleLanes());
  const analysis::TraceTree& tree = canvas().trace()->tree();
  EXPECT_LT(tree.startNs[290], m_session.visibleRange().endNs);
  EXPECT_GT(tree.endNs[290], m_session.visibleRange().startNs);
  EXPECT_EQ(m_session.visibleRange().durationNs(), 10'000'000);
}

TEST_F(TimelineViewTest, TooltipsSayEverythingInPlainText) {
  openText(kBuy);
  show();
  const QString text = m_canvas->tooltipAt(at(0.5, rowOf(6)));
  EXPECT_TRUE(text.contains(QStringLiteral("POST /auth")));
  EXPECT_TRUE(text.contains(QStringLiteral("bank")));
  EXPECT_TRUE(text.contains(QStringLiteral("duration: 140 ms, 90 % of the request"))) << text.toStdString();
  EXPECT_TRUE(text.contains(QStringLiteral("start: +8 ms"))) << text.toStdString();
  EXPECT_TRUE(text.contains(QStringLiteral("critical path")));
  EXPECT_TRUE(text.contains(QStringLiteral("error")));
}

TEST_F(TimelineViewTest, TellsScreenReadersTheRowsInSight) {
  openText(kBuy);
  show();
  select(6);
  QAccessibleInterface* tree = QAccessible::queryAccessibleInterface(m_canvas);
  ASSERT_NE(tree, nullptr);
  EXPECT_EQ(tree->role(), QAccessible::Tree);
  ASSERT_EQ(tree->childCount(), 10);
  QAccessibleInterface* row = tree->child(static_cast<int>(rowOf(6)));
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->text(QAccessible::Name), QStringLiteral("POST /auth, bank"));
  const QString description = row->text(QAccessible::Description);
  EXPECT_TRUE(description.contains(QStringLiteral("duration 140 ms"))) << description.toStdString();
  EXPECT_TRUE(description.contains(QStringLiteral("starts at 8 ms"))) << description.toStdString();
  EXPECT_TRUE(description.contains(QStringLiteral("status error")));
  EXPECT_TRUE(description.contains(QStringLiteral("on the critical path")));
  EXPECT_TRUE(row->state().selected);
  EXPECT_EQ(tree->indexOfChild(row), static_cast<int>(rowOf(6)));
  EXPECT_EQ(tree->child(99), nullptr);
}

TEST_F(TimelineViewTest, LivesWithHostileTraces) {
  openText(R"(
"" ""                      0..0ns      id=1
  "a" "<b>bold</b>\n&amp;" 5ms..?      id=2 link=1:1
  a orphan                 3..1ms      parent=999 id=3
  a self                   1..2ms      parent=4 id=4
  a far                    -5s..5s     id=5 error
  a later                  90s..91s    id=6
)");
  show({700, 300});
  for (uint32_t row = 0; row < canvas().rows()->rowCount(); ++row) {
    EXPECT_FALSE(m_canvas->tooltipAt(at(0.5, row)).isEmpty());
    canvas().moveToRow(row);
    press(Qt::Key_F);
  }
  for (int i = 0; i < 60; ++i) wheel(at(0.4, 1), 1200, Qt::ControlModifier);
  screenshot(QStringLiteral("timeline-hostile-zoomed.png"));
  press(Qt::Key_0);
  screenshot(QStringLiteral("timeline-hostile.png"));
  m_session.closeAll();
  screenshot(QStringLiteral("timeline-closed.png"));
}

TEST_F(TimelineViewTest, NamesStayReadableFiveHundredLevelsDeep) {
  std::string text;
  for (int i = 0; i < 500; ++i) {
    text += std::string(static_cast<size_t>(i), ' ') + (i % 3 == 0 ? "web" : "db") + " level" +
            std::to_string(i) + " " + std::to_string(i) + ".." + std::to_string(2000 - i) + "us\n";
  }
  openText(text);
  show();
  press(Qt::Key_End);
  const TreeColumn column =
      TimelinePainter::treeColumn(*canvas().rows(), canvas().lanes());
  EXPECT_LT(column.textX(499), canvas().lanes().plotLeft / 2.0 + 40);
  EXPECT_GT(column.textX(499), column.textX(490));
  screenshot(QStringLiteral("timeline-deep.png"));
}

}  // namespace
}  // namespace waybill::ui
