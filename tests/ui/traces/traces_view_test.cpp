// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/traces_view.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>

#include "../theme/session_fixture.h"
#include "ui/theme/controls.h"
#include "ui/traces/key_completer.h"
#include "ui/traces/traces_model.h"

namespace waybill::ui {
namespace {

const char* const kTraces = R"(
web POST /buy      0..155ms   trace=a1
  payment POST /charge 2..152ms trace=a1
    bank-api POST /auth 8..148ms trace=a1 error
web GET /cart      10..70ms   trace=b2
email process      5..45ms    trace=c3
  email smtp       6..7ms     trace=c3 error {smtp.code=550}
  email smtp       8..9ms     trace=c3 error
web GET /health    20..20.85ms trace=d4
)";

class TracesViewTest : public SessionFixture {
 protected:
  void SetUp() override {
    m_view.resize(372, 600);
    m_view.show();
  }

  void openTraces() {
    open(kTraces);
    settle();
  }
  void settle() {
    ASSERT_TRUE(QTest::qWaitFor([this] { return model()->isUpToDate(); }, 10'000));
    QTest::qWait(1);
  }
  TracesModel* model() const { return m_view.findChild<TracesModel*>(); }
  QTableView* list() const { return m_view.findChild<QTableView*>(QStringLiteral("tracesList")); }
  FilterEdit* filter() const { return m_view.findChild<FilterEdit*>(QStringLiteral("tracesFilter")); }
  QString count() const { return m_view.findChild<QLabel*>(QStringLiteral("tracesCount"))->text(); }

  TracesView m_view{m_session, nullptr};
};

}  // namespace

TEST_F(TracesViewTest, ShowsTheSlowestFirstAndMarksTheOpenOne) {
  openTraces();
  EXPECT_EQ(count(), QStringLiteral("4"));
  EXPECT_EQ(list()->currentIndex().row(), 0);
  EXPECT_EQ(model()->traceAt(0), m_session.openTraceIndex());
  picture(m_view, QStringLiteral("traces"));
}

TEST_F(TracesViewTest, EnterInTheFilterOpensTheFirstThatWasFound) {
  openTraces();
  filter()->setText(QStringLiteral("email"));
  settle();
  ASSERT_EQ(count(), QStringLiteral("1 of 4"));
  EXPECT_NE(model()->traceAt(0), m_session.openTraceIndex());
  QTest::keyClick(filter(), Qt::Key_Return);
  EXPECT_EQ(model()->traceAt(0), m_session.openTraceIndex());
}

TEST_F(TracesViewTest, KeysAndClicksOpenTraces) {
  openTraces();
  list()->setFocus();
  QTest::keyClick(list(), Qt::Key_Down);
  EXPECT_EQ(m_session.openTraceIndex(), model()->traceAt(1));
  QTest::mouseClick(list()->viewport(), Qt::LeftButton, {},
                    list()->visualRect(model()->index(2, 0)).center());
  EXPECT_EQ(m_session.openTraceIndex(), model()->traceAt(2));
  m_session.openTraceAt(model()->traceAt(3));
  EXPECT_EQ(list()->currentIndex().row(), 3) << "chosen elsewhere, shown here";
}

TEST_F(TracesViewTest, TheFilterNarrowsAndEscLiftsIt) {
  openTraces();
  QTest::keyClicks(filter(), QStringLiteral("WEB get"));
  settle();
  EXPECT_EQ(count(), QStringLiteral("2 of 4"));
  QTest::keyClick(filter(), Qt::Key_Escape);
  settle();
  EXPECT_EQ(count(), QStringLiteral("4"));
  EXPECT_EQ(list()->currentIndex().row(), 0);
}

TEST_F(TracesViewTest, NoMatchSaysWhichFilterAndLiftsItWithOneClick) {
  openTraces();
  filter()->setText(QStringLiteral("<b>nowhere</b>"));
  settle();
  const auto* text = m_view.findChild<QLabel*>(QStringLiteral("tracesNoMatch"));
  EXPECT_TRUE(text->isVisible());
  EXPECT_TRUE(text->text().contains(QStringLiteral("<b>nowhere</b>")));
  EXPECT_EQ(text->textFormat(), Qt::PlainText);
  QTest::mouseClick(m_view.findChild<QPushButton*>(QStringLiteral("tracesLiftFilter")), Qt::LeftButton);
  settle();
  EXPECT_TRUE(list()->isVisible());
  EXPECT_EQ(count(), QStringLiteral("4"));
}

TEST_F(TracesViewTest, TermsLookIntoEverySpan) {
  openTraces();
  filter()->setText(QStringLiteral("service=bank-api"));
  settle();
  EXPECT_EQ(count(), QStringLiteral("1 of 4"));
  filter()->setText(QStringLiteral("web duration<100ms"));
  settle();
  EXPECT_EQ(count(), QStringLiteral("2 of 4"));
  filter()->setText(QStringLiteral("smtp.code>=500 status=error"));
  settle();
  EXPECT_EQ(count(), QStringLiteral("1 of 4"));
  EXPECT_EQ(model()->index(0, 0).data().toString(), QStringLiteral("email process"));
  picture(m_view, QStringLiteral("traces-terms"));
}

TEST_F(TracesViewTest, KeysAreOfferedWhileATermIsTyped) {
  openTraces();
  auto* completer = m_view.findChild<KeyCompleter*>();
  auto* popup = m_view.findChild<QCompleter*>()->popup();
  filter()->setFocus();
  QTest::keyClicks(filter(), QStringLiteral("web sm"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return !completer->isLooking() && popup->isVisible(); }, 10'000));
  QTest::keyClick(popup, Qt::Key_Down);
  QTest::keyClick(popup, Qt::Key_Return);
  EXPECT_EQ(filter()->text(), QStringLiteral("web smtp.code="));
  EXPECT_FALSE(popup->isVisible());
}

TEST_F(TracesViewTest, AnAttributeThatNobodyHasIsNamed) {
  openTraces();
  filter()->setText(QStringLiteral("smtp.cod=500"));
  settle();
  const auto* text = m_view.findChild<QLabel*>(QStringLiteral("tracesNoMatch"));
  EXPECT_EQ(text->text(), QStringLiteral("No span has the attribute “smtp.cod”"));
  EXPECT_EQ(count(), QStringLiteral("0 of 4"));
  picture(m_view, QStringLiteral("traces-no-attribute"));
}

TEST_F(TracesViewTest, AMistakeIsUnderlinedAndSaidOnceTypingPauses) {
  openTraces();
  const auto* why = m_view.findChild<QLabel*>(QStringLiteral("tracesMistake"));
  QTest::keyClicks(filter(), QStringLiteral("web status=bad"));
  EXPECT_FALSE(why->isVisible()) << "half a term is no mistake yet";
  ASSERT_TRUE(QTest::qWaitFor([&] { return why->isVisible(); }, 5'000));
  EXPECT_EQ(why->text(), QStringLiteral("status is (=) or is not (!=) error, ok or unset"));
  settle();
  EXPECT_EQ(count(), QStringLiteral("3 of 4")) << "all else holds";
  EXPECT_EQ(filter()->text(), QStringLiteral("web status=bad"));
  picture(m_view, QStringLiteral("traces-mistake"));
  filter()->setText(QStringLiteral("web status=ok"));
  EXPECT_FALSE(why->isVisible());
}

TEST_F(TracesViewTest, TheOrderIsChosenAndRemembered) {
  openTraces();
  auto* button = m_view.findChild<QToolButton*>(QStringLiteral("tracesSort"));
  const auto choose = [&](int action) { button->menu()->actions().at(action)->trigger(); };
  choose(3);
  settle();
  EXPECT_TRUE(button->text().startsWith(QStringLiteral("most errors first")));
  EXPECT_EQ(model()->index(0, 0).data().toString(), QStringLiteral("email process"));
  choose(6);
  settle();
  EXPECT_TRUE(button->text().startsWith(QStringLiteral("fewest errors first")));
  const TracesView another(m_session, nullptr);
  EXPECT_EQ(another.findChild<TracesModel*>()->query().sort, TraceSort::Errors);
  EXPECT_FALSE(another.findChild<TracesModel*>()->query().descending);
}

TEST_F(TracesViewTest, StreamsAreMarkedAndStandLastUnlessThatIsSwitchedOff) {
  open(R"(
web GET /events    0..900s    SERVER trace=a1 {http.response.header.content-type=text/event-stream}
web GET /cart      10..70ms   SERVER trace=b2
  db SELECT        12..60ms   CLIENT trace=b2
email process      5..45ms    trace=c3
)");
  settle();
  EXPECT_EQ(model()->index(0, 0).data().toString(), QStringLiteral("web GET /cart"));
  EXPECT_EQ(model()->index(2, 0).data().toString(), QStringLiteral("web GET /events"));
  EXPECT_TRUE(model()->isStream(model()->traceAt(2)));
  EXPECT_FALSE(model()->isStream(model()->traceAt(0)));
  EXPECT_TRUE(model()->index(2, 0).data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("a stream")));
  EXPECT_EQ(model()->order().longestNs, 60'000'000) << "the bars of requests have their own scale";
  picture(m_view, QStringLiteral("traces-streams"));
  QMenu* menu = m_view.findChild<QToolButton*>(QStringLiteral("tracesSort"))->menu();
  QAction* last = menu->actions().back();
  ASSERT_EQ(last->text(), QStringLiteral("Streams last"));
  EXPECT_TRUE(last->isChecked());
  last->trigger();
  settle();
  EXPECT_EQ(model()->index(0, 0).data().toString(), QStringLiteral("web GET /events"));
  const TracesView another(m_session, nullptr);
  EXPECT_FALSE(another.findChild<TracesModel*>()->areStreamsLast());
}

TEST_F(TracesViewTest, EmptySaysSo) {
  EXPECT_TRUE(m_view.findChild<QLabel*>(QStringLiteral("tracesEmpty"))->isVisible());
  openTraces();
  EXPECT_FALSE(m_view.findChild<QLabel*>(QStringLiteral("tracesEmpty"))->isVisible());
  m_session.closeAll();
  EXPECT_TRUE(m_view.findChild<QLabel*>(QStringLiteral("tracesEmpty"))->isVisible());
}

}  // namespace waybill::ui
