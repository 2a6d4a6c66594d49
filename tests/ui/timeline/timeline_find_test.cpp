// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Finding spans in the open trace, and what becomes of the others.
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QToolButton>
#include <algorithm>

#include "ui/timeline/picture_fixture.h"
#include "ui/timeline/span_search.h"
#include "ui/timeline/timeline_canvas.h"
#include "ui/timeline/timeline_view.h"

namespace waybill::ui {
namespace {

class TimelineFindTest : public test::PictureFixture<TimelineView> {
 protected:
  void TearDown() override { QSettings().clear(); }
  TimelineCanvas& canvas() { return static_cast<TimelineCanvas&>(*m_canvas); }
};

TEST_F(TimelineFindTest, FindsSpansByNameAndService) {
  openText(kBuy);
  show();
  select(1);
  press(Qt::Key_F, Qt::ControlModifier);
  auto* edit = m_view->findChild<QLineEdit*>(QStringLiteral("timelineFind"));
  auto* count = m_view->findChild<QLabel*>(QStringLiteral("timelineFindCount"));
  ASSERT_TRUE(edit && count);
  ASSERT_TRUE(edit->isVisible());
  EXPECT_TRUE(edit->hasFocus());
  QTest::keyClicks(edit, QStringLiteral("PaYmEnT"));
  QTest::keyClick(edit, Qt::Key_Return);  // before anything can have been found: it steps then
  ASSERT_TRUE(QTest::qWaitFor([&] { return count->text() == QStringLiteral("1 of 3"); }))
      << count->text().toStdString();
  EXPECT_TRUE(isSelected(4));
  QTest::keyClick(edit, Qt::Key_Return);
  EXPECT_TRUE(isSelected(5));
  EXPECT_EQ(count->text(), QStringLiteral("2 of 3"));
  QTest::keyClick(edit, Qt::Key_Return, Qt::ShiftModifier);
  QTest::keyClick(edit, Qt::Key_Return, Qt::ShiftModifier);
  EXPECT_TRUE(isSelected(9));
  screenshot(QStringLiteral("timeline-find.png"));
  edit->setText(QStringLiteral("no such span"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return count->text().startsWith(QStringLiteral("No span")); }));
  QTest::keyClick(edit, Qt::Key_Escape);
  EXPECT_FALSE(edit->isVisible());
  EXPECT_TRUE(m_canvas->hasFocus());
}

TEST_F(TimelineFindTest, FindsSpansByTermsAndDimsTheOthers) {
  openText(kBuy);
  show();
  press(Qt::Key_Slash);
  auto* edit = m_view->findChild<QLineEdit*>(QStringLiteral("timelineFind"));
  auto* count = m_view->findChild<QLabel*>(QStringLiteral("timelineFindCount"));
  auto* dim = m_view->findChild<QToolButton*>(QStringLiteral("timelineDimOthers"));
  auto* search = m_view->findChild<SpanSearch*>();
  ASSERT_TRUE(edit && count && dim && search);
  edit->setText(QStringLiteral("service=payment"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return count->text() == QStringLiteral("3 found"); }))
      << count->text().toStdString();
  EXPECT_FALSE(search->isDimmed(0, 1)) << "not unless wanted";
  dim->click();
  EXPECT_TRUE(search->isDimmed(0, 1));
  EXPECT_FALSE(search->isDimmed(0, 10)) << "a folded row that hides a match";
  EXPECT_FALSE(search->isDimmed(search->matches().front(), search->matches().front() + 1));
  screenshot(QStringLiteral("timeline-find-dimmed.png"));
  edit->setText(QStringLiteral("payment duration>=1h"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return count->text() == QStringLiteral("No span of this trace matches"); }));
  EXPECT_TRUE(search->isDimmed(0, 10));
  edit->setText(QStringLiteral("duration>=1"));
  const auto* why = m_view->findChild<QLabel*>(QStringLiteral("timelineFindMistake"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return why->isVisible(); }, 5'000));
  EXPECT_TRUE(count->text().isEmpty());
  dim->click();
  EXPECT_EQ(search->others(), SpanSearch::Others::Shown);
  QTest::keyClick(edit, Qt::Key_Escape);
  EXPECT_FALSE(search->isActive());
}

TEST_F(TimelineFindTest, HidesWhatDoesNotMatchAndShowsItAgain) {
  openText(kBuy);
  show();
  const uint32_t all = canvas().rows()->rowCount();
  canvas().toggle(*canvas().rows()->rowOf(node(4)));  // payment, with all that matches
  const uint32_t folded = canvas().rows()->rowCount();
  ASSERT_LT(folded, all);
  press(Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
  auto* edit = m_view->findChild<QLineEdit*>(QStringLiteral("timelineFind"));
  auto* hide = m_view->findChild<QToolButton*>(QStringLiteral("timelineHideOthers"));
  const auto* search = m_view->findChild<SpanSearch*>();
  ASSERT_TRUE(edit && edit->isVisible() && hide && hide->isChecked() && search);
  EXPECT_EQ(canvas().rows()->rowCount(), folded) << "nothing is looked for";
  edit->setText(QStringLiteral("service=payment"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return canvas().rows()->rowCount() != folded; }));
  const analysis::TraceTree& tree = canvas().trace()->tree();
  for (uint32_t row = 0; row < canvas().rows()->rowCount(); ++row) {
    const analysis::NodeIndex node = canvas().rows()->nodeAt(row);
    const auto isBelow = [&](uint32_t match) { return match >= node.value && match < tree.subtreeEnd[node.value]; };
    EXPECT_TRUE(std::any_of(search->matches().begin(), search->matches().end(), isBelow)) << row;
  }
  for (const uint32_t match : search->matches()) EXPECT_TRUE(canvas().rows()->rowOf(analysis::NodeIndex(match)));
  screenshot(QStringLiteral("timeline-find-hidden.png"));
  edit->setText(QStringLiteral("no such span"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return canvas().rows()->rowCount() == 0; }));
  EXPECT_FALSE(canvas().selectedRow().has_value());
  EXPECT_EQ(search->keptFor(), QStringLiteral("no such span"));
  const QRect middle(0, canvas().height() / 2 - 40, canvas().width(), 80);
  const QImage said = canvas().grab(middle).toImage();
  QImage blank = said;
  blank.fill(said.pixelColor(0, 0));
  EXPECT_NE(said, blank) << "the picture says why there is nothing in it";
  screenshot(QStringLiteral("timeline-find-none.png"));
  QTest::keyClick(edit, Qt::Key_Escape);
  EXPECT_EQ(canvas().rows()->rowCount(), folded) << "as it was, folded too";
  hide->click();
  EXPECT_FALSE(hide->isChecked());
}

}  // namespace
}  // namespace waybill::ui
