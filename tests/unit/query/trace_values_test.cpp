// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/trace_values.h"

#include <gtest/gtest.h>

#include <string>

#include "query/attribute_columns.h"
#include "query/trace_order.h"
#include "support/trace_dsl.h"
#include "unit/query/random_spans.h"

namespace waybill::query {
namespace {

const char* const kSpans = R"(
web a     0..9ms   trace=1 {tenant=root, zone=x}
  db b    1..2ms   trace=1 {tenant=child, rows=5}
web a     0..9ms   trace=2
  db late 5..6ms   trace=2 {tenant=late}
  db soon 1..2ms   trace=2 {tenant=soon}
web a     0..9ms   trace=3
)";

}  // namespace

TEST(TraceValues, AreTheRootsElseTheEarliestSpans) {
  const auto snapshot = test::snapshotOf(kSpans);
  AttributeColumns columns;
  TraceListQuery query{TraceSort::Start, false, {}, {"tenant", "span.rows", "service", "no key", "nobody"}};
  const auto order = orderTraces(*snapshot, query, columns);
  const auto value = [&](size_t column, uint32_t trace) {
    const TraceColumn& of = order->columns.at(column);
    return of.codes[trace] == 0 ? std::string("none") : otlp::valueText(of.column->value(of.codes[trace]));
  };
  ASSERT_EQ(order->columns.size(), 3U) << "attributes only";
  EXPECT_EQ(value(0, 0), "root");
  EXPECT_EQ(value(0, 1), "soon");
  EXPECT_EQ(value(0, 2), "none");
  EXPECT_EQ(value(1, 0), "5");
  EXPECT_EQ(value(1, 1), "none");
  EXPECT_EQ(value(2, 0), "none");
}

TEST(TraceValues, AreWhatLookingAtEverySpanComesTo) {
  store::TraceStore store;
  RandomSpans(3).append(store, 5'000);
  const auto snapshot = store.snapshot();
  AttributeColumns columns;
  const auto column = columns.get(*snapshot, "a", 2);
  std::vector<uint32_t> every;
  for (uint32_t i = 0; i < snapshot->traceCount(); ++i) every.push_back(i);
  const auto codes = traceCodes(*snapshot, *column, AttributeScope::Any, every, 3);
  EXPECT_EQ(*codes, *traceCodes(*snapshot, *column, AttributeScope::Any, every, 1));
  for (uint32_t i = 0; i < snapshot->traceCount(); ++i) {
    uint32_t expected = column->code(*snapshot, snapshot->trace(TraceIndex(i)).root);
    int64_t earliest = INT64_MAX;
    for (uint32_t row = 0; expected == 0 || earliest != INT64_MAX; ++row) {
      if (row == snapshot->spanCount()) break;
      const uint32_t code = column->code(*snapshot, SpanRow(row));
      if (code == 0 || snapshot->spans().trace(SpanRow(row)).value != i) continue;
      if (snapshot->spans().startNs(SpanRow(row)) >= earliest) continue;
      earliest = snapshot->spans().startNs(SpanRow(row));
      expected = code;
    }
    ASSERT_EQ((*codes)[i], expected) << i;
  }
}

TEST(TraceValues, StopWhenAsked) {
  const auto snapshot = plainSpans(50'000);
  AttributeColumns columns;
  const auto column = columns.get(*snapshot, "even", 2);
  const auto stop = std::make_unique<std::stop_source>();
  stop->request_stop();
  const std::vector<uint32_t> some{1, 2, 3};
  EXPECT_FALSE(traceCodes(*snapshot, *column, AttributeScope::Any, some, 2, stop->get_token()));
}

}  // namespace waybill::query
