// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What if, and clocks that disagree, in the whole window: by keyboard.
#include <gtest/gtest.h>

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QSettings>
#include <QSlider>
#include <QTest>
#include <QToolButton>
#include <algorithm>

#include "support/trace_dsl.h"
#include "ui/main_window.h"
#include "ui/shell/what_if_strip.h"
#include "ui/theme/theme.h"
#include "ui/timeline/timeline_canvas.h"

namespace waybill::ui {
namespace {

const QString kSample = QStringLiteral(WAYBILL_SOURCE_DIR "/resources/samples/buy.json");

class WhatIfTest : public ::testing::Test {
 protected:
  void SetUp() override {
    m_window.resize(1600, 1000);
    m_window.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_window));
    m_window.openPaths({kSample});
    ASSERT_TRUE(waitForTrace());
    select("POST /auth");
    canvas()->setFocus();
  }

  session::Session& session() { return m_window.session(); }
  bool waitForTrace() {
    return QTest::qWaitFor([this] { return session().openTrace() != nullptr; }, 10'000);
  }
  bool waitForAnswer() {
    return QTest::qWaitFor([this] { return session().whatIfResult().has_value(); }, 10'000);
  }
  void select(std::string_view name) {
    const analysis::TraceTree& tree = session().openTrace()->tree();
    for (uint32_t i = 0; i < tree.size(); ++i) {
      if (tree.name(analysis::NodeIndex(i)) == name) session().selectNode(analysis::NodeIndex(i));
    }
  }
  template <typename T>
  T* child(const char* name) const {
    return m_window.findChild<T*>(QString::fromLatin1(name));
  }
  TimelineCanvas* canvas() const { return child<TimelineCanvas>("timelineCanvas"); }
  QWidget* strip() const { return child<QWidget>("whatIfStrip"); }
  QString result() const { return child<QLabel>("whatIfResult")->text(); }
  void picture(const QString& name) {
    for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
      applyTheme(*static_cast<QApplication*>(QCoreApplication::instance()), choice);
      QTest::qWait(80);
      const QString theme = choice == ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light");
      EXPECT_TRUE(m_window.grab().save(QStringLiteral(WAYBILL_TEST_OUTPUT "/%1-%2.png").arg(name, theme)));
    }
  }

  struct NoSettings {
    NoSettings() { QSettings().clear(); }
  } m_noSettings;
  MainWindow m_window;
};

}  // namespace

TEST_F(WhatIfTest, AKeyAsksTheSliderAnswersAndEscGoesBackExactly) {
  const auto measured = session().openTrace();
  EXPECT_FALSE(strip()->isVisible());
  QTest::keyClick(canvas(), Qt::Key_X);
  ASSERT_TRUE(strip()->isVisible());
  ASSERT_TRUE(waitForAnswer());
  EXPECT_EQ(result(), QStringLiteral("155 ms → 85 ms, saves 70 ms (45 %)"));
  EXPECT_TRUE(child<QLabel>("whatIfNote")->text().startsWith(QStringLiteral("predicted, not measured")));
  EXPECT_TRUE(session().openTrace()->isPrediction());
  EXPECT_EQ(session().openTrace()->bounds, measured->bounds);
  picture(QStringLiteral("what-if"));

  auto* slider = child<QSlider>("whatIfSlider");
  EXPECT_TRUE(slider->hasFocus());
  QTest::keyClick(slider, Qt::Key_End);
  ASSERT_TRUE(waitForAnswer());
  EXPECT_EQ(result(), QStringLiteral("155 ms → 15 ms, saves 140 ms (90 %)"));
  QTest::keyClick(slider, Qt::Key_Left);
  EXPECT_EQ(session().whatIf()->percentFaster, 99);

  QTest::keyClick(slider, Qt::Key_Escape);
  EXPECT_FALSE(strip()->isVisible());
  EXPECT_FALSE(session().whatIf());
  EXPECT_EQ(session().openTrace(), measured);
  EXPECT_TRUE(canvas()->hasFocus()) << "the keyboard goes back to where it was";
}

TEST_F(WhatIfTest, NothingFasterIsTheTraceItself) {
  const auto measured = session().openTrace();
  QTest::keyClick(canvas(), Qt::Key_X);
  ASSERT_TRUE(waitForAnswer());
  QTest::keyClick(child<QSlider>("whatIfSlider"), Qt::Key_Home);
  ASSERT_TRUE(waitForAnswer());
  EXPECT_EQ(result(), QStringLiteral("155 ms → 155 ms, saves nothing"));
  EXPECT_EQ(session().openTrace()->tree().startNs, measured->tree().startNs);
  EXPECT_EQ(session().openTrace()->tree().endNs, measured->tree().endNs);
}

TEST_F(WhatIfTest, IsANarrowingAmongTheOthers) {
  const layout::TimeRange whole = session().visibleRange();
  QTest::keyClick(canvas(), Qt::Key_X);
  ASSERT_TRUE(waitForAnswer());
  session().narrowTo({whole.startNs + 1'000'000, whole.endNs - 1'000'000});
  EXPECT_TRUE(session().undoNarrowing());
  EXPECT_EQ(session().visibleRange(), whole);
  EXPECT_TRUE(session().whatIf()) << "the zoom came last";
  EXPECT_TRUE(session().undoNarrowing());
  EXPECT_FALSE(session().whatIf());
  EXPECT_FALSE(session().undoNarrowing());
}

TEST_F(WhatIfTest, KeepsWhatIsFoldedAndSelected) {
  select("POST /charge");
  canvas()->toggle(canvas()->rows()->rowOf(*session().selectedNode()).value());
  const uint32_t rows = canvas()->rows()->rowCount();
  const auto node = session().selectedNode();
  QTest::keyClick(canvas(), Qt::Key_X);
  ASSERT_TRUE(waitForAnswer());
  EXPECT_EQ(canvas()->rows()->rowCount(), rows);
  session().setWhatIf(std::nullopt);
  EXPECT_EQ(canvas()->rows()->rowCount(), rows);
  EXPECT_EQ(session().selectedNode(), node);
}

TEST_F(WhatIfTest, OwnTimeAndTheWholeOperationAreChoices) {
  select("POST /charge");
  QTest::keyClick(canvas(), Qt::Key_X, Qt::ShiftModifier);
  ASSERT_TRUE(waitForAnswer());
  EXPECT_EQ(child<QComboBox>("whatIfScope")->currentIndex(), 1);
  EXPECT_EQ(result(), QStringLiteral("155 ms → 80 ms, saves 75 ms (48 %)"));
  auto* own = child<QCheckBox>("whatIfOwnTime");
  EXPECT_TRUE(own->isEnabled());
  own->click();
  ASSERT_TRUE(waitForAnswer());
  EXPECT_GT(session().whatIfResult()->predictedNs, 140'000'000);
  session().setWhatIf(std::nullopt);
  select("POST /auth");
  QTest::keyClick(canvas(), Qt::Key_X);
  ASSERT_TRUE(waitForAnswer());
  EXPECT_FALSE(own->isEnabled()) << "a leaf is all own time";
}

TEST_F(WhatIfTest, AFindingShowsWhatFixingItSaves) {
  ASSERT_FALSE(session().findings().empty());
  session().selectFinding(0);
  auto* list = child<QListView>("findingsList");
  list->setFocus();
  QTest::keyClick(list, Qt::Key_X);
  ASSERT_TRUE(waitForAnswer());
  EXPECT_EQ(session().whatIfResult()->savingNs(), session().findings()[0].savingNs);
  EXPECT_TRUE(child<QLabel>("whatIfSubject")->isVisible());
  EXPECT_FALSE(child<QSlider>("whatIfSlider")->isVisible());
  picture(QStringLiteral("what-if-fix"));
  QTest::mouseClick(child<QToolButton>("whatIfEnd"), Qt::LeftButton);
  EXPECT_FALSE(session().whatIf());
}

TEST_F(WhatIfTest, AnotherTraceEndsIt) {
  QTest::keyClick(canvas(), Qt::Key_X);
  ASSERT_TRUE(waitForAnswer());
  m_window.openPaths({kSample});
  EXPECT_FALSE(session().whatIf());
  EXPECT_FALSE(strip()->isVisible());
  ASSERT_TRUE(waitForTrace());
}

TEST_F(WhatIfTest, TheLatestWishHolds) {
  session::WhatIf wanted;
  wanted.node = *session().selectedNode();
  for (int percent = 0; percent <= 100; ++percent) {
    wanted.percentFaster = percent;
    session().setWhatIf(wanted);
  }
  ASSERT_TRUE(waitForAnswer());
  EXPECT_EQ(session().whatIfResult()->savingNs(), 140'000'000);
}

TEST(WhatIfText, SaysWhatIsSavedAndWhereOnlyLaterWorkGains) {
  EXPECT_EQ(whatIfText({5'000'000'000, 3'400'000'000, 5'000'000'000, 3'400'000'000, 1}),
            QStringLiteral("5 s → 3.4 s, saves 1.6 s (32 %)"));
  EXPECT_EQ(whatIfText({100'000'000, 100'000'000, 900'000'000, 600'000'000, 1}),
            QStringLiteral("the response stays at 100 ms; until all is done 900 ms → 600 ms, saves 300 ms (33 %)"));
}

class ClockStripTest : public WhatIfTest {
 protected:
  void open(std::string_view text) {
    const std::string bytes = test::encode(test::parseTrace(text));
    session().openText(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())), QStringLiteral("test.binpb"));
    ASSERT_TRUE(QTest::qWaitFor([this] { return session().lastLoad().has_value(); }, 10'000));
    ASSERT_TRUE(waitForTrace());
  }
  QString clocks() const { return child<QLabel>("clockText")->text(); }
};

const char* const kCartAhead = R"(
web GET /            0..100ms  SERVER
  web POST /cart     10..20ms  CLIENT
    cart POST /cart  65..69ms  SERVER
)";

TEST_F(ClockStripTest, IsThereOnlyWhenClocksDisagreeAndAdjustsTheTimes) {
  EXPECT_FALSE(child<QWidget>("clockStrip")->isVisible());
  open(kCartAhead);
  ASSERT_TRUE(child<QWidget>("clockStrip")->isVisible());
  EXPECT_EQ(clocks(), QStringLiteral("Clocks disagree: cart's clock is 52 ms ahead, ± 3 ms."));
  EXPECT_FALSE(session().openTrace()->areClocksAdjusted()) << "off unless asked for";
  picture(QStringLiteral("clocks-apart"));

  QTest::mouseClick(child<QPushButton>("clockToggle"), Qt::LeftButton);
  ASSERT_TRUE(QTest::qWaitFor([this] { return session().openTrace()->areClocksAdjusted(); }, 10'000));
  EXPECT_TRUE(clocks().startsWith(QStringLiteral("Times are adjusted")));
  const analysis::TraceTree& tree = session().openTrace()->tree();
  EXPECT_EQ(tree.startNs[2] - tree.startNs[0], 13'000'000);
  picture(QStringLiteral("clocks-adjusted"));

  session().setClocksAdjusted(false);
  ASSERT_TRUE(QTest::qWaitFor([this] { return !session().openTrace()->areClocksAdjusted(); }, 10'000));
  EXPECT_EQ(session().openTrace()->tree().startNs[2] - session().openTrace()->tree().startNs[0], 65'000'000);
}

TEST_F(ClockStripTest, ALittleIsLeftToTheDiagnostics) {
  open("web GET / 0..100ms SERVER\n  web call 10..20ms CLIENT\n    cart POST 9500..19500us SERVER\n");
  EXPECT_EQ(session().openTrace()->clocks->apart().size(), 1U);
  EXPECT_EQ(session().openTrace()->tree().diagnostics.count(DiagnosticKind::ClocksApart), 1U);
  EXPECT_FALSE(child<QWidget>("clockStrip")->isVisible());
}

TEST_F(ClockStripTest, TheMenuFollows) {
  open(kCartAhead);
  const QList<QAction*> actions = m_window.findChildren<QAction*>();
  const auto clocks = std::find_if(actions.begin(), actions.end(), [](const QAction* action) {
    return action->text() == QStringLiteral("Adjust for Clock Skew");
  });
  ASSERT_NE(clocks, actions.end());
  EXPECT_FALSE((*clocks)->isChecked());
  (*clocks)->trigger();
  EXPECT_TRUE(session().clocksAdjusted());
  EXPECT_TRUE((*clocks)->isChecked());
  ASSERT_TRUE(QTest::qWaitFor([this] { return session().openTrace()->areClocksAdjusted(); }, 10'000));
}

}  // namespace waybill::ui
