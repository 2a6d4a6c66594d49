// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/diagnostics/diagnostics_view.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QSignalSpy>
#include <QTreeView>

#include "../theme/session_fixture.h"
#include "ui/diagnostics/diagnostics_model.h"
#include "ui/diagnostics/files_model.h"

namespace waybill::ui {
namespace {

class DiagnosticsViewTest : public SessionFixture {
 protected:
  void SetUp() override {
    m_view.resize(900, 560);
    m_view.show();
  }
  QTreeView* table(const char* name) const { return m_view.findChild<QTreeView*>(QString::fromLatin1(name)); }
  QLabel* empty() const { return m_view.findChild<QLabel*>(QStringLiteral("diagnosticsEmpty")); }

  DiagnosticsView m_view{m_session, nullptr};
};

}  // namespace

TEST(DiagnosticsModel, KeepsTheRulesOfItemModels) {
  DiagnosticsModel model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  Diagnostics files, trace;
  files.add(DiagnosticKind::InvalidTraceId, "/data/<b>.json", 41'302, "00", 7);
  trace.add(DiagnosticKind::MissingParent, "", 0, "payment");
  model.setDiagnostics(files, &trace);
  ASSERT_EQ(model.rowCount(), 2);
  EXPECT_EQ(model.index(0, DiagnosticsModel::CountColumn).data().toString(), QStringLiteral("7"));
  EXPECT_EQ(model.index(0, DiagnosticsModel::CountColumn).data(DiagnosticsModel::SortRole).toULongLong(), 7U);
  EXPECT_EQ(model.index(0, DiagnosticsModel::PlaceColumn).data().toString(),
            QStringLiteral("<b>.json, byte 41,302"));
  EXPECT_EQ(model.index(1, DiagnosticsModel::ScopeColumn).data().toString(), QStringLiteral("open trace"));
  EXPECT_TRUE(model.index(1, DiagnosticsModel::PlaceColumn).data().toString().isEmpty());
}

TEST(DiagnosticsModel, GrowingCountsLeaveTheRowsWhereTheyAre) {
  DiagnosticsModel model;
  QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
  Diagnostics files;
  files.add(DiagnosticKind::EndMissing, "a", 1, "x");
  model.setDiagnostics(files, nullptr);
  files.add(DiagnosticKind::EndMissing, "a", 2, "y", 99);
  model.setDiagnostics(files, nullptr);
  EXPECT_EQ(resets.count(), 1);
  EXPECT_EQ(model.index(0, DiagnosticsModel::CountColumn).data().toString(), QStringLiteral("100"));
}

TEST(FilesModel, KeepsTheRulesOfItemModels) {
  FilesModel model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  ingest::LoadedFile good, bad;
  good.path = "/data/a.json.zst";
  good.formatTitle = "OTLP JSON";
  good.container = "zstd";
  good.bytes = 12'345;
  good.spans = 41'302;
  bad.path = "/data/b.png";
  bad.error = "b.png is a picture, not a trace.";
  model.setFiles({good, bad});
  EXPECT_EQ(model.index(0, FilesModel::FileColumn).data().toString(), QStringLiteral("a.json.zst"));
  EXPECT_EQ(model.index(0, FilesModel::FormatColumn).data().toString(), QStringLiteral("OTLP JSON, zstd"));
  EXPECT_EQ(model.index(0, FilesModel::SpansColumn).data(FilesModel::SortRole).toULongLong(), 41'302U);
  EXPECT_TRUE(model.index(1, FilesModel::ErrorColumn).data().toString().contains(QStringLiteral("picture")));
  model.setFiles({});
}

TEST_F(DiagnosticsViewTest, SaysWhenNothingIsOdd) {
  EXPECT_EQ(empty()->text(), QStringLiteral("No files are open."));
  open("web GET / 0..10ms\n");
  EXPECT_EQ(empty()->text(), QStringLiteral("Nothing odd in these files."));
  EXPECT_TRUE(empty()->isVisible());
  EXPECT_EQ(table("filesTable")->model()->rowCount(), 1);
}

TEST_F(DiagnosticsViewTest, ListsWhatWasOddInFilesAndInTheOpenTrace) {
  open(R"(
web GET /     0..10ms  id=1
  db SELECT   2..?     id=2
  db SELECT   4..5ms   id=3 parent=99
web late      20..15ms id=4 parent=1
)");
  QTreeView* odd = table("diagnosticsTable");
  ASSERT_TRUE(odd->isVisible());
  EXPECT_GE(odd->model()->rowCount(), 3);
  odd->setCurrentIndex(odd->model()->index(0, 0));
  QTest::keySequence(odd, QKeySequence::Copy);
  EXPECT_TRUE(QGuiApplication::clipboard()->text().contains(u'\t'));
  picture(m_view, QStringLiteral("diagnostics"));
}

TEST_F(DiagnosticsViewTest, AFileThatCannotBeReadIsListedWithItsReason) {
  m_session.openPaths({QStringLiteral("/nonexistent/<i>file</i>.json")});
  ASSERT_TRUE(QTest::qWaitFor([this] { return m_session.lastLoad().has_value(); }, 10'000));
  QAbstractItemModel* files = table("filesTable")->model();
  ASSERT_EQ(files->rowCount(), 1);
  EXPECT_FALSE(files->index(0, FilesModel::ErrorColumn).data().toString().isEmpty());
  EXPECT_TRUE(table("filesTable")->isVisible());
  picture(m_view, QStringLiteral("diagnostics-unreadable"));
}

}  // namespace waybill::ui
