// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/attribute_column_builder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "unit/query/random_spans.h"

namespace waybill::query {
namespace {

using store::Snapshot;

// What the views say that a span has: its own, its scope's, its resource's.
std::optional<otlp::ValueView> naive(const Snapshot& snapshot, SpanRow row, std::string_view key, AttributeScope scope) {
  const auto last = [key](const std::vector<otlp::AttributeView>& attributes) {
    std::optional<otlp::ValueView> found;
    for (const auto& attribute : attributes) {
      if (attribute.key == key) found = attribute.value;
    }
    return found;
  };
  const bool any = scope == AttributeScope::Any;
  std::optional<otlp::ValueView> value;
  if (any || scope == AttributeScope::Span) value = snapshot.span(row).attribute(key);
  if (!value && (any || scope == AttributeScope::Scope)) value = last(snapshot.scope(row).attributes);
  if (!value && (any || scope == AttributeScope::Resource)) value = last(snapshot.resource(row).attributes);
  return value;
}

std::string shown(const std::optional<otlp::ValueView>& value) {
  return value ? std::string(otlp::typeName(value->type())) + ":" + otlp::valueText(*value) : "absent";
}

void expectRight(const Snapshot& snapshot, const AttributeColumn& column, std::string_view key, uint32_t from = 0) {
  for (const AttributeScope scope :
       {AttributeScope::Any, AttributeScope::Span, AttributeScope::Scope, AttributeScope::Resource}) {
    for (uint32_t i = from; i < snapshot.spanCount(); ++i) {
      const uint32_t code = column.code(snapshot, SpanRow(i), scope);
      const std::string got = shown(code == 0 ? std::nullopt : std::optional(column.value(code)));
      ASSERT_EQ(got, shown(naive(snapshot, SpanRow(i), key, scope))) << key << " of row " << i;
    }
  }
}

}  // namespace

TEST(AttributeColumn, HoldsWhatSpansScopesAndResourcesSay) {
  store::TraceStore store;
  RandomSpans(4).append(store, 20'000);
  const auto snapshot = store.snapshot();
  ASSERT_EQ(snapshot->spanCount(), 20'000U);
  for (const char* key : {"a", "b", "", "unique", "nobody"}) {
    AttributeColumnBuilder builder(key);
    const auto column = builder.extend(*snapshot, 2);
    ASSERT_NE(column, nullptr);
    EXPECT_EQ(column->isEmpty(), std::string_view(key) == "nobody");
    expectRight(*snapshot, *column, key);
  }
}

TEST(AttributeColumn, EqualValuesShareACode) {
  const auto snapshot = plainSpans(1'000);
  AttributeColumnBuilder builder("even");
  const auto column = builder.extend(*snapshot, 1);
  EXPECT_EQ(column->codes(), 6U) << "0, 2, 4, 6, 8 and none";
  EXPECT_EQ(column->code(*snapshot, SpanRow(12)), column->code(*snapshot, SpanRow(2)));
  EXPECT_EQ(column->code(*snapshot, SpanRow(13)), 0U);
}

TEST(AttributeColumn, DoesNotDependOnTheNumberOfThreads) {
  const auto snapshot = plainSpans(300'000);
  AttributeColumnBuilder one("third"), many("third");
  const auto a = one.extend(*snapshot, 1), b = many.extend(*snapshot, 4);
  ASSERT_EQ(a->codes(), 100'001U);
  ASSERT_EQ(a->codes(), b->codes());
  for (uint32_t i = 0; i < snapshot->spanCount(); ++i) {
    ASSERT_EQ(a->code(*snapshot, SpanRow(i)), b->code(*snapshot, SpanRow(i))) << i;
  }
}

TEST(AttributeColumn, GrowsWithTheStoreAndLeavesOldOnesAsTheyWere) {
  store::TraceStore store;
  RandomSpans spans(5);
  AttributeColumnBuilder builder("a");
  std::shared_ptr<const AttributeColumn> first;
  std::shared_ptr<const Snapshot> firstSnapshot;
  uint32_t before = 0;
  // Over the border of a block, by steps of all sizes.
  for (const uint32_t more : {1U, 7U, 40'000U, 0U, 25'500U, 40U, 70'000U}) {
    spans.append(store, more);
    const auto snapshot = store.snapshot();
    std::vector<uint64_t> done;
    const auto column = builder.extend(*snapshot, 2, {}, [&](uint64_t rows, uint64_t all) {
      done.push_back(rows);
      EXPECT_EQ(all, snapshot->spanCount());
    });
    ASSERT_NE(column, nullptr);
    EXPECT_EQ(column->rows(), snapshot->spanCount());
    for (const uint64_t rows : done) EXPECT_GE(rows, before) << "what was read is not read again";
    expectRight(*snapshot, *column, "a", before);
    if (first == nullptr) {
      first = column;
      firstSnapshot = snapshot;
    }
    before = snapshot->spanCount();
  }
  EXPECT_EQ(first->rows(), 1U);
  expectRight(*firstSnapshot, *first, "a");
  const auto last = builder.extend(*store.snapshot(), 2);
  expectRight(*store.snapshot(), *last, "a");
}

TEST(AttributeColumn, GoesOnWhereItWasStopped) {
  const auto snapshot = plainSpans(400'000);
  AttributeColumnBuilder builder("third");
  uint64_t reached = 0;
  {
    const auto stop = std::make_unique<std::stop_source>();
    EXPECT_EQ(builder.extend(*snapshot, 1, stop->get_token(),
                             [&](uint64_t done, uint64_t) {
                               reached = done;
                               if (done > 100'000) stop->request_stop();
                             }),
              nullptr);
  }
  EXPECT_GT(reached, 100'000U);
  EXPECT_LT(reached, 400'000U);
  std::optional<uint64_t> resumed;
  const auto column = builder.extend(*snapshot, 1, {}, [&](uint64_t done, uint64_t) {
    if (!resumed) resumed = done;
  });
  ASSERT_NE(column, nullptr);
  EXPECT_GT(*resumed, reached);
  expectRight(*snapshot, *column, "third", 390'000);
  EXPECT_EQ(column->codes(), 133'335U);
}

TEST(AttributeColumn, KeepsTheBytesItPointsInto) {
  std::shared_ptr<const AttributeColumn> column;
  {
    const auto snapshot = plainSpans(100);
    AttributeColumnBuilder builder("even");
    column = builder.extend(*snapshot, 1);
  }
  EXPECT_EQ(column->value(2).integer(), 2) << "neither the store nor a snapshot is left";
}

TEST(AttributeColumn, ARareAttributeTakesNextToNothing) {
  const auto snapshot = plainSpans(200'000);
  AttributeColumnBuilder rare("nobody"), dense("even"), unique("third");
  EXPECT_LT(rare.extend(*snapshot, 1)->heapBytes(), 10'000U);
  EXPECT_LT(dense.extend(*snapshot, 1)->heapBytes(), 250'000U) << "a byte a span";
  EXPECT_LT(unique.extend(*snapshot, 1)->heapBytes(), 200'000U * 14) << "a third of the spans, 16 bytes and an index";
}

TEST(CodeBlock, GivesBackWhatItWasGiven) {
  test::Random random(6);
  for (const uint32_t greatest : {0U, 1U, 255U, 256U, 65'535U, 65'536U, UINT32_MAX}) {
    for (const double density : {0.0, 0.001, 0.3, 1.0}) {
      std::vector<uint32_t> codes(CodeBlock::kRows);
      for (uint32_t& code : codes) {
        if (random.chance(density)) code = greatest == 0 ? 7 : static_cast<uint32_t>(random.next() % (uint64_t{greatest} + 1));
      }
      const CodeBlock block(codes);
      std::vector<uint32_t> visited(codes.size());
      block.forEach([&](uint32_t row, uint32_t code) { visited[row] = code; });
      ASSERT_EQ(visited, codes);
      for (uint32_t row = 0; row < codes.size(); row += 101) ASSERT_EQ(block[row], codes[row]);
    }
  }
  EXPECT_TRUE(CodeBlock(std::vector<uint32_t>(10)).isEmpty());
  EXPECT_FALSE(CodeBlock(std::vector<uint32_t>(10, 3)).isEmpty());
  EXPECT_EQ(CodeBlock(std::vector<uint32_t>(10, 3)).heapBytes(), 0U);
}

}  // namespace waybill::query
