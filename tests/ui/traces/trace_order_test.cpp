// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/trace_order.h"

#include <gtest/gtest.h>

#include <memory>
#include <stop_token>

#include "support/trace_dsl.h"

namespace waybill::ui {
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

std::vector<uint32_t> ordered(const TraceListQuery& query) {
  const auto order = orderTraces(*test::snapshotOf(kTraces), query);
  return order ? order->traces : std::vector<uint32_t>{UINT32_MAX};
}

std::vector<uint32_t> matching(const char16_t* filter) {
  return ordered({TraceSort::Start, false, QString::fromUtf16(filter)});
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
  EXPECT_EQ(matching(u"cart"), (Rows{1, 3}));
  EXPECT_EQ(matching(u"WEB  get"), (Rows{1, 3}));
  EXPECT_EQ(matching(u"bank"), (Rows{0}));  // a service further down
  EXPECT_EQ(matching(u"auth"), (Rows{}));   // an operation further down is no name of the trace
  EXPECT_EQ(matching(u"zpráva čau"), (Rows{2}));
  EXPECT_EQ(matching(u"00d4"), (Rows{3}));  // the id
  EXPECT_EQ(matching(u"cart 00d4"), (Rows{3}));
  EXPECT_EQ(matching(u"cart email"), (Rows{}));
  EXPECT_EQ(matching(u"   "), (Rows{0, 2, 1, 3}));
}

TEST(TraceOrder, MoreWordsThanCanBeCountedAreNoHarm) {
  QString filter;
  for (int i = 0; i < 100; ++i) filter += QStringLiteral("web ");
  EXPECT_EQ(ordered({TraceSort::Start, false, filter}), (Rows{0, 1, 3}));
}

TEST(TraceOrder, TheScaleIsThatOfAllTraces) {
  const auto order =
      orderTraces(*test::snapshotOf(kTraces), {TraceSort::Name, false, QStringLiteral("email")});
  ASSERT_TRUE(order);
  EXPECT_EQ(order->longestNs, 155'000'000);
  EXPECT_EQ(order->firstStartNs, test::kEpochNs);
  EXPECT_EQ(order->lastStartNs, test::kEpochNs + 20'000'000);
}

TEST(TraceOrder, StopsWhenAsked) {
  const auto stop = std::make_unique<std::stop_source>();  // on the stack, g++ 12 takes it for uninitialized
  stop->request_stop();
  EXPECT_FALSE(orderTraces(*test::snapshotOf(kTraces), {}, stop->get_token()));
}

TEST(TraceOrder, NothingIsNothing) {
  EXPECT_TRUE(orderTraces(store::Snapshot(), {})->traces.empty());
}

}  // namespace waybill::ui
