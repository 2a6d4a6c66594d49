// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/start_report.h"

#include <gtest/gtest.h>

#include <QFile>
#include <QLoggingCategory>
#include <QStringList>
#include <QTest>

#include "ui/main_window.h"

namespace waybill::ui {
namespace {

QStringList said;

void remember(QtMsgType, const QMessageLogContext& context, const QString& text) {
  if (QLatin1String(context.category) == QLatin1String("waybill.start")) said << text;
}

// The log of a start, with the category on or off.
class StartReportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    said.clear();
    m_before = qInstallMessageHandler(&remember);
  }
  void TearDown() override {
    QLoggingCategory::setFilterRules(QString());
    qInstallMessageHandler(m_before);
  }

  // Until so many lines have been said.
  static void start(qsizetype lines) {
    MainWindow window;
    reportStart(window, window.session());
    window.show();
    QTest::qWait(20);
    QFile sample(QStringLiteral(":/samples/buy.json"));
    ASSERT_TRUE(sample.open(QIODevice::ReadOnly));
    window.session().openText(sample.readAll(), QStringLiteral("sample"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.session().openTrace() != nullptr; }, 20000));
    EXPECT_TRUE(QTest::qWaitFor([&] { return said.size() >= lines; }, 5000));
    QTest::qWait(20);
  }

 private:
  QtMessageHandler m_before = nullptr;
};

TEST_F(StartReportTest, SaysOnceWhatHasBeenPaintedAndRead) {
  QLoggingCategory::setFilterRules(QStringLiteral("waybill.start.info=true"));
  start(4);
  said.sort();
  EXPECT_EQ(said, (QStringList{QStringLiteral("loaded"), QStringLiteral("trace painted"),
                               QStringLiteral("traces painted"), QStringLiteral("window painted")}));
}

TEST_F(StartReportTest, IsSilentUnlessAsked) {
  start(0);
  EXPECT_TRUE(said.isEmpty());
}

}  // namespace
}  // namespace waybill::ui
