// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/facets_model.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <string>

#include "store/trace_store.h"
#include "support/trace_dsl.h"

namespace waybill::ui {
namespace {

using RowKind = FacetsModel::RowKind;
using ValueState = FacetsModel::ValueState;

Facet facet(const char* key, std::vector<query::FacetValue> values, uint32_t traces, uint32_t different = 0) {
  query::FacetCounts counts;
  counts.different = std::max(different, static_cast<uint32_t>(values.size()));
  counts.values = std::move(values);
  counts.traces = traces;
  return {QString::fromLatin1(key), *query::readKey(key), std::move(counts)};
}

std::vector<query::FacetValue> manyValues(uint32_t count) {
  std::vector<query::FacetValue> values;
  for (uint32_t i = 0; i < count; ++i) values.push_back({"value " + std::to_string(i), 1'000 - i});
  return values;
}

class FacetsModelTest : public ::testing::Test {
 protected:
  QModelIndex value(int group, int row) const { return m_model.index(row, 0, m_model.index(group, 0)); }
  QStringList rows(int group) const {
    QStringList out;
    for (int row = 0; row < m_model.rowCount(m_model.index(group, 0)); ++row) out << value(group, row).data().toString();
    return out;
  }
  ValueState state(int group, int row) const { return value(group, row).data(FacetsModel::StateRole).value<ValueState>(); }
  RowKind kind(int group, int row) const { return value(group, row).data(FacetsModel::KindRole).value<RowKind>(); }

  FacetsModel m_model{nullptr};
  QAbstractItemModelTester m_tester{&m_model, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

}  // namespace

TEST_F(FacetsModelTest, AGroupAKeyAndBelowItItsValuesWithTheirShare) {
  m_model.setFacets({facet("service", {{"web", 4}, {"", 1}}, 8), facet("http.route", {{"/a", 2}}, 8)});
  EXPECT_EQ(m_model.index(0, 0).data().toString(), QStringLiteral("Service"));
  EXPECT_EQ(m_model.index(1, 0).data().toString(), QStringLiteral("http.route"));
  EXPECT_EQ(rows(0), (QStringList{QStringLiteral("web"), QStringLiteral("(empty)")}));
  EXPECT_EQ(value(0, 0).data(FacetsModel::TracesRole).toInt(), 4);
  EXPECT_DOUBLE_EQ(value(0, 0).data(FacetsModel::ShareRole).toDouble(), 0.5);
  EXPECT_EQ(value(0, 1).data(FacetsModel::ValueRole).toString(), QString());
  EXPECT_EQ(value(0, 0).data(Qt::AccessibleTextRole).toString(), QStringLiteral("web, 4 traces"));
}

TEST_F(FacetsModelTest, TheFilterSaysWhatIsChosenAndExcluded) {
  m_model.setFacets({facet("status", {{"UNSET", 4}, {"ERROR", 1}}, 4), facet("http.method", {{"GET", 2}, {"PUT", 1}}, 4)});
  const QSignalSpy changed(&m_model, &QAbstractItemModel::dataChanged);
  m_model.setFilter(QStringLiteral("cart status=error http.request.method=GET !http.method=PUT"));
  EXPECT_GT(changed.size(), 0);
  EXPECT_EQ(state(0, 0), ValueState::Free);
  EXPECT_EQ(state(0, 1), ValueState::Chosen);
  EXPECT_EQ(state(1, 0), ValueState::Chosen) << "by its new name";
  EXPECT_EQ(state(1, 1), ValueState::Excluded);
  EXPECT_TRUE(value(0, 1).data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("in the filter")));
  m_model.setFilter({});
  EXPECT_EQ(state(0, 1), ValueState::Free);
}

TEST_F(FacetsModelTest, TheRestIsShownStepByStepAndStaysShown) {
  const auto facets = std::vector{facet("name", manyValues(60), 1'000, 90)};
  m_model.setFacets(facets);
  EXPECT_EQ(rows(0).size(), 6);
  EXPECT_EQ(rows(0).last(), QStringLiteral("… 85 more"));
  EXPECT_EQ(kind(0, 5), RowKind::More);
  m_model.showMore(value(0, 5));
  EXPECT_EQ(rows(0).size(), 26);
  m_model.setFacets(facets);
  EXPECT_EQ(rows(0).size(), 26) << "counted anew";
  m_model.showMore(value(0, 25));
  m_model.showMore(value(0, 45));
  EXPECT_EQ(rows(0).size(), 61);
  EXPECT_EQ(rows(0).last(), QStringLiteral("30 rarer values are left out"));
  EXPECT_EQ(kind(0, 60), RowKind::Note);
}

TEST_F(FacetsModelTest, WhatTheFilterNamesIsInSightHoweverRare) {
  m_model.setFilter(QStringLiteral("name=\"value 40\""));
  m_model.setFacets({facet("name", manyValues(60), 1'000)});
  EXPECT_EQ(rows(0).size(), 7);
  EXPECT_EQ(rows(0).at(5), QStringLiteral("value 40"));
  EXPECT_EQ(rows(0).last(), QStringLiteral("… 54 more"));
}

TEST_F(FacetsModelTest, AGroupWithoutValuesSaysWhy) {
  Facet missing = facet("nobody", {}, 3);
  missing.counts.isMissing = true;
  Facet unread = facet("unread", {}, 0);
  unread.isCounted = false;
  m_model.setFacets({missing, facet("here", {}, 3), facet("kind", {}, 0), unread});
  EXPECT_EQ(rows(0), QStringList{QStringLiteral("No span has this attribute")});
  EXPECT_EQ(rows(1), QStringList{QStringLiteral("No trace of the list has it")});
  EXPECT_EQ(rows(2), QStringList{QStringLiteral("No trace to count")});
  EXPECT_EQ(rows(3), QStringList{QStringLiteral("Reading…")});
  EXPECT_EQ(kind(0, 0), RowKind::Note);
}

TEST_F(FacetsModelTest, HostileValuesStayOneLineOfPlainTextAndOutOfTheFilter) {
  m_model.setFacets({facet("x", {{"<b>x</b>\n\xFF", 1}, {std::string(100'000, 'n'), 1}, {"two\nlines", 1}}, 1)});
  EXPECT_FALSE(value(0, 0).data().toString().contains(u'\n'));
  EXPECT_FALSE(Qt::mightBeRichText(value(0, 0).data(Qt::ToolTipRole).toString()) &&
               !value(0, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("&lt;")));
  EXPECT_FALSE(value(0, 0).data(FacetsModel::CanFilterRole).toBool()) << "is no UTF-8";
  EXPECT_LT(value(0, 1).data().toString().size(), 1'000);
  EXPECT_FALSE(value(0, 1).data(FacetsModel::CanFilterRole).toBool());
  EXPECT_TRUE(value(0, 2).data(FacetsModel::CanFilterRole).toBool());
}

namespace {

class FacetCounterTest : public ::testing::Test {
 protected:
  static std::shared_ptr<const store::Snapshot> traces() {
    return test::snapshotOf(
        "web a 0..9ms trace=1 {tenant=red}\n  db x 1..2ms trace=1\n"
        "web a 0..5ms trace=2 {tenant=blue}\nweb a 0..5ms trace=3 {tenant=blue}\nweb b 0..5ms trace=4 {tenant=red}\n");
  }
  bool settle() const {
    return QTest::qWaitFor([this] { return m_counter.isUpToDate(); }, 20'000);
  }
  QStringList keys() const {
    QStringList out;
    for (const Facet& each : m_counter.facets()) out << each.key;
    return out;
  }

  FacetCounter m_counter{nullptr, std::make_shared<query::AttributeColumns>()};
  QSignalSpy m_counted{&m_counter, &FacetCounter::counted};
};

}  // namespace

TEST_F(FacetCounterTest, CountsNothingUntilItIsActive) {
  m_counter.setShown(traces(), "");
  QTest::qWait(50);
  EXPECT_EQ(m_counted.size(), 0);
  m_counter.setActive(true);
  ASSERT_TRUE(settle());
  EXPECT_EQ(m_counted.size(), 2);
  EXPECT_EQ(keys(), (QStringList{QStringLiteral("service"), QStringLiteral("name"), QStringLiteral("status"),
                                 QStringLiteral("kind"), QStringLiteral("tenant")}))
      << "and what tells traces apart";
  m_counter.setActive(false);
  m_counter.setShown(traces(), "web");
  QTest::qWait(50);
  EXPECT_EQ(m_counted.size(), 2);
}

TEST_F(FacetCounterTest, FollowsTheFilterAndTheAttributesThatAreWanted) {
  m_counter.setActive(true);
  const auto shown = traces();
  m_counter.setAttributes(QStringList{QStringLiteral("nobody"), QStringLiteral("no key")});
  m_counter.setShown(shown, "service=db");
  ASSERT_TRUE(settle());
  EXPECT_EQ(keys().mid(4), QStringList{QStringLiteral("nobody")});
  EXPECT_TRUE(m_counter.facets().at(4).counts.isMissing);
  EXPECT_EQ(m_counter.facets().at(1).counts.traces, 1U);
  m_counter.setShown(shown, "");
  ASSERT_TRUE(settle()) << "at once, though it has just counted";
  EXPECT_EQ(m_counter.facets().at(1).counts.traces, 4U);
}

TEST_F(FacetCounterTest, WhatNeedsNoReadingComesFirst) {
  m_counter.setActive(true);
  std::vector<bool> wasRead;
  QObject::connect(&m_counter, &FacetCounter::counted, &m_counter, [&] {
    EXPECT_EQ(m_counter.facets().at(0).counts.values.at(0).text, "web");
    wasRead.push_back(m_counter.facets().at(4).isCounted);
  });
  const auto shown = traces();
  m_counter.setShown(shown, "");
  ASSERT_TRUE(settle());
  EXPECT_EQ(wasRead, (std::vector<bool>{false, true}));
  m_counter.setShown(shown, "web");
  ASSERT_TRUE(settle());
  EXPECT_EQ(wasRead, (std::vector<bool>{false, true, true})) << "it has been read before";
}

TEST_F(FacetCounterTest, WhatIsOvertakenNeverLands) {
  m_counter.setActive(true);
  const auto shown = traces();
  QObject::connect(&m_counter, &FacetCounter::counted, &m_counter, [this] {
    EXPECT_EQ(m_counter.facets().at(0).counts.traces, 4U) << "of the former filter";
  });
  m_counter.setShown(shown, "service=db");
  m_counter.holdOff();
  m_counter.setShown(shown, "");
  ASSERT_TRUE(settle());
  QTest::qWait(20);
  EXPECT_GT(m_counted.size(), 0);
}

TEST_F(FacetCounterTest, AStoreThatGrowsIsNotCountedWithEverySnapshot) {
  m_counter.setActive(true);
  store::TraceStore store;
  for (int i = 0; i < 20; ++i) {
    const std::string bytes = test::encode(test::parseTrace("web a 0..9ms trace=" + std::to_string(i + 1)));
    const std::shared_ptr<char[]> copy(new char[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), copy.get());
    const auto chunk = Chunk::owned(copy, bytes.size(), "grows", 0);
    store.append(chunk, chunk->bytes());
    store.publish();
    m_counter.setShown(store.snapshot(), "", FacetCounter::Store::Growing);
    QTest::qWait(10);
  }
  EXPECT_LE(m_counted.size(), 4) << "in two steps each";
  m_counter.setShown(store.snapshot(), "", FacetCounter::Store::Whole);
  ASSERT_TRUE(QTest::qWaitFor([this] { return m_counter.isUpToDate(); }, 900)) << "at once when it is whole";
  EXPECT_EQ(m_counter.facets().at(0).counts.traces, 20U);
}

}  // namespace waybill::ui
