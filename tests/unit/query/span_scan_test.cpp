// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/span_scan.h"

#include <gtest/gtest.h>

#include "unit/query/random_spans.h"
#include "query/span_filter.h"
#include "query/trace_filter.h"
#include "support/trace_dsl.h"

namespace waybill::query {
namespace {

using store::Snapshot;
using Rows = std::vector<uint32_t>;

const char* const kSpans = R"(
web POST /buy        0..155ms   SERVER trace=1 {http.method=POST, http.status_code=500, vip=true}
  pay POST /charge   2..152ms   CLIENT trace=1 error {http.status_code=402}
    bank auth        8..148ms   SERVER trace=1 {amount=17, note=two words}
web GET /cart        10..70ms   SERVER trace=2 {http.method=GET, http.status_code=200}
  db "SELECT Carts"  11..12ms   CLIENT trace=2 {db.statement=select * from Carts, rows=12}
mail send            5..5.02ms  PRODUCER trace=3 {rows=oops}
)";

Rows numbers(const BitSet& set) {
  Rows out;
  set.forEach([&out](uint32_t i) { out.push_back(i); });
  return out;
}

class SpanScan : public testing::Test {
 protected:
  Rows rows(std::string_view text) {
    const FilterText filter = readFilter(text);
    EXPECT_FALSE(filter.mistake) << filter.mistake->sentence;
    EXPECT_EQ(filter.terms.size(), 1U);
    const auto column = m_columns.get(*m_snapshot, filter.terms[0].key, 2);
    const auto found = rowsMatching(*m_snapshot, filter.terms[0], column.get(), 2);
    // The other way to ask: span by span, from the bytes.
    AttributeColumns none({0, 0, [] { return std::nullopt; }});
    std::vector<SpanRow> all;
    for (uint32_t i = 0; i < m_snapshot->spanCount(); ++i) all.emplace_back(i);
    for (const SpanRow row : all) {
      const auto one = spansMatching(*m_snapshot, std::span(&row, 1), filter, none);
      EXPECT_EQ(!one->empty(), found->contains(row.value)) << text << " in row " << row.value;
    }
    EXPECT_EQ(*spansMatching(*m_snapshot, all, filter, m_columns), numbers(*found)) << text;
    return numbers(*found);
  }
  Rows traces(std::string_view text) {
    const auto found = tracesMatching(*m_snapshot, readFilter(text).terms, m_columns);
    m_missing = found->missingKeys;
    return numbers(found->traces);
  }

  std::shared_ptr<const Snapshot> m_snapshot = test::snapshotOf(kSpans);
  AttributeColumns m_columns;
  std::vector<std::string> m_missing;
};

}  // namespace

TEST_F(SpanScan, AttributesAreComparedByTheirWorth) {
  EXPECT_EQ(rows("http.method=POST"), (Rows{0}));
  EXPECT_EQ(rows("http.method!=POST"), (Rows{3})) << "who has no such attribute does not differ from it";
  EXPECT_EQ(rows("http.status_code>=402"), (Rows{0, 1}));
  EXPECT_EQ(rows("http.status_code>402"), (Rows{0}));
  EXPECT_EQ(rows("http.status_code<402"), (Rows{3}));
  EXPECT_EQ(rows("http.status_code<=200"), (Rows{3}));
  EXPECT_EQ(rows("http.status_code~0"), (Rows{0, 1, 3}));
  EXPECT_EQ(rows("vip=true"), (Rows{0}));
  EXPECT_EQ(rows("note=\"two words\""), (Rows{2}));
  EXPECT_EQ(rows("db.statement~CARTS"), (Rows{4}));
  EXPECT_EQ(rows("rows>1"), (Rows{4})) << "a text that is no number is not greater";
  EXPECT_EQ(rows("nothing=1"), (Rows{}));
}

TEST_F(SpanScan, RenamedAttributesAreFoundByBothNames) {
  EXPECT_EQ(rows("http.request.method=GET"), (Rows{3}));
  EXPECT_EQ(rows("db.query.text~from"), (Rows{4}));
}

TEST_F(SpanScan, ResourceAttributesCountForTheirSpans) {
  EXPECT_EQ(rows("service.name=web"), (Rows{0, 3}));
  EXPECT_EQ(rows("resource.service.name=web"), (Rows{0, 3}));
  EXPECT_EQ(rows("span.service.name=web"), (Rows{}));
  EXPECT_EQ(rows("service.name!=web"), (Rows{1, 2, 4, 5}));
}

TEST_F(SpanScan, FieldsOfEverySpan) {
  EXPECT_EQ(rows("service=web"), (Rows{0, 3}));
  EXPECT_EQ(rows("service!=web"), (Rows{1, 2, 4, 5}));
  EXPECT_EQ(rows("service~B"), (Rows{0, 2, 3, 4}));
  EXPECT_EQ(rows("name=auth"), (Rows{2}));
  EXPECT_EQ(rows("name~carts"), (Rows{4}));
  EXPECT_EQ(rows("status=error"), (Rows{1}));
  EXPECT_EQ(rows("status!=error"), (Rows{0, 2, 3, 4, 5}));
  EXPECT_EQ(rows("kind=client"), (Rows{1, 4}));
  EXPECT_EQ(rows("duration>=150ms"), (Rows{0, 1}));
  EXPECT_EQ(rows("duration=1ms"), (Rows{4}));
  EXPECT_EQ(rows("duration<21us"), (Rows{5}));
}

TEST_F(SpanScan, ATraceNeedsASpanForEachTerm) {
  EXPECT_EQ(traces(""), (Rows{0, 1, 2}));
  EXPECT_EQ(traces("service=bank"), (Rows{0}));
  EXPECT_EQ(traces("http.method=POST amount=17"), (Rows{0})) << "not the same span";
  EXPECT_EQ(traces("http.method=GET amount=17"), (Rows{}));
  EXPECT_EQ(traces("kind=client"), (Rows{0, 1}));
  EXPECT_TRUE(m_missing.empty());
  EXPECT_EQ(traces("http.rute=1 colour=red http.rute=2"), (Rows{}));
  EXPECT_EQ(m_missing, (std::vector<std::string>{"http.rute", "colour"}));
}

TEST_F(SpanScan, ANegatedTermIsForWhatDoesNotFulfilIt) {
  EXPECT_EQ(traces("!service=web"), (Rows{2})) << "no span of the trace";
  EXPECT_EQ(traces("service!=web"), (Rows{0, 1, 2})) << "some span of it is of another";
  EXPECT_EQ(traces("!http.method=GET"), (Rows{0, 2})) << "those without the attribute too";
  EXPECT_EQ(traces("!nobody=1"), (Rows{0, 1, 2}));
  EXPECT_TRUE(m_missing.empty()) << "that is no reason for finding nothing";
  std::vector<SpanRow> all;
  for (uint32_t i = 0; i < m_snapshot->spanCount(); ++i) all.emplace_back(i);
  EXPECT_EQ(*spansMatching(*m_snapshot, all, readFilter("!http.method=GET !kind=server"), m_columns), (Rows{1, 4, 5}));
}

TEST_F(SpanScan, CountsValues) {
  const auto counts = [&](const char* key, size_t most) {
    const Term term = readFilter(std::string(key) + "=x").terms.at(0);
    const auto column = m_columns.get(*m_snapshot, term.key, 2);
    std::string out;
    const auto values = valueCounts(*m_snapshot, term, column.get(), most, 2);
    for (const ValueCount& value : *values) {
      out += value.text + " " + std::to_string(value.spans) + ", ";
    }
    return out;
  };
  EXPECT_EQ(counts("service", 10), "web 2, bank 1, db 1, mail 1, pay 1, ");
  EXPECT_EQ(counts("service", 2), "web 2, bank 1, ");
  EXPECT_EQ(counts("service.name", 1), "web 2, ");
  EXPECT_EQ(counts("http.status_code", 10), "200 1, 402 1, 500 1, ");
  EXPECT_EQ(counts("nobody", 10), "");
  const Term status = readFilter("status=error").terms.at(0);
  EXPECT_EQ(valueCounts(*m_snapshot, status, nullptr, 1, 1)->at(0).text, "UNSET");
  EXPECT_EQ(valueCounts(*m_snapshot, status, nullptr, 1, 1)->at(0).spans, 5U);
  const Term kind = readFilter("kind=server").terms.at(0);
  EXPECT_EQ(valueCounts(*m_snapshot, kind, nullptr, 1, 1)->at(0).text, "SERVER");
}

TEST(SpanScanAtRandom, ColumnsAndBytesAgree) {
  store::TraceStore store;
  RandomSpans(7).append(store, 5'000);
  const auto snapshot = store.snapshot();
  std::vector<SpanRow> all;
  for (uint32_t i = 0; i < snapshot->spanCount(); ++i) all.emplace_back(i);
  AttributeColumns columns;
  for (const char* text : {"a=GET", "a!=GET", "b>100", "b<=300", "a~post", "db.statement=true", "span.a=GET",
                           "resource.a=GET", "scope.b!=1", "unique>2500", "a~[", "b=\"\""}) {
    const FilterText filter = readFilter(text);
    const Term& term = filter.terms.at(0);
    const auto column = columns.get(*snapshot, term.key, 2);
    const auto fromColumn = rowsMatching(*snapshot, term, column.get(), 2);
    for (uint32_t i = 0; i < snapshot->spanCount(); i += 11) {
      // Few rows of the store and no column at hand: from the bytes.
      AttributeColumns none;
      const bool fromBytes = !spansMatching(*snapshot, std::span(&all[i], 1), filter, none)->empty();
      ASSERT_EQ(fromBytes, fromColumn->contains(i)) << text << " in row " << i;
    }
    const auto searched = spansMatching(*snapshot, all, filter, columns);
    ASSERT_EQ(*searched, numbers(*fromColumn)) << text;
    BitSet naive(snapshot->traceCount());
    fromColumn->forEach([&](uint32_t row) { naive.insert(snapshot->spans().trace(SpanRow(row)).value); });
    ASSERT_EQ(*tracesOf(*snapshot, *fromColumn, 2), naive) << text;
  }
}

TEST(SpanScanAtRandom, StopsWhenAsked) {
  const auto snapshot = plainSpans(200'000);
  AttributeColumns columns;
  const auto stop = std::make_unique<std::stop_source>();
  stop->request_stop();
  JobOptions options;
  options.stop = stop->get_token();
  EXPECT_FALSE(tracesMatching(*snapshot, readFilter("even=2").terms, columns, options));
  EXPECT_FALSE(tracesMatching(*snapshot, readFilter("status=error").terms, columns, options));
  const std::vector<SpanRow> rows(1'000, SpanRow(0));
  EXPECT_FALSE(spansMatching(*snapshot, rows, readFilter("even=2"), columns, options));
  EXPECT_FALSE(valueCounts(*snapshot, readFilter("service=a").terms.at(0), nullptr, 1, 1, stop->get_token()));
}

TEST(SpanFilter, WordsAreFoundInNamesServicesAndIds) {
  const auto snapshot = test::snapshotOf(kSpans);
  std::vector<SpanRow> all;
  for (uint32_t i = 0; i < snapshot->spanCount(); ++i) all.emplace_back(i);
  AttributeColumns columns;
  const auto found = [&](std::string_view text) { return *spansMatching(*snapshot, all, readFilter(text), columns); };
  EXPECT_EQ(found("post"), (Rows{0, 1}));
  EXPECT_EQ(found("post pay"), (Rows{1}));
  EXPECT_EQ(found("\"post /b\""), (Rows{0}));
  EXPECT_EQ(found("0102"), (Rows{1}));
  EXPECT_EQ(found("web http.status_code=200"), (Rows{3}));
  EXPECT_EQ(found("post amount=17"), (Rows{})) << "one span must be all of it";
  EXPECT_EQ(found(""), (Rows{0, 1, 2, 3, 4, 5}));
}

}  // namespace waybill::query
