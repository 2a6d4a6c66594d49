// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/facet_counts.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

#include "query/filter_edit.h"
#include "query/value_numbers.h"
#include "query/trace_order.h"
#include "support/trace_dsl.h"
#include "unit/query/random_spans.h"

namespace waybill::query {
namespace {

using store::Snapshot;

const char* const kSpans = R"(
web POST /buy        0..155ms   SERVER trace=1 {http.method=POST, http.status_code=500, tenant=blue}
  pay POST /charge   2..152ms   CLIENT trace=1 error {http.status_code=402}
    bank auth        8..148ms   SERVER trace=1 {note=two words}
    bank auth        9..148ms   SERVER trace=1 {note=two words}
web GET /cart        10..70ms   SERVER trace=2 {http.method=GET, http.status_code=200, tenant=red}
  db "SELECT Carts"  11..12ms   CLIENT trace=2 {db.statement=select * from Carts}
mail send            5..5.02ms  PRODUCER trace=3 {tenant=blue}
)";

class FacetCountsTest : public testing::Test {
 protected:
  // "web 2, bank 1, " of a key under a filter.
  std::string counts(const char* key, std::string_view filter = {}, size_t most = 10) {
    const Term term = *readKey(key);
    const auto facets = countFacets(*m_snapshot, readFilter(filter), std::span(&term, 1), most, m_columns);
    m_last = facets->at(0);
    std::string out;
    for (const FacetValue& value : m_last.values) out += value.text + " " + std::to_string(value.traces) + ", ";
    return out;
  }

  std::shared_ptr<const Snapshot> m_snapshot = test::snapshotOf(kSpans);
  AttributeColumns m_columns;
  FacetCounts m_last;
};

// Of one key.
FacetCounts countsOf(const Snapshot& snapshot, const Term& key, std::shared_ptr<const AttributeColumn> column,
                     const BitSet& traces, size_t most, size_t threads, std::vector<std::string> wanted = {}) {
  const FacetQuestion question{key, std::move(column), std::make_shared<const BitSet>(traces), std::move(wanted)};
  return traceCounts(snapshot, std::span(&question, 1), most, threads)->at(0);
}

// Values as the filter box would find them, one by one: the oracle.
std::map<std::string, uint32_t> countedBySpans(const Snapshot& snapshot, const AttributeColumn& column,
                                               AttributeScope scope, const BitSet& traces) {
  std::map<std::string, std::set<uint32_t>> seen;
  for (uint32_t row = 0; row < snapshot.spanCount(); ++row) {
    const uint32_t trace = snapshot.spans().trace(SpanRow(row)).value;
    const uint32_t code = column.code(snapshot, SpanRow(row), scope);
    if (code != 0 && traces.contains(trace)) seen[otlp::valueText(column.value(code))].insert(trace);
  }
  std::map<std::string, uint32_t> out;
  for (const auto& [text, in] : seen) out[text] = static_cast<uint32_t>(in.size());
  return out;
}

}  // namespace

TEST_F(FacetCountsTest, ATraceCountsOnceHoweverManySpansHaveTheValue) {
  EXPECT_EQ(counts("service"), "web 2, bank 1, db 1, mail 1, pay 1, ");
  EXPECT_EQ(counts("name"), "GET /cart 1, POST /buy 1, POST /charge 1, SELECT Carts 1, auth 1, send 1, ");
  EXPECT_EQ(counts("kind"), "CLIENT 2, SERVER 2, PRODUCER 1, ");
  EXPECT_EQ(counts("status"), "UNSET 3, ERROR 1, ");
  EXPECT_EQ(counts("note"), "two words 1, ");
  EXPECT_EQ(counts("http.status_code"), "200 1, 402 1, 500 1, ");
  EXPECT_EQ(counts("service.name"), "web 2, bank 1, db 1, mail 1, pay 1, ") << "from around the spans";
  EXPECT_EQ(counts("span.service.name"), "");
  EXPECT_EQ(m_last.traces, 3U);
}

TEST_F(FacetCountsTest, TheRarestAreLeftOutButCounted) {
  EXPECT_EQ(counts("service", {}, 1), "web 2, ");
  EXPECT_EQ(m_last.different, 5U);
  EXPECT_EQ(counts("service", {}, 0), "");
}

TEST_F(FacetCountsTest, TracesThatTheFilterLeavesOutDoNotCount) {
  EXPECT_EQ(counts("service", "tenant=blue"), "bank 1, mail 1, pay 1, web 1, ");
  EXPECT_EQ(m_last.traces, 2U);
  EXPECT_EQ(counts("tenant", "cart"), "red 1, ");
  EXPECT_EQ(counts("tenant", "service=web status=error"), "blue 1, ");
  EXPECT_EQ(counts("kind", "nowhere"), "");
  EXPECT_EQ(m_last.traces, 0U);
}

TEST_F(FacetCountsTest, WhatIsChosenOfAKeyLeavesItsOtherValuesInSight) {
  EXPECT_EQ(counts("tenant", "tenant=blue"), "blue 2, red 1, ");
  EXPECT_EQ(counts("http.method", "http.request.method=POST"), "GET 1, POST 1, ") << "the new name of the same";
  EXPECT_EQ(counts("tenant", "tenant=blue service=web"), "blue 1, red 1, ");
  EXPECT_EQ(counts("status", "status=error"), "UNSET 3, ERROR 1, ");
  EXPECT_EQ(counts("tenant", "!tenant=blue"), "red 1, blue 0, ") << "what is left out stays left out, and in sight";
  EXPECT_EQ(counts("tenant", "tenant~blu"), "blue 2, ");
}

TEST_F(FacetCountsTest, WhatTheFilterNamesIsAmongTheValues) {
  EXPECT_EQ(counts("service", "service=pay", 1), "web 2, pay 1, ");
  EXPECT_EQ(counts("service", "service=nobody", 1), "web 2, nobody 0, ");
  EXPECT_EQ(counts("status", "status=ok", 1), "UNSET 3, OK 0, ");
  EXPECT_EQ(counts("http.status_code", "http.status_code=402", 1), "500 1, 402 1, ");
}

TEST_F(FacetCountsTest, AnAttributeThatNobodyHasIsSaidToBeMissing) {
  EXPECT_EQ(counts("http.rute"), "");
  EXPECT_TRUE(m_last.isMissing);
  counts("tenant", "nowhere");
  EXPECT_FALSE(m_last.isMissing) << "others have it";
  EXPECT_EQ(counts("duration"), "") << "is no matter of values";
}

TEST(FacetTerms, SayWhichValueTheyAreAbout) {
  const auto isAbout = [](const char* text, const char* value) {
    return isAboutValue(readFilter(text).terms.at(0), value);
  };
  EXPECT_TRUE(isAbout("service=web", "web"));
  EXPECT_FALSE(isAbout("service=web", "Web"));
  EXPECT_FALSE(isAbout("service!=web", "web"));
  EXPECT_TRUE(isAbout("status=error", "ERROR"));
  EXPECT_TRUE(isAbout("kind=Client", "CLIENT"));
  EXPECT_TRUE(isAbout("code=500.0", "500"));
  EXPECT_FALSE(isAbout("code=500.1", "500"));
  EXPECT_TRUE(isAbout("!tenant=blue", "blue"));
}

TEST(FacetCountsAtRandom, AreWhatCountingSpanBySpanComesTo) {
  store::TraceStore store;
  RandomSpans random(11);
  for (int part = 0; part < 3; ++part) random.append(store, 3'000);
  const auto snapshot = store.snapshot();
  AttributeColumns columns;
  BitSet every(snapshot->traceCount()), some(snapshot->traceCount());
  every.insertAll();
  for (uint32_t i = 0; i < some.size(); i += 3) some.insert(i);
  for (const char* key : {"a", "b", "db.statement", "span.a", "resource.a", "scope.b", "unique"}) {
    const Term term = *readKey(key);
    const auto column = columns.get(*snapshot, term.key, 2);
    for (const BitSet* traces : {&every, &some}) {
      const auto expected = countedBySpans(*snapshot, *column, term.scope, *traces);
      for (const size_t threads : {size_t{1}, size_t{4}}) {
        const auto counts = countsOf(*snapshot, term, column, *traces, 1'000'000, threads);
        std::map<std::string, uint32_t> found;
        for (const FacetValue& value : counts.values) found[value.text] = value.traces;
        ASSERT_EQ(found, expected) << key;
        ASSERT_EQ(counts.different, expected.size());
        const auto few = countsOf(*snapshot, term, column, *traces, 3, threads);
        ASSERT_EQ(few.values.size(), std::min<size_t>(3, expected.size()));
        for (size_t i = 0; i < few.values.size(); ++i) {
          ASSERT_EQ(few.values[i].traces, counts.values[i].traces) << "the most frequent";
        }
      }
    }
  }
}

// What a click on a value comes to.
TEST(FacetCountsAtRandom, AsManyTracesAsTheTermOfTheValueLeavesInTheList) {
  store::TraceStore store;
  RandomSpans(5).append(store, 4'000);
  const auto snapshot = store.snapshot();
  AttributeColumns columns;
  for (const char* key : {"a", "b", "resource.b", "service", "status", "kind", "name"}) {
    const Term term = *readKey(key);
    for (const char* filter : {"", "op", "b>100", "!a=GET", "a=GET b<=300"}) {
      const auto facets = countFacets(*snapshot, readFilter(filter), std::span(&term, 1), 30, columns);
      for (const FacetValue& value : facets->at(0).values) {
        const std::string others = withoutTerms(filter, [&term](const Term& each) {
          return !each.negated && each.comparison.op() == Operator::Equal && isSameKey(each, term);
        });
        const std::string text = withTerm(others, termText(key, value.text));
        const FilterText read = readFilter(text);
        ASSERT_FALSE(read.mistake) << text;
        ASSERT_TRUE(isAboutValue(read.terms.back(), value.text)) << text;
        const auto order = orderTraces(*snapshot, {TraceSort::Start, false, text}, columns);
        // A term means all values that are worth the same: "500", 500 and 500.0.
        if (numberOf(value.text)) {
          ASSERT_GE(order->traces.size(), value.traces) << text;
        } else {
          ASSERT_EQ(order->traces.size(), value.traces) << text;
        }
      }
    }
  }
}

TEST(FacetCountsAtRandom, SoManyValuesThatTheyAreNotJoinedAreCountedAllTheSame) {
  const auto snapshot = plainSpans(3 * kMostJoinedValues + 600);
  AttributeColumns columns;
  const Term third = *readKey("third");
  const auto column = columns.get(*snapshot, "third", 2);
  ASSERT_GT(column->codes(), kMostJoinedValues);
  BitSet traces(snapshot->traceCount());
  traces.insertAll();
  const std::vector<std::string> wanted{"9", "150000", "1"};
  const auto counts = countsOf(*snapshot, third, column, traces, 2, 2, wanted);
  EXPECT_EQ(counts.different, column->codes() - 1);
  const std::vector<FacetValue> expected{{"0", 1}, {"3", 1}, {"9", 1}, {"150000", 1}, {"1", 0}};
  EXPECT_EQ(counts.values, expected);
}

TEST(FacetCountsAtRandom, StopsWhenAsked) {
  const auto snapshot = plainSpans(50'000);
  AttributeColumns columns;
  const auto stop = std::make_unique<std::stop_source>();
  stop->request_stop();
  JobOptions options;
  options.stop = stop->get_token();
  for (const char* key : {"service", "even"}) {
    const Term term = *readKey(key);
    EXPECT_FALSE(countFacets(*snapshot, {}, std::span(&term, 1), 10, columns, options));
  }
}

}  // namespace waybill::query
