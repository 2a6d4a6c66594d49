// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/traces_model.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <cstring>
#include <utility>

#include "otlp/fields.h"
#include "otlp/wire_writer.h"
#include "store/trace_store.h"
#include "support/trace_dsl.h"
#include "ui/traces/trace_list.h"

namespace waybill::ui {
namespace {

bool settle(const TracesModel& model) {
  return QTest::qWaitFor([&] { return model.isUpToDate(); }, 60'000);
}

// A million traces of one short span each, made in place: about 80 bytes a span.
std::shared_ptr<const store::Snapshot> manyTraces(uint32_t count) {
  otlp::WireWriter wire;
  const auto resourceSpans = wire.open(otlp::traces_data::kResourceSpans, 4);
  const auto scopeSpans = wire.open(otlp::resource_spans::kScopeSpans, 4);
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t scattered = i * 2654435761U;  // Knuth's multiplicative hash: every value once
    const auto span = wire.open(otlp::scope_spans::kSpans);
    char id[16] = {1};
    std::memcpy(id + 8, &i, sizeof i);
    wire.text(otlp::span::kTraceId, {id, 16});
    wire.text(otlp::span::kSpanId, {id + 8 - 4, 8});
    wire.text(otlp::span::kName, i % 1000 == 0 ? "rare" : "common");
    wire.fixed64(otlp::span::kStart, 1'000'000'000 + i);
    wire.fixed64(otlp::span::kEnd, 2'000'000'000 + uint64_t{i} + scattered);
    wire.close(span);
  }
  wire.close(scopeSpans);
  wire.close(resourceSpans);
  auto [bytes, size] = wire.take();
  store::TraceStore store;
  const std::shared_ptr<const char[]> shared(std::move(bytes));
  const auto chunk = Chunk::owned(shared, size, "many", 0);
  store.append(chunk, chunk->bytes());
  store.publish();
  return store.snapshot();
}

}  // namespace

TEST(TracesModel, KeepsTheRulesOfItemModels) {
  TracesModel model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.setSnapshot(test::snapshotOf("web a 0..9ms trace=1\nweb b 0..5ms trace=2\n"));
  ASSERT_TRUE(settle(model));
  EXPECT_EQ(model.rowCount(), 2);
  model.setQuery({TraceSort::Name, true, "web"});
  ASSERT_TRUE(settle(model));
  model.setQuery({TraceSort::Name, true, "nothing like it"});
  ASSERT_TRUE(settle(model));
  EXPECT_EQ(model.rowCount(), 0);
  EXPECT_EQ(model.traceCount(), 2U);
}

TEST(TracesModel, DisplayAndSortValueAreTwoRoles) {
  TracesModel model;
  model.setSnapshot(test::snapshotOf("web POST /buy 0..155ms trace=1 error\n  db x 1..2ms trace=1\n"));
  ASSERT_TRUE(settle(model));
  const auto at = [&](int column, int role) { return model.index(0, column).data(role); };
  EXPECT_EQ(at(TracesModel::NameColumn, Qt::DisplayRole).toString(), QStringLiteral("web POST /buy"));
  EXPECT_EQ(at(TracesModel::DurationColumn, Qt::DisplayRole).toString(), QStringLiteral("155 ms"));
  EXPECT_EQ(at(TracesModel::DurationColumn, TracesModel::SortRole).toLongLong(), 155'000'000);
  EXPECT_EQ(at(TracesModel::SpansColumn, TracesModel::SortRole).toUInt(), 2U);
  EXPECT_EQ(at(TracesModel::ErrorsColumn, Qt::DisplayRole).toString(), QStringLiteral("1"));
  EXPECT_EQ(at(TracesModel::ServicesColumn, Qt::DisplayRole).toString(), QStringLiteral("db, web"));
}

TEST(TracesModel, HostileNamesStayOneLineOfPlainText) {
  std::vector<test::SpanSpec> spans(1);
  spans[0].id = 1;
  spans[0].service = "<b>x</b>\n\xFF";
  spans[0].name = std::string(100'000, 'n');
  TracesModel model;
  model.setSnapshot(test::snapshotOf(spans));
  ASSERT_TRUE(settle(model));
  const QString title = model.index(0, 0).data().toString();
  EXPECT_FALSE(title.contains(u'\n'));
  EXPECT_LT(title.size(), 1000);
  EXPECT_FALSE(model.index(0, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("<b>x")));
}

TEST(TracesModel, TheLatestWishWins) {
  TracesModel model;
  model.setSnapshot(test::snapshotOf("web one 0..9ms trace=1\nweb two 0..5ms trace=2\n"));
  for (const char c : std::string("abcdefgh")) model.setQuery({TraceSort::Name, false, std::string(1, c)});
  model.setQuery({TraceSort::Duration, false, "two"});
  ASSERT_TRUE(settle(model));
  ASSERT_EQ(model.rowCount(), 1);
  EXPECT_EQ(model.traceAt(0), TraceIndex(1));
  EXPECT_EQ(model.shownQuery().filter, "two");
}

TEST(TracesModel, ReadingAnAttributeIsToldAndCalledOffByTypingOn) {
  const auto snapshot = manyTraces(1'000'000);
  TracesModel model;
  model.setThreads(1);
  model.setSnapshot(snapshot);
  ASSERT_TRUE(settle(model));
  QStringList told;
  QObject::connect(&model, &TracesModel::readingChanged, &model, [&] {
    if (model.reading()) told << model.reading()->key;
  });
  // However fast the machine is: it cannot read so many attributes before it is asked for another.
  for (int i = 0; i < 50; ++i) {
    model.setQuery({TraceSort::Duration, true, "key" + std::to_string(i) + "=1"});
    QCoreApplication::processEvents();
  }
  model.setQuery({TraceSort::Duration, true, "rare"});
  EXPECT_FALSE(model.reading()) << "what was called off is not told of any more";
  ASSERT_TRUE(settle(model));
  EXPECT_EQ(model.rowCount(), 1000);
  EXPECT_EQ(model.shownQuery().filter, "rare");
  for (const QString& key : told) EXPECT_TRUE(key.startsWith(QStringLiteral("key")));
}

TEST(TracesModel, TermsAreFollowedWhileTheStoreGrows) {
  store::TraceStore store;
  const auto append = [&store](const char* text) {
    const std::vector<test::SpanSpec> spans = test::parseTrace(text);
    const std::string bytes = test::encode(spans);
    const std::shared_ptr<char[]> copy(new char[bytes.size()]);
    std::memcpy(copy.get(), bytes.data(), bytes.size());
    const auto chunk = Chunk::owned(copy, bytes.size(), "live", 0);
    store.append(chunk, chunk->bytes());
    store.publish();
    return store.snapshot();
  };
  TracesModel model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.setSnapshot(append("web a 0..9ms trace=1 {code=500}\nweb b 0..5ms trace=2 {code=200}\n"));
  model.setQuery({TraceSort::Start, false, "code>=500"});
  ASSERT_TRUE(settle(model));
  EXPECT_EQ(model.rowCount(), 1);
  model.setSnapshot(append("db c 1..2ms trace=2 {code=503}\nweb d 0..9ms trace=3 {code=501}\n"));
  ASSERT_TRUE(settle(model));
  EXPECT_EQ(model.rowCount(), 3) << "late spans count too";
  model.setQuery({TraceSort::Start, false, "nobody=1"});
  ASSERT_TRUE(settle(model));
  EXPECT_EQ(model.rowCount(), 0);
  EXPECT_EQ(model.order().missingKeys, std::vector<std::string>{"nobody"});
}

TEST(TracesModel, OtherFilesEmptyTheListAtOnce) {
  TracesModel model;
  model.setSnapshot(test::snapshotOf("web a 0..9ms trace=1\nweb b 0..5ms trace=2\n"));
  ASSERT_TRUE(settle(model));
  model.setSnapshot(test::snapshotOf("web c 0..9ms trace=3\n"));
  EXPECT_EQ(model.rowCount(), 0) << "rows of the former files must not be clickable";
  ASSERT_TRUE(settle(model));
  EXPECT_EQ(model.rowCount(), 1);
}

TEST(TracesModel, MayGoWhileItSorts) {
  const auto snapshot = manyTraces(50'000);
  for (int i = 0; i < 20; ++i) {
    TracesModel model;
    model.setSnapshot(snapshot);
    if (i % 2 == 0) QCoreApplication::processEvents();
  }
}

TEST(TracesModel, AMillionTracesAreSortedElsewhere) {
  const auto snapshot = manyTraces(1'000'000);
  ASSERT_EQ(snapshot->traceCount(), 1'000'000U);
  TracesModel model;
  QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
  TraceList list(model, nullptr);
  list.resize(320, 600);
  list.show();
  int beats = 0;  // of the event loop, while the worker sorts
  QTimer heart;
  QObject::connect(&heart, &QTimer::timeout, &heart, [&] { ++beats; });
  heart.start(1);
  model.setSnapshot(snapshot);
  EXPECT_EQ(model.rowCount(), 0) << "nothing is sorted inside the call";
  ASSERT_TRUE(settle(model));
  EXPECT_GT(beats, 1);
  EXPECT_EQ(resets.count(), 1) << "one swap";
  ASSERT_EQ(model.rowCount(), 1'000'000);
  for (int row = 1; row < 1'000'000; row += 997) {
    ASSERT_GE(model.index(row - 1, 1).data(TracesModel::SortRole).toLongLong(),
              model.index(row, 1).data(TracesModel::SortRole).toLongLong());
  }

  // The chosen trace stays chosen and in its place when the rows are sorted anew.
  const TraceIndex chosen = model.traceAt(700'000);
  list.setCurrentIndex(model.index(700'000, 0));
  list.scrollTo(model.index(700'000, 0), QAbstractItemView::PositionAtCenter);
  const int y = list.rowViewportPosition(700'000);
  model.setQuery({TraceSort::Duration, false, {}});
  ASSERT_TRUE(settle(model));
  const std::optional<int> row = model.rowOf(chosen);
  ASSERT_TRUE(row);
  EXPECT_EQ(*row, 299'999);
  EXPECT_EQ(list.rowViewportPosition(*row), y);

  model.setQuery({TraceSort::Name, false, "rare"});
  ASSERT_TRUE(settle(model));
  EXPECT_EQ(model.rowCount(), 1000);
}

}  // namespace waybill::ui
