// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/trace_order.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "support/trace_dsl.h"

namespace waybill::query {
namespace {

const char* const kTraces = R"(
web POST /buy      0..155ms   trace=a1
  bank-api POST /auth 8..148ms trace=a1 error
web GET /cart      10..70ms   trace=b2
email "Zpráva ČAU" 5..45ms    trace=c3
  db SELECT        6..7ms     trace=c3
  db SELECT        8..9ms     trace=c3
web GET /cart      20..80ms   trace=d4
)";

std::optional<TraceOrder> orderOf(const store::Snapshot& snapshot, const TraceListQuery& query, std::stop_token stop = {}) {
  AttributeColumns columns;
  JobOptions options;
  options.stop = std::move(stop);
  return orderTraces(snapshot, query, columns, options);
}

std::vector<uint32_t> ordered(const TraceListQuery& query) {
  const auto order = orderOf(*test::snapshotOf(kTraces), query);
  return order ? order->traces : std::vector<uint32_t>{UINT32_MAX};
}

std::vector<uint32_t> matching(const char* filter) {
  return ordered({TraceSort::Start, false, filter});
}

using Rows = std::vector<uint32_t>;

}  // namespace

TEST(TraceOrder, SortsByEachKeyAndKeepsEqualOnesInOrderOfArrival) {
  EXPECT_EQ(ordered({TraceSort::Duration, true, {}}), (Rows{0, 1, 3, 2}));
  EXPECT_EQ(ordered({TraceSort::Duration, false, {}}), (Rows{2, 1, 3, 0}));
  EXPECT_EQ(ordered({TraceSort::Start, false, {}}), (Rows{0, 2, 1, 3}));
  EXPECT_EQ(ordered({TraceSort::Start, true, {}}), (Rows{3, 1, 2, 0}));
  EXPECT_EQ(ordered({TraceSort::Spans, true, {}}), (Rows{2, 0, 1, 3}));
  EXPECT_EQ(ordered({TraceSort::Errors, true, {}}), (Rows{0, 1, 2, 3}));
  EXPECT_EQ(ordered({TraceSort::Name, false, {}}), (Rows{2, 1, 3, 0}));
  EXPECT_EQ(ordered({TraceSort::Name, true, {}}), (Rows{0, 1, 3, 2}));
}

TEST(TraceOrder, WordsAreAllWantedInAnyPlaceAndCase) {
  EXPECT_EQ(matching("cart"), (Rows{1, 3}));
  EXPECT_EQ(matching("WEB  get"), (Rows{1, 3}));
  EXPECT_EQ(matching("bank"), (Rows{0}));  // a service further down
  EXPECT_EQ(matching("auth"), (Rows{}));   // an operation further down is no name of the trace
  EXPECT_EQ(matching("zpráva čau"), (Rows{2}));
  EXPECT_EQ(matching("00d4"), (Rows{3}));  // the id
  EXPECT_EQ(matching("cart 00d4"), (Rows{3}));
  EXPECT_EQ(matching("cart email"), (Rows{}));
  EXPECT_EQ(matching("   "), (Rows{0, 2, 1, 3}));
}

TEST(TraceOrder, MoreWordsThanCanBeCountedAreNoHarm) {
  std::string filter;
  for (int i = 0; i < 100; ++i) filter += "web ";
  EXPECT_EQ(ordered({TraceSort::Start, false, filter}), (Rows{0, 1, 3}));
}

TEST(TraceOrder, TheScaleIsThatOfAllTraces) {
  const auto order =
      orderOf(*test::snapshotOf(kTraces), {TraceSort::Name, false, "email"});
  ASSERT_TRUE(order);
  EXPECT_EQ(order->longestNs, 155'000'000);
  EXPECT_EQ(order->firstStartNs, test::kEpochNs);
  EXPECT_EQ(order->lastStartNs, test::kEpochNs + 20'000'000);
}

TEST(TraceOrder, StopsWhenAsked) {
  const auto stop = std::make_unique<std::stop_source>();  // on the stack, g++ 12 takes it for uninitialized
  stop->request_stop();
  EXPECT_FALSE(orderOf(*test::snapshotOf(kTraces), {}, stop->get_token()));
}

TEST(TraceOrder, NothingIsNothing) {
  EXPECT_TRUE(orderOf(store::Snapshot(), {})->traces.empty());
}

TEST(TraceOrder, TermsNarrowTheListAndTellOfAttributesThatNobodyHas) {
  const auto order = orderOf(*test::snapshotOf(kTraces), {TraceSort::Start, false, "web duration<=60ms"});
  ASSERT_TRUE(order);
  EXPECT_EQ(order->traces, (Rows{1, 3}));
  EXPECT_EQ(matching("status=error"), (Rows{0}));
  EXPECT_EQ(matching("service=db kind=internal"), (Rows{2}));
  const auto missing = orderOf(*test::snapshotOf(kTraces), {TraceSort::Start, false, "http.rute=/x"});
  EXPECT_TRUE(missing->traces.empty());
  EXPECT_EQ(missing->missingKeys, std::vector<std::string>{"http.rute"});
  EXPECT_EQ(missing->longestNs, 155'000'000);
}

TEST(TraceOrder, DoesNotDependOnTheNumberOfThreads) {
  // Durations, names and starts that repeat, in more traces than one piece.
  std::vector<test::SpanSpec> spans(50'000);
  for (uint64_t i = 0; i < spans.size(); ++i) {
    spans[i] = {.id = i + 1, .startNs = 1 + i % 7, .endNs = 1 + i % 7 + i * 7919 % 1000};
    spans[i].name = "op" + std::to_string(i * 31 % 400);
    spans[i].trace = TraceId{0, i + 1};
  }
  const auto snapshot = test::snapshotOf(spans);
  for (const TraceSort sort : {TraceSort::Duration, TraceSort::Start, TraceSort::Name, TraceSort::Spans}) {
    AttributeColumns columns;
    JobOptions one, many;
    one.threads = 1;
    many.threads = 4;
    const TraceListQuery query{sort, true, "op1"};
    const auto order = orderTraces(*snapshot, query, columns, one);
    EXPECT_EQ(order->traces, orderTraces(*snapshot, query, columns, many)->traces);
    for (size_t i = 1; i < order->traces.size(); ++i) {
      const auto& a = snapshot->trace(TraceIndex(order->traces[i - 1]));
      const auto& b = snapshot->trace(TraceIndex(order->traces[i]));
      ASSERT_TRUE(sort != TraceSort::Duration || a.durationNs() >= b.durationNs());
      ASSERT_TRUE(sort != TraceSort::Name || snapshot->name(a.root) >= snapshot->name(b.root));
    }
  }
}

}  // namespace waybill::query
