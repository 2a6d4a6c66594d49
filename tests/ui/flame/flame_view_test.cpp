// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/flame/flame_view.h"

#include "ui/flame/flame_canvas.h"
#include "ui/timeline/picture_fixture.h"

namespace waybill::ui {
namespace {

class FlameViewTest : public test::PictureFixture<FlameView> {
 protected:
  FlameCanvas& canvas() { return static_cast<FlameCanvas&>(*m_canvas); }
  QPoint middleOf(uint64_t spanId) {
    const analysis::TraceTree& tree = canvas().trace()->tree();
    const uint32_t n = node(spanId).value;
    const double x = m_canvas->scale().x(tree.startNs[n] + (tree.endNs[n] - tree.startNs[n]) / 2);
    const LaneGeometry& lanes = m_canvas->lanes();
    return {lanes.plotLeft + static_cast<int>(x),
            lanes.laneTop(canvas().trace()->flame->laneOf(analysis::NodeIndex(n))) + lanes.laneHeight / 2};
  }
};

TEST_F(FlameViewTest, ShowsNothingWithoutATrace) {
  show();
  EXPECT_EQ(canvas().nodeAt({300, 300}), std::nullopt);
  press(Qt::Key_Down);
  screenshot(QStringLiteral("flame-empty.png"));
}

TEST_F(FlameViewTest, AClickSelectsTheSpanUnderIt) {
  openText(kBuy);
  show();
  for (const uint64_t id : {1, 4, 6, 7, 8}) {
    QTest::mouseClick(m_canvas, Qt::LeftButton, {}, middleOf(id));
    EXPECT_TRUE(isSelected(id)) << id;
  }
  screenshot(QStringLiteral("flame-buy.png"));
  // On nothing: nothing.
  QTest::mouseClick(m_canvas, Qt::LeftButton, {}, {m_canvas->width() / 2, m_canvas->height() - 3});
  EXPECT_EQ(m_session.selectedNode(), std::nullopt);
}

TEST_F(FlameViewTest, ADoubleClickZoomsToTheSpan) {
  openText(kBuy);
  show();
  QTest::mouseDClick(m_canvas, Qt::LeftButton, {}, middleOf(7));
  EXPECT_LT(m_session.visibleRange().durationNs(), 50'000'000);
  press(Qt::Key_Escape);
  EXPECT_EQ(m_session.visibleRange(), m_session.openTrace()->bounds);
}

TEST_F(FlameViewTest, ArrowsWalkTheTreeAndTheLane) {
  openText(kBuy);
  show();
  select(6);
  press(Qt::Key_Down);
  EXPECT_TRUE(isSelected(7));
  press(Qt::Key_Right);
  EXPECT_TRUE(isSelected(8));
  press(Qt::Key_Left);
  EXPECT_TRUE(isSelected(7));
  press(Qt::Key_Up);
  EXPECT_TRUE(isSelected(6));
}

TEST_F(FlameViewTest, ZoomAtTheCursorKeepsTheTimeUnderIt) {
  openText(kBuy);
  show();
  const QPoint cursor = at(0.7, 1);
  const double x = cursor.x() - m_canvas->lanes().plotLeft;
  const int64_t before = m_canvas->scale().ns(x);
  for (int i = 0; i < 6; ++i) wheel(cursor, 120, Qt::ControlModifier);
  EXPECT_LE(std::abs(m_canvas->scale().ns(x) - before),
            static_cast<int64_t>(m_canvas->scale().nsPerPixel()) + 1);
}

TEST_F(FlameViewTest, FoldedBarsSayHowManySpansTheyAre) {
  std::string text = "web root 0..100000us SERVER id=1\n";
  for (int i = 0; i < 9000; ++i)
    text += "  db q" + std::to_string(i % 5) + " " + std::to_string(i * 11) + ".." +
            std::to_string(i * 11 + 10) + "us\n";
  openText(text);
  show();
  const auto bar = canvas().barAt(at(0.5, 1));
  ASSERT_TRUE(bar.has_value());
  EXPECT_GT(bar->count, 1U);
  EXPECT_TRUE(m_canvas->tooltipAt(at(0.5, 1)).contains(QStringLiteral("spans here")));
  screenshot(QStringLiteral("flame-folded.png"));
  drag(m_canvas, at(0.0, 0), at(1.0, 1));
  ASSERT_TRUE(m_canvas->area().has_value());
  EXPECT_EQ(m_canvas->area()->spans, 9001U);
}

TEST_F(FlameViewTest, ThePathIsDrawnThroughTheBars) {
  openText(kBuy);
  show();
  m_session.setCriticalPathShown(true);
  const QImage with = m_canvas->grab().toImage();
  press(Qt::Key_C);
  EXPECT_NE(with, m_canvas->grab().toImage());
  press(Qt::Key_C);
}

// Siblings in two lanes, a little wider than a pixel, each going on after the next has begun: the path goes down and up
// in nearly every pixel.
TEST_F(FlameViewTest, ManyWaysOfThePathLeaveTheBarsToBeSeen) {
  std::string text = "web root 0..8010us SERVER id=1\n";
  for (int i = 0; i < 800; ++i)
    text += "  db q " + std::to_string(10 * i) + ".." + std::to_string(10 * i + 11) + "us CLIENT\n";
  openText(text);
  show();
  const QImage with = m_canvas->grab().toImage();
  m_session.setCriticalPathShown(false);
  const QImage without = m_canvas->grab().toImage();
  const LaneGeometry& lanes = m_canvas->lanes();
  const int y = lanes.laneTop(2) + lanes.laneHeight / 2;
  int covered = 0;
  for (int x = lanes.plotLeft; x < lanes.plotRight(); ++x) covered += with.pixel(x, y) != without.pixel(x, y);
  EXPECT_GT(covered, 0);
  EXPECT_LT(covered, lanes.plotWidth() / 3);
}

TEST_F(FlameViewTest, TheNumberOfAFindingSaysItsSentenceAndAClickSelectsIt) {
  openText(kBuy);
  show();
  ASSERT_FALSE(m_session.findings().empty());
  m_session.selectFinding(std::nullopt);
  m_canvas->grab();
  const analysis::NodeIndex evidence = m_session.findings()[0].evidence.front();
  const LaneGeometry& lanes = m_canvas->lanes();
  const int y = lanes.laneTop(canvas().trace()->flame->laneOf(evidence)) + lanes.laneHeight / 2;
  const QString start = QStringLiteral("Finding 1: ");
  int x = m_canvas->width();
  while (x > 0 && !m_canvas->tooltipAt({x, y}).startsWith(start)) --x;
  ASSERT_GT(x, 0) << "no badge in its lane";
  EXPECT_TRUE(m_canvas->tooltipAt({x, y}).contains(QString::fromStdString(m_session.findings()[0].sentence)));
  QTest::mouseClick(m_canvas, Qt::LeftButton, {}, {x, y});
  EXPECT_EQ(m_session.selectedFinding(), std::optional<size_t>(0));
  screenshot(QStringLiteral("flame-badges.png"));
  while (!m_session.findings().empty()) m_session.dismissFinding(0);
  m_canvas->grab();
  EXPECT_FALSE(m_canvas->tooltipAt({x, y}).startsWith(start));
  m_session.showHiddenFindings();
}

TEST_F(FlameViewTest, NumbersNeverCoverEachOther) {
  openText(kBuy);
  show();
  std::vector<analysis::Finding> many;
  for (uint32_t i = 0; i < 60; ++i) {
    many.emplace_back();
    many.back().evidence = {analysis::NodeIndex(i % canvas().trace()->tree().size())};
  }
  const layout::TimeScale scale = m_canvas->scale();
  const layout::DrawList none;
  const PathLine path;
  BadgeSpots spots;
  const QRegion all(m_canvas->rect());
  const FlameFrame frame{*canvas().trace(), m_canvas->lanes(), scale, all, none, path, many, spots, {}, {}, {}, true, false};
  const std::vector<FlameBadge> badges = placeBadges(frame, 13);
  EXPECT_GE(badges.size(), canvas().trace()->tree().size() / 2);
  for (const FlameBadge& a : badges) {
    EXPECT_GE(a.centerX, m_canvas->lanes().plotLeft);
    for (const FlameBadge& b : badges) {
      if (a.rank == b.rank || a.lane != b.lane) continue;
      EXPECT_GE(std::abs(a.centerX - b.centerX), 13) << a.rank << " and " << b.rank;
    }
  }
}

}  // namespace
}  // namespace waybill::ui
