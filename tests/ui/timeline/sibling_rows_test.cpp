// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Repeated siblings that share a row of the timeline, by mouse, by keyboard and for screen readers.
#include <QAccessible>
#include <QAction>
#include <QLineEdit>
#include <QSettings>

#include "layout/slack.h"
#include "ui/timeline/group_text.h"
#include "ui/timeline/repaint_fixture.h"
#include "ui/timeline/span_search.h"
#include "ui/timeline/timeline_canvas.h"
#include "ui/timeline/timeline_view.h"

namespace waybill::ui {
namespace {

// 20 queries one after another, one of them failed, and a cache look-up behind every other: web, then a request that
// takes them all, then something else.
std::string manyQueries() {
  std::string text = "web GET /orders 0..700ms SERVER id=1\n  orders list 10..600ms SERVER id=2\n";
  for (int i = 0; i < 20; ++i) {
    const int start = 20 + i * 25;
    text += "    orders \"SELECT items\" " + std::to_string(start) + ".." + std::to_string(start + 10 + i % 5) + "ms CLIENT" +
            (i == 7 ? " error" : "") + " {db.system=postgresql, db.query.text=\"SELECT * FROM items WHERE id=?\"} id=" +
            std::to_string(100 + i) + "\n";
    if (i % 2 == 0) {
      text += "    orders get " + std::to_string(start + 16) + ".." + std::to_string(start + 18) +
              "ms CLIENT id=" + std::to_string(200 + i) + "\n";
    }
  }
  return text + "  web render 610..690ms id=3\n";
}

constexpr uint32_t kSelects = 2, kGets = 3;  // rows
uint64_t idOf(int query) { return std::stoull(std::to_string(100 + query), nullptr, 16); }

class SiblingRowsTest : public test::RepaintFixture<TimelineView> {
 protected:
  void TearDown() override { QSettings().clear(); }
  void open() {
    openText(manyQueries());
    show();
  }
  TimelineCanvas& canvas() { return static_cast<TimelineCanvas&>(*m_canvas); }
  const layout::GanttRows& rows() { return *canvas().rows(); }
  QPoint inTree(uint32_t row, int x) { return {x, canvas().rowRect(row).center().y()}; }
  QPoint expander(uint32_t row) {
    const TreeColumn column = TimelinePainter::treeColumn(rows(), canvas().lanes());
    return inTree(row, static_cast<int>(column.expanderX(rows().order().depthAt(rows().placeAt(row)))));
  }
  // In the middle of a span's bar, in the row that shows it.
  QPoint on(uint64_t spanId) {
    const analysis::TraceTree& tree = canvas().trace()->tree();
    const analysis::NodeIndex n = node(spanId);
    const double x = m_canvas->scale().x(tree.startNs[n.value] + tree.durationNs(n) / 2);
    return {m_canvas->lanes().plotLeft + static_cast<int>(x), canvas().rowRect(rows().rowShowing(n)).center().y()};
  }
};

TEST_F(SiblingRowsTest, RepeatedSiblingsAreOneRowThatSaysHowManyTheirSumAndPercentile) {
  open();
  // GET /orders, list, ×20 SELECT items, ×10 get, render
  ASSERT_EQ(rows().rowCount(), 5U);
  ASSERT_TRUE(canvas().groupAt(kSelects));
  EXPECT_FALSE(canvas().groupAt(1));
  const layout::SiblingGroups& groups = *canvas().trace()->siblings;
  EXPECT_EQ(groupCount(groups[*canvas().groupAt(kSelects)]), QStringLiteral("×20"));
  EXPECT_EQ(groupOperation(canvas().trace()->tree(), groups, *canvas().groupAt(kSelects)), QStringLiteral("SELECT items"));
  EXPECT_EQ(groupFigures(groups, *canvas().groupAt(kSelects), {}), QStringLiteral("sum 240 ms, p95 14 ms, 1 error"));
  screenshot(QStringLiteral("timeline-siblings.png"));
}

TEST_F(SiblingRowsTest, NamesThatDifferAreSaidAsFarAsTheyAgree) {
  std::string text = "web page 0..500ms SERVER id=1\n";
  for (int i = 0; i < 12; ++i)
    text += "  web \"GET /product/" + std::to_string(17 + i) + "\" " + std::to_string(i * 20) + ".." + std::to_string(i * 20 + 9) + "ms CLIENT\n";
  openText(text);
  show();
  ASSERT_TRUE(canvas().groupAt(1));
  EXPECT_EQ(groupOperation(canvas().trace()->tree(), *canvas().trace()->siblings, *canvas().groupAt(1)),
            QStringLiteral("GET /product/…"));
}

TEST_F(SiblingRowsTest, RightOpensTheGroupAndEntersItLeftGoesBackClosesItAndLeaves) {
  open();
  select(2);
  press(Qt::Key_Down);
  EXPECT_EQ(canvas().selectedRow(), std::optional(kSelects));
  press(Qt::Key_Right);
  EXPECT_EQ(rows().rowCount(), 25U);
  EXPECT_EQ(canvas().selectedRow(), std::optional(kSelects));
  press(Qt::Key_Right);
  EXPECT_EQ(canvas().selectedRow(), std::optional(kSelects + 1));
  EXPECT_TRUE(isSelected(idOf(0)));
  press(Qt::Key_Down);
  EXPECT_TRUE(isSelected(idOf(1)));
  screenshot(QStringLiteral("timeline-siblings-open.png"));
  press(Qt::Key_Left);
  EXPECT_EQ(canvas().selectedRow(), std::optional(kSelects));
  press(Qt::Key_Left);
  EXPECT_EQ(rows().rowCount(), 5U);
  EXPECT_EQ(canvas().selectedRow(), std::optional(kSelects));
  press(Qt::Key_Left);
  EXPECT_TRUE(isSelected(2));
}

TEST_F(SiblingRowsTest, TheCursorGoesOverTheHeaderBothWays) {
  open();
  select(1);
  for (const uint32_t row : {1U, kSelects, kGets, 4U}) {
    press(Qt::Key_Down);
    EXPECT_EQ(canvas().selectedRow(), std::optional(row));
  }
  for (const uint32_t row : {kGets, kSelects, 1U, 0U}) {
    press(Qt::Key_Up);
    EXPECT_EQ(canvas().selectedRow(), std::optional(row));
  }
}

TEST_F(SiblingRowsTest, AClickOnTheTriangleOpensAndClosesTheGroup) {
  open();
  QTest::mouseClick(m_canvas, Qt::LeftButton, {}, expander(kGets));
  EXPECT_EQ(rows().rowCount(), 15U);
  EXPECT_FALSE(rows().isFolded(*canvas().groupAt(kGets)));
  QTest::mouseClick(m_canvas, Qt::LeftButton, {}, expander(kGets));
  EXPECT_EQ(rows().rowCount(), 5U);
}

TEST_F(SiblingRowsTest, AClickOnAMemberSelectsItAndTheRowStaysFolded) {
  open();
  QTest::mouseClick(m_canvas, Qt::LeftButton, {}, on(idOf(12)));
  EXPECT_TRUE(isSelected(idOf(12)));
  EXPECT_EQ(rows().rowCount(), 5U);
  EXPECT_EQ(canvas().selectedRow(), std::optional(kSelects));
  QTest::mouseClick(m_canvas, Qt::LeftButton, {}, on(idOf(7)));
  EXPECT_TRUE(isSelected(idOf(7)));
  screenshot(QStringLiteral("timeline-siblings-member.png"));
}

TEST_F(SiblingRowsTest, AMemberChosenElsewhereIsShownByItsGroupOrByItsRowWhenThatIsOpen) {
  open();
  select(idOf(9));
  EXPECT_EQ(rows().rowCount(), 5U);
  EXPECT_EQ(canvas().selectedRow(), std::optional(kSelects));
  press(Qt::Key_Right);
  select(idOf(3));
  EXPECT_EQ(canvas().selectedRow(), std::optional(kSelects + 1 + 3));
  // Even when the cursor was on the header with that same span.
  press(Qt::Key_Left);
  EXPECT_EQ(canvas().selectedRow(), std::optional(kSelects));
  EXPECT_TRUE(isSelected(idOf(3)));
}

TEST_F(SiblingRowsTest, AGroupUnderACollapsedSpanIsOpenedByWhatIsChosenInIt) {
  open();
  select(2);
  press(Qt::Key_Left);
  EXPECT_EQ(rows().rowCount(), 3U);
  select(idOf(5));
  EXPECT_EQ(rows().rowCount(), 5U);
  EXPECT_EQ(canvas().selectedRow(), std::optional(kSelects));
}

TEST_F(SiblingRowsTest, AnActionSwitchesFoldingOffAndOnAndItIsRemembered) {
  open();
  auto* action = m_view->findChild<QAction*>(QStringLiteral("foldSiblings"));
  ASSERT_NE(action, nullptr);
  EXPECT_TRUE(action->isChecked());
  select(idOf(4));
  press(Qt::Key_G);
  EXPECT_FALSE(action->isChecked());
  EXPECT_EQ(rows().rowCount(), canvas().trace()->tree().size());
  EXPECT_EQ(rows().nodeAt(*canvas().selectedRow()), node(idOf(4)));
  EXPECT_TRUE(screenIsRight(QStringLiteral("siblings-off")));
  show();  // another window
  EXPECT_EQ(rows().rowCount(), canvas().trace()->tree().size());
  press(Qt::Key_G);
  EXPECT_EQ(rows().rowCount(), 5U);
}

TEST_F(SiblingRowsTest, ExpandAllAndCollapseAllTakeGroupsAlong) {
  open();
  select(2);
  press(Qt::Key_Right, Qt::ShiftModifier);
  EXPECT_EQ(rows().rowCount(), canvas().trace()->tree().size() + 2);  // with the headers
  select(idOf(2));
  press(Qt::Key_Left);  // to the header
  press(Qt::Key_Left, Qt::ShiftModifier);
  EXPECT_EQ(rows().rowCount(), 5U);
  EXPECT_EQ(canvas().selectedRow(), std::optional(kSelects));
}

TEST_F(SiblingRowsTest, ASearchIsCountedInTheGroupAndStepsThroughItsMembers) {
  open();
  press(Qt::Key_Slash);
  auto* edit = m_view->findChild<QLineEdit*>();
  ASSERT_NE(edit, nullptr);
  edit->setText(QStringLiteral("duration>=13ms SELECT"));
  auto* search = m_view->findChild<SpanSearch*>();
  ASSERT_TRUE(QTest::qWaitFor([&] { return search->isActive() && !search->isRunning(); }));
  const layout::SiblingGroups& groups = *canvas().trace()->siblings;
  EXPECT_EQ(groupFigures(groups, *canvas().groupAt(kSelects), search->matches()),
            QStringLiteral("sum 240 ms, p95 14 ms, 1 error, 8 found"));
  EXPECT_EQ(matchesIn(search->matches(), groups, *canvas().groupAt(kGets)).count, 0U);
  QTest::keyClick(edit, Qt::Key_Return);
  EXPECT_TRUE(isSelected(idOf(3)));
  QTest::keyClick(edit, Qt::Key_Return);
  EXPECT_TRUE(isSelected(idOf(4)));
  EXPECT_EQ(canvas().selectedRow(), std::optional(kSelects));
  screenshot(QStringLiteral("timeline-siblings-find.png"));
}

TEST_F(SiblingRowsTest, AnAreaCountsTheMembersInIt) {
  open();
  const analysis::TraceTree& tree = canvas().trace()->tree();
  const auto share = [&](uint64_t id) {
    return m_canvas->scale().x(tree.startNs[node(id).value]) / m_canvas->lanes().plotWidth();
  };
  drag(m_canvas, at(share(idOf(4)) - 0.002, kSelects), at(share(idOf(8)) - 0.002, kSelects));
  ASSERT_TRUE(m_canvas->area().has_value());
  EXPECT_EQ(m_canvas->area()->spans, 4U);
}

TEST_F(SiblingRowsTest, HoveringSaysWhatTheGroupIsAndWhichMemberIsThere) {
  open();
  const QString group = m_canvas->tooltipAt(inTree(kSelects, 150));
  for (const char* part : {"×20 SELECT items", "orders", "sum: 240 ms within 489 ms", "95 % take 14 ms or less", "1 error"})
    EXPECT_TRUE(group.contains(QString::fromUtf8(part))) << part << " is not in " << group.toStdString();
  const QString member = m_canvas->tooltipAt(on(idOf(7)));
  EXPECT_TRUE(member.contains(QStringLiteral("duration: 12 ms"))) << member.toStdString();
  EXPECT_TRUE(member.contains(QStringLiteral("error")));
}

TEST_F(SiblingRowsTest, ScreenReadersAreToldTheGroupAndThatItOpens) {
  open();
  QAccessibleInterface* tree = QAccessible::queryAccessibleInterface(m_canvas);
  ASSERT_NE(tree, nullptr);
  ASSERT_EQ(tree->childCount(), 5);
  QAccessibleInterface* row = tree->child(kSelects);
  EXPECT_EQ(row->text(QAccessible::Name), QStringLiteral("20 times SELECT items, orders"));
  EXPECT_TRUE(row->text(QAccessible::Description).contains(QStringLiteral("sum 240 ms, p95 14 ms, 1 error")));
  EXPECT_TRUE(row->state().expandable);
  EXPECT_TRUE(row->state().collapsed);
  select(idOf(2));
  EXPECT_TRUE(row->state().selected);
  press(Qt::Key_Right);
  EXPECT_TRUE(row->state().expanded);
  EXPECT_FALSE(row->state().selected);
}

TEST_F(SiblingRowsTest, NothingStaleStaysWhenGroupsOpenAndTheCursorMoves) {
  open();
  moveMouse(on(idOf(6)));
  EXPECT_TRUE(screenIsRight(QStringLiteral("siblings-hover")));
  select(idOf(6));
  EXPECT_TRUE(screenIsRight(QStringLiteral("siblings-selected")));
  select(idOf(7));
  EXPECT_TRUE(screenIsRight(QStringLiteral("siblings-next")));
  press(Qt::Key_Right);
  EXPECT_TRUE(screenIsRight(QStringLiteral("siblings-open")));
  press(Qt::Key_Down);
  press(Qt::Key_Down);
  EXPECT_TRUE(screenIsRight(QStringLiteral("siblings-down")));
  m_session.selectFinding(0);
  EXPECT_TRUE(screenIsRight(QStringLiteral("siblings-finding")));
}

TEST_F(SiblingRowsTest, WhatIsKeptWhileScrollingOverOpenGroupsIsWhatWouldBePainted) {
  openText(manyQueries());
  show({1000, 330});
  press(Qt::Key_Right, Qt::ShiftModifier);
  scrollAbout(QStringLiteral("siblings-scroll"));
}

}  // namespace
}  // namespace waybill::ui
