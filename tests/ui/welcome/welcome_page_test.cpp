// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/welcome/welcome_page.h"

#include <QAbstractButton>
#include <QDropEvent>
#include <QMimeData>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryFile>
#include <QUrl>

#include "../theme/session_fixture.h"
#include "ui/live/snippet_box.h"

namespace waybill::ui {
namespace {

class WelcomePageTest : public SessionFixture {
 protected:
  static QList<QAbstractButton*> recent(const WelcomePage& page) {
    return page.findChildren<QAbstractButton*>(QStringLiteral("welcomeRecent"));
  }
  static QAbstractButton* button(const WelcomePage& page, const char* name) {
    return page.findChild<QAbstractButton*>(QString::fromLatin1(name));
  }
};

}  // namespace

TEST_F(WelcomePageTest, ButtonsSayWhatIsWanted) {
  WelcomePage page(m_session, nullptr);
  page.resize(1000, 700);
  page.show();
  QSignalSpy open(&page, &WelcomePage::openRequested), sample(&page, &WelcomePage::sampleRequested);
  QTest::mouseClick(button(page, "welcomeOpen"), Qt::LeftButton);
  QTest::keyClick(button(page, "welcomeSample"), Qt::Key_Space);
  EXPECT_EQ(open.count(), 1);
  EXPECT_EQ(sample.count(), 1);
}

TEST_F(WelcomePageTest, RecentFilesOpenAndMissingOnesAreGrey) {
  QTemporaryFile file;
  ASSERT_TRUE(file.open());
  QSettings().setValue(QStringLiteral("recentFiles"),
                       QStringList{file.fileName(), QStringLiteral("/nonexistent/<b>gone</b>.json")});
  WelcomePage page(m_session, nullptr);
  page.resize(1000, 700);
  page.show();
  ASSERT_EQ(recent(page).size(), 2);
  EXPECT_TRUE(QTest::qWaitFor([&] { return !recent(page)[1]->isEnabled(); }, 10'000));
  QSignalSpy paths(&page, &WelcomePage::pathsRequested);
  QTest::mouseClick(recent(page)[0], Qt::LeftButton);
  QTest::mouseClick(recent(page)[1], Qt::LeftButton);
  ASSERT_EQ(paths.count(), 1);
  EXPECT_EQ(paths[0][0].toStringList(), QStringList{file.fileName()});
  picture(page, QStringLiteral("welcome"));
}

TEST_F(WelcomePageTest, DroppedFilesAreWanted) {
  WelcomePage page(m_session, nullptr);
  QSignalSpy paths(&page, &WelcomePage::pathsRequested);
  QMimeData data;
  data.setUrls(
      {QUrl::fromLocalFile(QStringLiteral("/a.json")), QUrl(QStringLiteral("https://example.com/b"))});
  auto* area = page.findChild<QWidget*>(QStringLiteral("dropArea"));
  QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(area, &enter);
  EXPECT_TRUE(enter.isAccepted());
  QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(area, &drop);
  ASSERT_EQ(paths.count(), 1);
  EXPECT_EQ(paths[0][0].toStringList(), QStringList{QStringLiteral("/a.json")});
}

TEST_F(WelcomePageTest, FitsASmallWindowAndABigOne) {
  WelcomePage page(m_session, nullptr);
  page.resize(800, 560);
  page.show();
  QTest::qWait(20);
  EXPECT_EQ(page.findChild<QScrollArea*>()->verticalScrollBar()->maximum(), 0) << "nothing to scroll";
  const auto* open = button(page, "welcomeOpen");
  EXPECT_TRUE(page.rect().contains(QRect(open->mapTo(&page, QPoint(0, 0)), open->size())));
  page.resize(3840, 2100);
  QTest::qWait(20);
  const auto* drop = page.findChild<QWidget*>(QStringLiteral("dropArea"));
  EXPECT_LE(drop->width(), kSnippetPageWidth);
  EXPECT_NEAR(drop->mapTo(&page, QPoint(drop->width() / 2, 0)).x(), 1920, 12);
}

}  // namespace waybill::ui
