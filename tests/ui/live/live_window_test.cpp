// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QAction>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <fstream>

#include "support/trace_dsl.h"
#include "ui/live/live_panel.h"
#include "ui/main_window.h"
#include "ui/theme/theme.h"
#include "ui/timeline/timeline_canvas.h"

namespace waybill::ui {
namespace {

std::string framed(const std::string& message) {
  std::string out{static_cast<char>(message.size() >> 24), static_cast<char>(message.size() >> 16),
                  static_cast<char>(message.size() >> 8), static_cast<char>(message.size())};
  return out + message;
}

class LiveWindowTest : public ::testing::Test {
 protected:
  void SetUp() override {
    qputenv("XDG_DATA_HOME", m_folder.path().toLocal8Bit());  // captures of its own: tests run side by side
    m_window.resize(1600, 1000);
    m_window.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_window));
    session::LiveSettings settings;
    settings.grpc = settings.http = QStringLiteral("127.0.0.1:0");
    live().setSettings(settings);
  }

  session::Live& live() { return m_window.session().live(); }
  QAction* action(const QString& text) {
    for (QAction* candidate : m_window.findChildren<QAction*>()) {
      if (candidate->text() == text) return candidate;
    }
    return nullptr;
  }
  bool listen() {
    action(QStringLiteral("Listen"))->trigger();
    return QTest::qWaitFor([this] { return live().state() == session::Live::State::Listening; }, 20'000);
  }
  // Lets the window follow a file that the test writes: the same way of the data as from the network.
  bool follow() {
    live().follow(m_file);
    return QTest::qWaitFor([this] { return live().state() == session::Live::State::Following; }, 20'000);
  }
  void receive(const std::string& text) const {
    std::ofstream(m_file.toStdString(), std::ios::binary | std::ios::app)
        << framed(test::encode(test::parseTrace(text)));
  }
  bool waitForTraces(uint32_t traces) {
    return QTest::qWaitFor([&] { return m_window.session().snapshot()->traceCount() == traces; }, 20'000);
  }
  int page() { return m_window.findChild<QStackedWidget*>()->currentIndex(); }
  QString status() { return m_window.findChild<QToolButton*>(QStringLiteral("liveStatus"))->text(); }
  void picture(QWidget& widget, const QString& name) {
    for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
      applyTheme(*qApp, choice);
      QTest::qWait(80);
      const QString theme = choice == ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light");
      EXPECT_TRUE(widget.grab().save(QStringLiteral(WAYBILL_TEST_OUTPUT "/%1-%2.png").arg(name, theme)));
    }
  }

  QTemporaryDir m_folder;
  const QString m_file = [this] {
    const QString path = m_folder.filePath(QStringLiteral("growing.otlp"));
    std::ofstream(path.toStdString()).flush();
    return path;
  }();
  MainWindow m_window;
};

}  // namespace

TEST_F(LiveWindowTest, WaitsWithTheLinesToPasteAndTellsTheAddress) {
  ASSERT_TRUE(listen());
  EXPECT_EQ(page(), 2);
  const auto* waiting = m_window.findChild<QWidget*>(QStringLiteral("waiting"));
  const auto* lines = waiting->findChild<QPlainTextEdit*>(QStringLiteral("snippetText"));
  EXPECT_TRUE(lines->toPlainText().contains(live().grpcAddress()));
  EXPECT_TRUE(status().contains(QStringLiteral("Listening ") + live().grpcAddress()))
      << status().toStdString();
  EXPECT_TRUE(status().contains(QStringLiteral("0 refused")));
  picture(m_window, QStringLiteral("live-waiting"));
  action(QStringLiteral("Listen"))->trigger();
  EXPECT_TRUE(
      QTest::qWaitFor([this] { return live().state() == session::Live::State::Off && page() == 0; }, 20'000));
}

TEST_F(LiveWindowTest, TracesAppearAndTheListKeepsItsPlace) {
  ASSERT_TRUE(follow());
  for (int i = 1; i <= 60; ++i) {
    receive("web GET /" + std::to_string(i) + " 0.." + std::to_string(100 + i) +
            "ms SERVER trace=" + std::to_string(i) + "\n");
  }
  ASSERT_TRUE(waitForTraces(60));
  EXPECT_EQ(page(), 1);
  ASSERT_TRUE(QTest::qWaitFor([this] { return m_window.session().openTrace() != nullptr; }, 20'000));
  auto* list = m_window.findChild<QTableView*>();
  ASSERT_TRUE(QTest::qWaitFor([list] { return list->model()->rowCount() == 60; }, 20'000));
  const TraceId open = m_window.session().openTrace()->id();
  list->verticalScrollBar()->setValue(list->verticalScrollBar()->maximum() / 2);
  const int scrolled = list->verticalScrollBar()->value();
  ASSERT_GT(scrolled, 0);
  receive("web GET /late 0..1ms SERVER trace=100\n");
  receive("db SELECT 5..9ms CLIENT id=7 parent=100 trace=60\n");
  ASSERT_TRUE(QTest::qWaitFor([list] { return list->model()->rowCount() == 61; }, 20'000));
  EXPECT_EQ(list->verticalScrollBar()->value(), scrolled);
  EXPECT_EQ(m_window.session().openTrace()->id(), open);
  picture(m_window, QStringLiteral("live-window"));
}

TEST_F(LiveWindowTest, TheNewestComeFirstAndWhatIsReadStaysInPlace) {
  ASSERT_TRUE(follow());
  std::string traces;
  for (int i = 1; i <= 40; ++i) {
    const std::string at = std::to_string(i) + "s.." + std::to_string(i + 1) + "s";
    traces += "web GET /" + std::to_string(i) + " " + at + " SERVER trace=" + std::to_string(i) + "\n";
  }
  receive(traces);
  auto* list = m_window.findChild<QTableView*>();
  ASSERT_TRUE(QTest::qWaitFor([list] { return list->model()->rowCount() == 40; }, 20'000));
  const auto title = [list](int row) { return list->model()->index(row, 0).data().toString(); };
  EXPECT_EQ(title(0), QStringLiteral("web GET /40"));
  list->verticalScrollBar()->setValue(list->verticalScrollBar()->maximum() / 2);
  const int row = list->rowAt(0);
  const QString read = title(row);
  const int y = list->rowViewportPosition(row);
  receive("web GET /newest 90s..91s SERVER trace=100\n");
  ASSERT_TRUE(QTest::qWaitFor([list] { return list->model()->rowCount() == 41; }, 20'000));
  EXPECT_EQ(title(0), QStringLiteral("web GET /newest"));
  EXPECT_EQ(title(list->rowAt(0)), read);
  EXPECT_EQ(list->rowViewportPosition(list->rowAt(0)), y);
}

TEST_F(LiveWindowTest, AGrowingTimelineKeepsRowsUnderTheEyes) {
  std::string trace = "web GET / 0..900ms SERVER id=1 trace=1\n";
  for (int i = 0; i < 80; ++i) {
    const std::string at = std::to_string(100 + i) + ".." + std::to_string(101 + i) + "ms";
    trace += "  db SELECT" + std::to_string(i) + " " + at + " id=" + std::to_string(1000 + i) + " trace=1\n";
  }
  receive(trace);
  ASSERT_TRUE(follow());
  auto& session = m_window.session();
  ASSERT_TRUE(QTest::qWaitFor([&] { return session.openTrace() && session.openTrace()->tree().size() == 81; },
                              20'000));
  auto* canvas = m_window.findChild<TimelineCanvas*>();
  session.selectNode(analysis::NodeIndex(2));
  canvas->scrollTo(canvas->scrollBar()->maximum());
  ASSERT_GT(canvas->scrollBar()->value(), 0);
  const uint32_t row = canvas->lanes().firstLane();
  const SpanId first = canvas->trace()->tree().spanId(canvas->rows()->nodeAt(row));
  const int y = canvas->lanes().laneTop(row);
  receive("db BEFORE 50..51ms id=7 parent=1 trace=1\n");
  ASSERT_TRUE(QTest::qWaitFor([&] { return session.openTrace()->tree().size() == 82; }, 20'000));
  const uint32_t now = canvas->lanes().firstLane();
  EXPECT_EQ(canvas->trace()->tree().spanId(canvas->rows()->nodeAt(now)), first);
  EXPECT_EQ(canvas->lanes().laneTop(now), y);
  EXPECT_EQ(session.openTrace()->tree().name(*session.selectedNode()), "SELECT1");
}

TEST_F(LiveWindowTest, AGrowingTraceStandsStillWhileSomethingIsPredictedOfIt) {
  receive("web GET / 0..900ms SERVER id=1 trace=1\n  db SELECT 100..300ms id=2 trace=1\n");
  ASSERT_TRUE(follow());
  auto& session = m_window.session();
  ASSERT_TRUE(QTest::qWaitFor([&] { return session.openTrace() && session.openTrace()->tree().size() == 2; }, 20'000));
  session::WhatIf wanted;
  wanted.node = analysis::NodeIndex(1);
  session.setWhatIf(wanted);
  ASSERT_TRUE(QTest::qWaitFor([&] { return session.whatIfResult().has_value(); }, 20'000));
  receive("db UPDATE 400..500ms id=3 parent=1 trace=1\n");
  ASSERT_TRUE(QTest::qWaitFor([&] { return session.snapshot()->spanCount() == 3; }, 20'000));
  EXPECT_EQ(session.openTrace()->tree().size(), 2U);
  session.setWhatIf(std::nullopt);
  EXPECT_TRUE(QTest::qWaitFor([&] { return session.openTrace()->tree().size() == 3; }, 20'000));
}

TEST_F(LiveWindowTest, AClickOnTheStatusLeadsBackFromFiles) {
  receive("web GET /1 0..10ms SERVER trace=1\n");
  ASSERT_TRUE(follow());
  ASSERT_TRUE(waitForTraces(1));
  m_window.openPaths({QStringLiteral(WAYBILL_SOURCE_DIR "/resources/samples/buy.json")});
  ASSERT_TRUE(QTest::qWaitFor([this] { return m_window.session().lastLoad().has_value(); }, 20'000));
  EXPECT_FALSE(m_window.session().isShowingLive());
  EXPECT_TRUE(live().isOn());
  EXPECT_TRUE(status().contains(QStringLiteral("Following")));
  m_window.findChild<QToolButton*>(QStringLiteral("liveStatus"))->click();
  EXPECT_TRUE(m_window.session().isShowingLive());
  EXPECT_EQ(m_window.findChild<LivePanel*>(), nullptr);
}

TEST_F(LiveWindowTest, PauseHoldsThePictureAndSaysHowMuchHasCome) {
  receive("web GET /1 0..10ms SERVER trace=1\n");
  ASSERT_TRUE(follow());
  ASSERT_TRUE(waitForTraces(1));
  action(QStringLiteral("Pause the Picture"))->trigger();
  receive("web GET /2 0..10ms SERVER trace=2\n");
  ASSERT_TRUE(
      QTest::qWaitFor([this] { return status().contains(QStringLiteral("1 new span since")); }, 20'000));
  EXPECT_EQ(m_window.session().snapshot()->traceCount(), 1U);
  action(QStringLiteral("Pause the Picture"))->trigger();
  EXPECT_TRUE(waitForTraces(2));
}

TEST_F(LiveWindowTest, ATakenPortIsExplainedAndAnotherOneIsAClickAway) {
  session::Live other;
  session::LiveSettings settings = live().settings();
  other.start();
  ASSERT_TRUE(QTest::qWaitFor([&] { return other.state() == session::Live::State::Listening; }, 20'000));
  settings.grpc = other.grpcAddress();
  settings.http = other.httpAddress();
  live().setSettings(settings);
  action(QStringLiteral("Listen"))->trigger();
  ASSERT_TRUE(QTest::qWaitFor([this] { return live().state() == session::Live::State::Failed; }, 20'000));
  EXPECT_TRUE(m_window.findChild<QLabel*>(QStringLiteral("messageText"))
                  ->text()
                  .contains(QStringLiteral("in use by")));
  auto* help = m_window.findChild<QPushButton*>(QStringLiteral("messageHelp"));
  ASSERT_TRUE(help->isVisible());
  help->click();
  EXPECT_TRUE(QTest::qWaitFor([this] { return live().state() == session::Live::State::Listening; }, 20'000));
}

TEST_F(LiveWindowTest, ThePanelShowsStateSettingsAndWarnsOfTheOpenWorld) {
  ASSERT_TRUE(listen());
  m_window.findChild<QToolButton*>(QStringLiteral("liveStatus"))->click();
  auto* panel = m_window.findChild<LivePanel*>();
  ASSERT_NE(panel, nullptr);
  EXPECT_TRUE(panel->findChild<QLabel*>(QStringLiteral("liveState"))
                  ->text()
                  .contains(live().httpAddress().section(QLatin1Char(':'), -1)));
  auto* warning = panel->findChild<QLabel*>(QStringLiteral("liveWarning"));
  EXPECT_TRUE(warning->isHidden());
  picture(*panel, QStringLiteral("live-panel"));
  session::LiveSettings settings = live().settings();
  settings.http = QStringLiteral("0.0.0.0:4318");
  live().setSettings(settings);
  EXPECT_FALSE(warning->isHidden());
  EXPECT_TRUE(warning->text().contains(QStringLiteral("token")));
}

}  // namespace waybill::ui
