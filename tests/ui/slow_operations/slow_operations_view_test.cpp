// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/slow_operations/slow_operations_view.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QSignalSpy>
#include <QTreeView>

#include "../theme/session_fixture.h"
#include "analysis/excess_ranking.h"
#include "ui/slow_operations/slow_operations_model.h"
#include "ui/widgets/table.h"

namespace waybill::ui {
namespace {

// Requests of a shop; in some of them its database or its search is slow.
std::string shop(int count, int slowDb, int slowSearch) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const int db = i < slowDb ? 212 : 12, search = i >= count - slowSearch ? 95 : 15;
    const std::string trace = " trace=" + std::to_string(100 + i) + "\n";
    text += "web GET /cart 0.." + std::to_string(db + search + 8) + "ms SERVER" + trace;
    text += "  db \"SELECT orders\" 2.." + std::to_string(2 + db) + "ms CLIENT" + trace;
    text += "  search \"find 4711\" " + std::to_string(4 + db) + ".." + std::to_string(4 + db + search) + "ms CLIENT" + trace;
  }
  return text;
}

class SlowOperationsViewTest : public SessionFixture {
 protected:
  void SetUp() override {
    m_view.resize(1100, 420);
    m_view.show();
  }
  // As the list of traces does.
  void list(const QString& filter = {}, std::optional<std::vector<TraceIndex>> traces = std::nullopt) {
    m_session.listing().setListed({m_session.snapshot(), filter, std::move(traces)});
  }
  void openShop(int count = 60, int slowDb = 5, int slowSearch = 5) {
    open(shop(count, slowDb, slowSearch));
    list();
  }
  bool waitForRows(int rows) {
    return QTest::qWaitFor([&] { return model()->rowCount() == rows; }, 20'000);
  }
  Table* table() const { return m_view.findChild<Table*>(); }
  QAbstractItemModel* model() const { return table()->model(); }
  QString cell(int row, int column) const { return model()->index(row, column).data().toString(); }
  QString empty() const { return label("slowOperationsEmpty"); }
  QString label(const char* name) const { return m_view.findChild<QLabel*>(QString::fromLatin1(name))->text(); }

  SlowOperationsView m_view{m_session, nullptr};
};

}  // namespace

TEST(SlowOperationsModel, KeepsTheRulesOfItemModels) {
  SlowOperationsModel model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  analysis::OperationExcess operation;
  operation.service = "<b>web</b>";
  operation.operation = "GET /cart";
  operation.peerService = "edge";
  operation.requests = 1204;
  operation.slowRequests = 301;
  operation.excessNs = 1'204'000;
  model.setOperations({operation, operation}, test::snapshotOf("web GET / 0..10ms\n"));
  EXPECT_EQ(model.index(1, SlowOperationsModel::RankColumn).data().toString(), QStringLiteral("2"));
  EXPECT_EQ(model.index(0, SlowOperationsModel::OperationColumn).data().toString(),
            QStringLiteral("GET /cart, on the way from edge"));
  EXPECT_EQ(model.index(0, SlowOperationsModel::SlowerColumn).data().toString(), QStringLiteral("25 %"));
  EXPECT_EQ(model.index(0, SlowOperationsModel::WorstColumn).data().toString(), QStringLiteral("10 ms"));
  model.setOperations({}, nullptr);
  EXPECT_EQ(model.rowCount(), 0);
}

TEST(OperationFilter, LeavesOutWhatDiffersFromCallToCall) {
  analysis::OperationExcess operation;
  operation.service = "web";
  operation.operation = "GET /cart";
  EXPECT_EQ(operationFilter(operation), QStringLiteral("service=web name=\"GET /cart\""));
  operation.operation = "GET /users/{id}/x";
  EXPECT_EQ(operationFilter(operation), QStringLiteral("service=web name~\"GET /users/\""));
  operation.isStarved = true;
  EXPECT_EQ(operationFilter(operation), QStringLiteral("service=web"));
}

TEST_F(SlowOperationsViewTest, RanksWhatTakesLongerThanUsual) {
  openShop();
  ASSERT_TRUE(waitForRows(2));
  EXPECT_EQ(cell(0, SlowOperationsModel::ServiceColumn), QStringLiteral("db"));
  EXPECT_EQ(cell(0, SlowOperationsModel::OperationColumn), QStringLiteral("SELECT orders"));
  EXPECT_EQ(cell(0, SlowOperationsModel::RequestsColumn), QStringLiteral("60"));
  EXPECT_EQ(cell(0, SlowOperationsModel::SlowerColumn), QStringLiteral("8 %"));
  EXPECT_EQ(cell(1, SlowOperationsModel::ServiceColumn), QStringLiteral("search"));
  EXPECT_EQ(label("slowOperationsSubtitle"),
            QStringLiteral("60 traces · time per request above what is usual here (median of 60 traces)"));
  picture(m_view, QStringLiteral("slow-operations"));
}

TEST_F(SlowOperationsViewTest, AClickOnAColumnSortsByIt) {
  openShop();
  ASSERT_TRUE(waitForRows(2));
  table()->sortByColumn(SlowOperationsModel::ServiceColumn, Qt::DescendingOrder);
  EXPECT_EQ(cell(0, SlowOperationsModel::ServiceColumn), QStringLiteral("search"));
  EXPECT_EQ(cell(0, SlowOperationsModel::RankColumn), QStringLiteral("2"));
  table()->sortByColumn(SlowOperationsModel::RankColumn, Qt::AscendingOrder);
  EXPECT_EQ(cell(0, SlowOperationsModel::ServiceColumn), QStringLiteral("db"));
}

TEST_F(SlowOperationsViewTest, EnterOpensTheWorstTraceWithItsSpan) {
  openShop();
  ASSERT_TRUE(waitForRows(2));
  QSignalSpy wished(&m_view, &View::pictureWished);
  table()->setFocus();
  table()->setCurrentIndex(model()->index(1, 0));
  QTest::keyClick(table(), Qt::Key_Return);
  EXPECT_EQ(wished.count(), 1);
  ASSERT_TRUE(QTest::qWaitFor([this] { return m_session.openTrace() != nullptr && m_session.selectedNode().has_value(); }));
  EXPECT_EQ(m_session.openTrace()->tree().name(*m_session.selectedNode()), "find 4711");
  EXPECT_GE(m_session.openTraceIndex()->value, 55U) << "one in which the search is slow";
}

TEST_F(SlowOperationsViewTest, CtrlEnterFiltersTheListByTheOperation) {
  openShop();
  ASSERT_TRUE(waitForRows(2));
  QSignalSpy wished(&m_session.listing(), &session::TraceListing::filterWished);
  table()->setFocus();
  QTest::keyClick(table(), Qt::Key_Return, Qt::ControlModifier);
  ASSERT_EQ(wished.count(), 1);
  EXPECT_EQ(wished.front().front().toString(), QStringLiteral("service=db name=\"SELECT orders\""));
  QTest::keySequence(table(), QKeySequence::Copy);
  EXPECT_TRUE(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("1\tdb\tSELECT orders\t")));
}

TEST_F(SlowOperationsViewTest, RanksOnlyTheTracesThatTheFilterLeaves) {
  openShop();
  ASSERT_TRUE(waitForRows(2));
  list(QStringLiteral("first"), std::vector{TraceIndex(0), TraceIndex(1), TraceIndex(20)});
  ASSERT_TRUE(waitForRows(1));
  EXPECT_EQ(cell(0, SlowOperationsModel::RequestsColumn), QStringLiteral("3"));
  EXPECT_TRUE(label("slowOperationsSubtitle").startsWith(QStringLiteral("3 of 60 traces · "))) << label("slowOperationsSubtitle").toStdString();
  list(QStringLiteral("none"), std::vector<TraceIndex>());
  ASSERT_TRUE(waitForRows(0));
  EXPECT_EQ(empty(), QStringLiteral("No traces are listed: the filter leaves none."));
}

TEST_F(SlowOperationsViewTest, SaysThatItComparesWithNormal) {
  openShop(60, 60, 0);  // slow, all of them
  ASSERT_TRUE(QTest::qWaitFor([this] { return empty().startsWith(QStringLiteral("No operation takes longer")); }));
  picture(m_view, QStringLiteral("slow-operations-none"));
  const auto normal = test::snapshotOf(shop(30, 0, 0));
  std::vector<TraceIndex> all;
  for (uint32_t i = 0; i < 30; ++i) all.emplace_back(i);
  m_session.normal().chooseTraces(normal, all, QStringLiteral("of another day"));
  ASSERT_TRUE(waitForRows(1));
  EXPECT_EQ(cell(0, SlowOperationsModel::ServiceColumn), QStringLiteral("db"));
  EXPECT_EQ(label("slowOperationsSubtitle"), QStringLiteral("60 traces · time per request above normal (95th percentile of 30 traces)"));
}

TEST_F(SlowOperationsViewTest, EmptySaysWhatToDo) {
  EXPECT_EQ(empty(), QStringLiteral("No traces are open."));
  open("web GET / 0..10ms\n");
  list();
  EXPECT_TRUE(empty().startsWith(QStringLiteral("One trace alone"))) << empty().toStdString();
  openShop();
  ASSERT_TRUE(waitForRows(2));
  m_session.closeAll();
  EXPECT_EQ(empty(), QStringLiteral("No traces are open."));
  EXPECT_EQ(model()->rowCount(), 0);
}

TEST_F(SlowOperationsViewTest, RanksNothingWhileItIsHidden) {
  m_view.hide();
  openShop();
  ASSERT_TRUE(QTest::qWaitFor([this] { return m_session.population() != nullptr; }, 20'000));
  QTest::qWait(50);
  EXPECT_EQ(model()->rowCount(), 0);
  m_view.show();
  ASSERT_TRUE(waitForRows(2));
}

}  // namespace waybill::ui
