// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/attribute_columns.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "unit/query/random_spans.h"

namespace waybill::query {
namespace {

AttributeColumns::Limits limits(size_t bytes, std::optional<uint64_t> available = std::nullopt) {
  return {bytes, 1000, [available] { return available; }};
}

}  // namespace

TEST(AttributeColumns, AreReadOnceAndKept) {
  const auto snapshot = plainSpans(1'000);
  AttributeColumns columns(limits(1 << 20));
  EXPECT_EQ(columns.peek(*snapshot, "even"), nullptr);
  const auto column = columns.get(*snapshot, "even", 1);
  ASSERT_NE(column, nullptr);
  bool read = false;
  EXPECT_EQ(columns.get(*snapshot, "even", 1, {}, [&](uint64_t, uint64_t) { read = true; }), column);
  EXPECT_FALSE(read);
  EXPECT_EQ(columns.peek(*snapshot, "even"), column);
  EXPECT_GT(columns.heapBytes(), 0U);
  columns.clear();
  EXPECT_EQ(columns.heapBytes(), 0U);
}

TEST(AttributeColumns, FollowAStoreThatGrows) {
  store::TraceStore store;
  RandomSpans spans(1);
  spans.append(store, 10);
  const auto early = store.snapshot();
  AttributeColumns columns(limits(1 << 20));
  columns.get(*early, "a", 1);
  spans.append(store, 10);
  const auto late = store.snapshot();
  EXPECT_EQ(columns.peek(*late, "a"), nullptr);
  const auto column = columns.get(*late, "a", 1);
  EXPECT_EQ(column->rows(), 20U);
  EXPECT_EQ(columns.get(*early, "a", 1), column) << "who is behind gets more, not less";
}

TEST(AttributeColumns, BelongToOneStore) {
  AttributeColumns columns(limits(1 << 20));
  columns.get(*plainSpans(100), "even", 1);
  const auto other = plainSpans(10);
  EXPECT_EQ(columns.get(*other, "even", 1)->rows(), 10U);
}

TEST(AttributeColumns, TheLeastRecentlyUsedGoesFirstWhenThereAreTooMany) {
  const auto snapshot = plainSpans(10'000);
  AttributeColumns all(limits(1 << 30));
  for (const char* key : {"even", "nobody", "third"}) all.get(*snapshot, key, 1);
  AttributeColumns columns(limits(all.heapBytes() - 1));
  columns.get(*snapshot, "even", 1);
  const auto held = columns.get(*snapshot, "nobody", 1);
  columns.get(*snapshot, "even", 1);   // used again
  columns.get(*snapshot, "third", 1);  // with this one, too much
  EXPECT_NE(columns.peek(*snapshot, "third"), nullptr) << "what was asked for last stays";
  EXPECT_EQ(columns.peek(*snapshot, "nobody"), nullptr);
  EXPECT_NE(columns.peek(*snapshot, "even"), nullptr);
  EXPECT_LT(columns.heapBytes(), all.heapBytes());
  EXPECT_EQ(held->rows(), 10'000U) << "who holds a column keeps it";
}

TEST(AttributeColumns, GoWhenTheSystemRunsOutOfMemory) {
  const auto snapshot = plainSpans(10'000);
  uint64_t available = UINT64_MAX;
  AttributeColumns columns({1 << 30, uint64_t{1} << 20, [&available] { return std::optional(available); }});
  columns.get(*snapshot, "even", 1);
  columns.get(*snapshot, "third", 1);
  columns.trim();
  EXPECT_NE(columns.peek(*snapshot, "even"), nullptr);
  EXPECT_NE(columns.peek(*snapshot, "third"), nullptr);
  available = (uint64_t{1} << 20) - 100;  // a hundred bytes too few: one column is enough
  columns.trim();
  EXPECT_EQ(columns.peek(*snapshot, "even"), nullptr);
  EXPECT_NE(columns.peek(*snapshot, "third"), nullptr);
  available = 0;
  columns.trim();
  EXPECT_EQ(columns.heapBytes(), 0U);
}

TEST(AttributeColumns, AStoppedReadLeavesNothingHalf) {
  const auto snapshot = plainSpans(200'000);
  AttributeColumns columns(limits(1 << 30));
  const auto stop = std::make_unique<std::stop_source>();
  EXPECT_EQ(columns.get(*snapshot, "even", 1, stop->get_token(), [&](uint64_t, uint64_t) { stop->request_stop(); }),
            nullptr);
  EXPECT_EQ(columns.peek(*snapshot, "even"), nullptr);
  EXPECT_GT(columns.heapBytes(), 0U) << "what was read counts";
  const auto column = columns.get(*snapshot, "even", 1);
  ASSERT_NE(column, nullptr);
  EXPECT_EQ(column->rows(), 200'000U);
}

TEST(AttributeColumns, ManyThreadsMayAskAtOnce) {
  store::TraceStore store;
  RandomSpans spans(2);
  spans.append(store, 1'000);
  AttributeColumns columns(limits(100'000));
  std::atomic<bool> done{false};
  std::vector<std::jthread> readers;
  for (int t = 0; t < 4; ++t) {
    readers.emplace_back([&, t] {
      const char* const keys[] = {"a", "b", "unique"};
      for (int i = 0; !done || i < 20; ++i) {
        const auto snapshot = store.snapshot();
        const auto column = columns.get(*snapshot, keys[(i + t) % 3], 2);
        ASSERT_NE(column, nullptr);
        ASSERT_GE(column->rows(), snapshot->spanCount());
        for (uint32_t row = 0; row < snapshot->spanCount(); row += 97) {
          const uint32_t code = column->code(*snapshot, SpanRow(row));
          ASSERT_LT(code, column->codes());
          ASSERT_LE(code == 0 ? 0 : otlp::valueText(column->value(code)).size(), 1'000U);
        }
        columns.trim();
        if (i > 10'000) break;
      }
    });
  }
  for (int i = 0; i < 30; ++i) spans.append(store, 500);
  done = true;
}

TEST(AvailableMemory, IsKnownHere) {
#ifdef __linux__
  ASSERT_TRUE(availableMemory());
  EXPECT_GT(*availableMemory(), uint64_t{1} << 20);
#endif
}

}  // namespace waybill::query
