// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is normal, chosen and ended in the whole window.
#include <gtest/gtest.h>

#include <QDateTimeEdit>
#include <QDialog>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>
#include <fstream>

#include "support/trace_dsl.h"
#include "ui/main_window.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

// Requests a second apart; the last ones wait for their database.
std::string requests(int fast, int slow) {
  std::string text;
  for (int i = 0; i < fast + slow; ++i) {
    const int ms = i < fast ? 12 : 212, start = i * 1000;
    const std::string trace = " trace=" + std::to_string(100 + i) + "\n";
    const auto span = [&](const char* what, int from, int to, const char* kind) {
      text += what + std::to_string(start + from) + ".." + std::to_string(start + to) + "ms " + kind + trace;
    };
    span("web \"GET /cart\" ", 0, ms + 4, "SERVER");
    span("  db \"SELECT orders\" ", 2, ms + 2, "CLIENT");
  }
  return text;
}

class NormalWindowTest : public ::testing::Test {
 protected:
  void SetUp() override {
    QSettings().clear();
    m_window.resize(1600, 1000);
    m_window.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_window));
  }
  QString write(const QString& name, const std::string& text) const {
    const QString path = m_folder.filePath(name);
    std::ofstream(path.toStdString(), std::ios::binary) << test::encode(test::parseTrace(text));
    return path;
  }
  void open(const QString& path) {
    m_window.openPaths({path});
    ASSERT_TRUE(QTest::qWaitFor(
        [this] { return m_window.session().openTrace() != nullptr && m_window.session().lastLoad().has_value(); }, 10'000));
    ASSERT_TRUE(QTest::qWaitFor(
        [this] { return m_window.session().listing().listed()->count() == m_window.session().snapshot()->traceCount(); },
        10'000));
  }
  // Keys are for the active window, which a dialog has been.
  void press(Qt::Key key, Qt::KeyboardModifiers modifiers) {
    m_window.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&m_window));
    QTest::keyClick(&m_window, key, modifiers);
  }
  QAction* menuAction(const QString& text) const {
    for (const QAction* menu : m_window.menuBar()->actions()) {
      for (QAction* action : menu->menu()->actions()) {
        if (action->text() == text) return action;
      }
    }
    return nullptr;
  }
  QWidget* strip() const { return m_window.findChild<QWidget*>(QStringLiteral("normalStrip")); }
  QString stripText() const {
    return strip()->isVisible() ? m_window.findChild<QLabel*>(QStringLiteral("normalText"))->text() : QString();
  }
  bool waitForStrip(const QString& text) {
    return QTest::qWaitFor([&] { return stripText() == text; }, 20'000);
  }
  bool waitForListed(size_t count) {
    return QTest::qWaitFor([&] { return m_window.session().listing().listed()->count() == count; }, 10'000);
  }

  QTemporaryDir m_folder;
  MainWindow m_window;
};

}  // namespace

TEST_F(NormalWindowTest, TheListedTracesBecomeNormalAndOneClickEndsIt) {
  open(write(QStringLiteral("shop.binpb"), requests(30, 3)));
  EXPECT_FALSE(strip()->isVisible());
  auto* filter = m_window.findChild<QLineEdit*>(QStringLiteral("tracesFilter"));
  filter->setFocus();
  QTest::keyClicks(filter, QStringLiteral("duration<100ms"));
  ASSERT_TRUE(waitForListed(30));
  QAction* use = menuAction(QStringLiteral("Use the Listed Traces as Normal"));
  ASSERT_NE(use, nullptr);
  use->trigger();
  ASSERT_TRUE(waitForStrip(
      QStringLiteral("Compared with normal: 30 traces of shop.binpb that match “duration<100ms”")))
      << stripText().toStdString();
  EXPECT_TRUE(m_window.session().openTrace()->analysis->population->usual->isChosen);
  for (const auto choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
    applyTheme(*qApp, choice);
    QTest::qWait(50);
    const QString name = choice == ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light");
    EXPECT_TRUE(m_window.grab().save(QStringLiteral(WAYBILL_TEST_OUTPUT "/normal-%1.png").arg(name)));
  }
  QTest::mouseClick(m_window.findChild<QPushButton*>(QStringLiteral("normalEnd")), Qt::LeftButton);
  EXPECT_FALSE(strip()->isVisible());
  EXPECT_EQ(m_window.session().normal().usual(), nullptr);
}

TEST_F(NormalWindowTest, FilesAreChosenByKeyAndTheStripStaysWithOtherFiles) {
  const QString normal = write(QStringLiteral("normal.binpb"), requests(25, 0));
  open(write(QStringLiteral("slow.binpb"), requests(0, 1)));
  press(Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
  auto* dialog = m_window.findChild<QFileDialog*>(QStringLiteral("normalFiles"));
  ASSERT_NE(dialog, nullptr);
  ASSERT_TRUE(QTest::qWaitForWindowExposed(dialog));
  dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(normal);
  QTest::keyClick(dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit")), Qt::Key_Return);
  const QString text = QStringLiteral("Compared with normal: 25 traces of normal.binpb");
  ASSERT_TRUE(waitForStrip(text)) << stripText().toStdString();
  open(write(QStringLiteral("other.binpb"), requests(2, 2)));
  ASSERT_TRUE(waitForStrip(text)) << stripText().toStdString();
  press(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
  EXPECT_FALSE(strip()->isVisible());
}

TEST_F(NormalWindowTest, TheTracesBeforeTheOpenOneBecomeNormal) {
  open(write(QStringLiteral("shop.binpb"), requests(30, 3)));
  const int64_t start = m_window.session().snapshot()->trace(*m_window.session().openTraceIndex()).startNs;
  const auto before = static_cast<int>((start - test::kEpochNs) / 1'000'000'000);  // one a second
  menuAction(QStringLiteral("Use a Time Range as Normal…"))->trigger();
  auto* dialog = m_window.findChild<QDialog*>(QStringLiteral("normalRange"));
  ASSERT_NE(dialog, nullptr);
  const auto* count = dialog->findChild<QLabel*>(QStringLiteral("normalCount"));
  EXPECT_EQ(count->text(), QStringLiteral("%1 of 33 traces").arg(before));
  dialog->grab().save(QStringLiteral(WAYBILL_TEST_OUTPUT "/normal-range.png"));
  auto* from = dialog->findChild<QDateTimeEdit*>(QStringLiteral("normalFrom"));
  from->setDateTime(from->dateTime().addSecs(10));
  EXPECT_EQ(count->text(), QStringLiteral("%1 of 33 traces").arg(before - 10));
  QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("normalUse")), Qt::LeftButton);
  ASSERT_TRUE(QTest::qWaitFor([this] {
    return stripText().startsWith(QStringLiteral("Compared with normal: "));
  }, 20'000));
  EXPECT_TRUE(stripText().contains(QStringLiteral("%1 traces of shop.binpb from ").arg(before - 10))) << stripText().toStdString();
}

TEST_F(NormalWindowTest, TheRankingOpensItsTracesInTheTimeline) {
  open(write(QStringLiteral("shop.binpb"), requests(40, 3)));
  auto* tabs = m_window.findChild<QTabWidget*>(QStringLiteral("centreTabs"));
  press(Qt::Key_4, Qt::ControlModifier);
  auto* table = m_window.findChild<QTreeView*>(QStringLiteral("slowOperationsTable"));
  ASSERT_TRUE(QTest::qWaitFor([&] { return table->model()->rowCount() == 1; }, 20'000));
  EXPECT_TRUE(table->isVisible());
  EXPECT_TRUE(table->hasFocus());
  EXPECT_TRUE(m_window.grab().save(QStringLiteral(WAYBILL_TEST_OUTPUT "/window-slow-operations.png")));
  QTest::keyClick(table, Qt::Key_Return, Qt::ControlModifier);
  EXPECT_EQ(m_window.findChild<QLineEdit*>(QStringLiteral("tracesFilter"))->text(),
            QStringLiteral("service=db name=\"SELECT orders\""));
  QTest::keyClick(table, Qt::Key_Return);
  EXPECT_EQ(tabs->currentIndex(), 0);
  ASSERT_TRUE(QTest::qWaitFor([this] { return m_window.session().openTrace() != nullptr && m_window.session().selectedNode().has_value(); }, 10'000));
  EXPECT_EQ(m_window.session().openTrace()->tree().name(*m_window.session().selectedNode()), "SELECT orders");
  EXPECT_GE(m_window.session().openTraceIndex()->value, 40U);
}

}  // namespace waybill::ui
