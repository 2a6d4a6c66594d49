// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"

#include <gtest/gtest.h>

#include <QClipboard>
#include <QDockWidget>
#include <QDropEvent>
#include <QLabel>
#include <QMenuBar>
#include <QMimeData>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "ui/shell/headline_bar.h"
#include "ui/theme/theme.h"
#include "ui/view/registry.h"

namespace waybill::ui {
namespace {

const QString kSample = QStringLiteral(WAYBILL_SOURCE_DIR "/resources/samples/buy.json");

class MainWindowTest : public ::testing::Test {
 protected:
  void SetUp() override {
    m_window.resize(1600, 1000);
    m_window.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_window));
  }

  bool waitForTrace() {
    return QTest::qWaitFor([this] { return m_window.session().openTrace() != nullptr; }, 10'000);
  }
  bool waitForLoad() {
    return QTest::qWaitFor([this] { return m_window.session().lastLoad().has_value(); }, 10'000);
  }
  QString headline() const { return m_window.findChild<HeadlineBar*>(QStringLiteral("headline"))->sentence(); }
  QString message() const {
    const auto* label = m_window.findChild<QLabel*>(QStringLiteral("messageText"));
    return label->isVisibleTo(&m_window) ? label->text() : QString();
  }

  // What the window system sends when files are dropped on a widget.
  bool drop(QWidget* target, const QStringList& paths) {
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& path : paths) urls << QUrl::fromLocalFile(path);
    data.setUrls(urls);
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &enter);
    if (!enter.isAccepted()) return false;
    QDropEvent event(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &event);
    return event.isAccepted();
  }

  MainWindow m_window;
};

}  // namespace

TEST_F(MainWindowTest, StartsWithTheWelcomePage) {
  EXPECT_EQ(m_window.findChild<QStackedWidget*>()->currentIndex(), 0);
  for (const QDockWidget* dock : m_window.findChildren<QDockWidget*>()) EXPECT_FALSE(dock->isVisible());
}

TEST_F(MainWindowTest, ADroppedFileShowsTheAnswer) {
  ASSERT_TRUE(drop(m_window.centralWidget(), {kSample}));
  ASSERT_TRUE(waitForTrace());
  EXPECT_EQ(headline(), QStringLiteral("90 % of this request was spent in bank-api POST /auth (140 of 155 ms)."));
  for (const QDockWidget* dock : m_window.findChildren<QDockWidget*>()) EXPECT_TRUE(dock->isVisible());
}

TEST_F(MainWindowTest, FilesMayBeDroppedOnAnyWidget) {
  m_window.openPaths({kSample});
  ASSERT_TRUE(waitForTrace());
  for (QLineEdit* field : m_window.findChildren<QLineEdit*>()) {
    EXPECT_TRUE(drop(field, {kSample})) << field->objectName().toStdString();
  }
}

TEST_F(MainWindowTest, PastedJsonIsOpened) {
  QFile file(kSample);
  ASSERT_TRUE(file.open(QIODevice::ReadOnly));
  QGuiApplication::clipboard()->setText(QString::fromUtf8(file.readAll()));
  QTest::keyClick(&m_window, Qt::Key_V, Qt::ControlModifier);
  ASSERT_TRUE(waitForTrace());
  EXPECT_EQ(m_window.session().snapshot()->spanCount(), 5U);
}

TEST_F(MainWindowTest, AFileThatIsNoTraceSaysWhatItIs) {
  const QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("picture.json"));
  QFile file(path);
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  file.write("\x89PNG\r\n\x1a\n and more");
  file.close();
  m_window.openPaths({path});
  ASSERT_TRUE(waitForLoad());
  EXPECT_TRUE(message().contains(QStringLiteral("PNG"))) << message().toStdString();
  EXPECT_EQ(m_window.findChild<QStackedWidget*>()->currentIndex(), 0);
  // And the window goes on.
  m_window.openPaths({kSample});
  ASSERT_TRUE(waitForTrace());
  EXPECT_TRUE(message().isEmpty());
}

TEST_F(MainWindowTest, EveryViewIsReachableByItsShortcut) {
  m_window.openPaths({kSample});
  ASSERT_TRUE(waitForTrace());
  int number = 1;
  for (const ViewEntry& entry : allViews()) {
    QTest::keyClick(&m_window, static_cast<Qt::Key>(Qt::Key_0 + number++), Qt::ControlModifier);
    const auto* view = m_window.findChild<View*>(QLatin1String(entry.id));
    ASSERT_NE(view, nullptr) << entry.id;
    EXPECT_TRUE(view->isVisible()) << entry.id;
  }
}

TEST_F(MainWindowTest, NoTwoActionsShareAShortcutInOneContext) {
  QSet<QString> seen;
  for (const QAction* action : m_window.findChildren<QAction*>()) {
    if (action->shortcutContext() != Qt::WindowShortcut) continue;
    for (const QKeySequence& key : action->shortcuts()) {
      if (key.isEmpty()) continue;
      EXPECT_FALSE(seen.contains(key.toString())) << key.toString().toStdString();
      seen << key.toString();
    }
  }
}

TEST_F(MainWindowTest, QuestionMarkShowsTheSheet) {
  m_window.openPaths({kSample});
  ASSERT_TRUE(waitForTrace());
  QTest::keyClick(&m_window, Qt::Key_Question);
  auto* sheet = m_window.findChild<QDialog*>(QStringLiteral("shortcutSheet"));
  ASSERT_NE(sheet, nullptr);
  EXPECT_GT(sheet->findChildren<QLabel*>().size(), 30);
  sheet->grab().save(QStringLiteral(WAYBILL_TEST_OUTPUT "/shortcut-sheet.png"));
}

TEST_F(MainWindowTest, CriticalPathButtonAndSessionAgree) {
  auto* button = m_window.findChild<QToolButton*>(QStringLiteral("criticalPathButton"));
  ASSERT_NE(button, nullptr);
  const bool before = m_window.session().criticalPathShown();
  QTest::mouseClick(button, Qt::LeftButton);
  EXPECT_NE(m_window.session().criticalPathShown(), before);
  m_window.session().setCriticalPathShown(before);
  EXPECT_EQ(button->isChecked(), before);
}

TEST_F(MainWindowTest, CloseAllGoesBackToTheWelcomePage) {
  m_window.openPaths({kSample});
  ASSERT_TRUE(waitForTrace());
  m_window.session().closeAll();
  EXPECT_EQ(m_window.findChild<QStackedWidget*>()->currentIndex(), 0);
  EXPECT_EQ(m_window.session().snapshot()->spanCount(), 0U);
}

TEST_F(MainWindowTest, ScreenshotsLightAndDark) {
  m_window.openPaths({kSample});
  ASSERT_TRUE(waitForTrace());
  for (const auto choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
    applyTheme(*qApp, choice);
    QTest::qWait(50);
    const QString name = choice == ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light");
    EXPECT_TRUE(m_window.grab().save(QStringLiteral(WAYBILL_TEST_OUTPUT "/window-%1.png").arg(name)));
  }
}

}  // namespace waybill::ui
