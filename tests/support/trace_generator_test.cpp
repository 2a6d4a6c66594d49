// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/trace_generator.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "analysis/trace_tree.h"
#include "base/bytes.h"
#include "ingest/file_loader.h"
#include "store/trace_store.h"

namespace waybill::test {
namespace {

constexpr TraceShape kShapes[] = {TraceShape::Mixed, TraceShape::Chain, TraceShape::Wide};

// Loaded as a user's file would be.
std::shared_ptr<const store::Snapshot> load(const GeneratorOptions& options) {
  store::TraceStore store;
  const auto report = ingest::loadBytes(generateTraces(options), "generated", store);
  EXPECT_EQ(report.firstError(), "");
  EXPECT_TRUE(store.snapshot()->diagnostics().entries().empty());
  return store.snapshot();
}

TEST(TraceGenerator, TheSameSeedIsTheSameFile) {
  for (const TraceShape shape : kShapes) {
    EXPECT_EQ(generateTraces({3, 200, shape, 5, {}}), generateTraces({3, 200, shape, 5, {}}));
    EXPECT_NE(generateTraces({3, 200, shape, 5, {}}), generateTraces({3, 200, shape, 6, {}}));
  }
}

TEST(TraceGenerator, MakesAsManySpansAsAskedAndOneRoot) {
  for (const TraceShape shape : kShapes) {
    for (const uint64_t spans : {1, 2, 7, 600, 3000}) {
      const auto snapshot = load({2, spans, shape, 1, {}});
      EXPECT_EQ(snapshot->traceCount(), 2U);
      EXPECT_EQ(snapshot->spanCount(), 2 * spans);
      const analysis::TraceTree tree = analysis::buildTraceTree(snapshot, TraceIndex(1));
      EXPECT_EQ(tree.size(), spans);
      EXPECT_EQ(tree.roots.size(), 1U);
    }
  }
  EXPECT_EQ(generateTraces({0, 10, TraceShape::Mixed, 1, {}}), "");
  EXPECT_EQ(generateTraces({10, 0, TraceShape::Mixed, 1, {}}), "");
}

TEST(TraceGenerator, ShapesAreWhatTheyAreCalled) {
  const analysis::TraceTree chain =
      analysis::buildTraceTree(load({1, 500, TraceShape::Chain, 1, {}}), TraceIndex(0));
  for (uint32_t i = 1; i < 500; ++i) EXPECT_EQ(chain.parent[i], i - 1);
  const analysis::TraceTree wide =
      analysis::buildTraceTree(load({1, 500, TraceShape::Wide, 1, {}}), TraceIndex(0));
  for (uint32_t i = 1; i < 500; ++i) EXPECT_EQ(wide.parent[i], 0U);
}

TEST(TraceGenerator, EveryEncodingHoldsTheSameSpans) {
  for (const TraceShape shape : kShapes) {
    std::vector<std::set<std::string>> spans;
    for (const TraceEncoding encoding :
         {TraceEncoding::OtlpProto, TraceEncoding::OtlpProtoDelimited, TraceEncoding::OtlpJsonLines}) {
      const auto snapshot = load({4, 300, shape, 9, encoding});
      std::set<std::string>& texts = spans.emplace_back();
      for (uint32_t row = 0; row < snapshot->spanCount(); ++row) {
        const otlp::SpanView span = snapshot->span(SpanRow(row));
        std::string text = otlp::idText(span.traceId) + otlp::idText(span.spanId) +
                           otlp::idText(span.parentSpanId) + std::string(span.name) +
                           std::to_string(span.startNs) + std::to_string(span.endNs) +
                           std::to_string(span.flags) + std::string(snapshot->service(SpanRow(row)));
        for (const otlp::AttributeView& attribute : span.attributes()) {
          text += std::string(attribute.key) + std::string(typeName(attribute.value.type())) +
                  valueText(attribute.value);
        }
        text += std::to_string(span.events().size()) + std::to_string(span.links().size());
        texts.insert(text);
      }
    }
    EXPECT_EQ(spans[0], spans[1]);
    EXPECT_EQ(spans[0], spans[2]);
  }
}

TEST(TraceGenerator, IsBelievable) {
  const auto snapshot = load({1, 20'000, TraceShape::Mixed, 1, {}});
  const double bytes = static_cast<double>(snapshot->wireBytes()) / snapshot->spanCount();
  EXPECT_GT(bytes, 350);
  EXPECT_LT(bytes, 500);
  EXPECT_EQ(snapshot->allServices().size(), 12U);
  double errors = 0, attributes = 0;
  std::map<otlp::SpanKind, int> kinds;
  for (uint32_t row = 0; row < snapshot->spanCount(); ++row) {
    errors += snapshot->status(SpanRow(row)) == otlp::StatusCode::Error ? 1 : 0;
    attributes += static_cast<double>(snapshot->span(SpanRow(row)).attributes().size());
    ++kinds[snapshot->kind(SpanRow(row))];
  }
  EXPECT_NEAR(errors / snapshot->spanCount(), 0.01, 0.005);
  EXPECT_NEAR(attributes / snapshot->spanCount(), 9.5, 1);
  EXPECT_EQ(kinds.size(), 5U);
}

TEST(TraceGenerator, BatchesHoldAtMost512Spans) {
  const std::string bytes = generateTraces({1, 5000, TraceShape::Wide, 1, TraceEncoding::OtlpProtoDelimited});
  size_t batches = 0;
  for (size_t at = 0; at < bytes.size(); ++batches) {
    ASSERT_LE(at + 4, bytes.size());
    const uint32_t length = loadBigEndian32(bytes.data() + at);
    EXPECT_LT(length, 512 * 700U);
    at += 4 + length;
    ASSERT_LE(at, bytes.size());
  }
  EXPECT_GE(batches, 5000U / 512);
}

TEST(TraceGenerator, StopsWhenTheSinkRefuses) {
  int calls = 0;
  EXPECT_FALSE(
      generateTraces({1000, 1000, TraceShape::Mixed, 1, {}}, [&](std::string_view) { return ++calls < 3; }));
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace waybill::test
