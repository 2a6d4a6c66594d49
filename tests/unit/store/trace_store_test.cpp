// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/trace_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "opentelemetry/proto/trace/v1/trace.pb.h"
#include "otlp/id_reader.h"

namespace waybill::store {
namespace {

namespace pb = opentelemetry::proto;

std::shared_ptr<const Chunk> chunkOf(const std::string& bytes, const std::string& file = "test") {
  std::shared_ptr<char[]> copy(new char[bytes.size() + 1]);
  std::copy(bytes.begin(), bytes.end(), copy.get());
  return Chunk::owned(copy, bytes.size(), file, 0);
}

void append(TraceStore& store, const pb::trace::v1::TracesData& message, const std::string& file = "test") {
  const auto chunk = chunkOf(message.SerializeAsString(), file);
  store.append(chunk, chunk->bytes());
  store.publish();
}

pb::trace::v1::ResourceSpans& addResource(pb::trace::v1::TracesData& data, const std::string& service) {
  auto& out = *data.add_resource_spans();
  auto& attribute = *out.mutable_resource()->add_attributes();
  attribute.set_key("service.name");
  attribute.mutable_value()->set_string_value(service);
  out.add_scope_spans()->mutable_scope()->set_name("lib");
  return out;
}

std::string bigEndian(uint64_t value, size_t bytes) {
  std::string out(bytes, '\0');
  for (size_t i = 0; i < 8 && i < bytes; ++i) out[bytes - 1 - i] = static_cast<char>(value >> (8 * i));
  return out;
}

pb::trace::v1::Span& addSpan(pb::trace::v1::ResourceSpans& resource, uint64_t trace, uint64_t id, uint64_t parent,
                             uint64_t start, uint64_t end, const std::string& name = "op") {
  auto& span = *resource.mutable_scope_spans(0)->add_spans();
  span.set_trace_id(bigEndian(trace, 16));
  span.set_span_id(bigEndian(id, 8));
  if (parent != 0) span.set_parent_span_id(bigEndian(parent, 8));
  span.set_name(name);
  span.set_start_time_unix_nano(start);
  span.set_end_time_unix_nano(end);
  return span;
}

}  // namespace

TEST(TraceStore, KeepsRowsSummariesAndBytes) {
  pb::trace::v1::TracesData data;
  auto& web = addResource(data, "web");
  addSpan(web, 1, 10, 0, 1000, 5000, "GET /").set_kind(pb::trace::v1::Span::SPAN_KIND_SERVER);
  auto& db = addResource(data, "db");
  auto& query = addSpan(db, 1, 11, 10, 2000, 6000, "SELECT");
  query.mutable_status()->set_code(pb::trace::v1::Status::STATUS_CODE_ERROR);
  query.set_flags(0x300);
  addSpan(db, 2, 12, 0, 50, 60, "ping");
  TraceStore store;
  append(store, data);

  const auto snapshot = store.snapshot();
  ASSERT_EQ(snapshot->spanCount(), 3U);
  ASSERT_EQ(snapshot->traceCount(), 2U);
  const TraceSummary& trace = snapshot->trace(TraceIndex(0));
  EXPECT_EQ(trace.id, (TraceId{0, 1}));
  EXPECT_EQ(trace.startNs, 1000);
  EXPECT_EQ(trace.endNs, 6000);
  EXPECT_EQ(trace.durationNs(), 4000);  // the root's: what goes on after it is not the request
  EXPECT_EQ(trace.spans, 2U);
  EXPECT_EQ(trace.errors, 1U);
  EXPECT_EQ(trace.root, SpanRow(0));
  ASSERT_EQ(snapshot->services(trace.services).size(), 2U);
  EXPECT_EQ(snapshot->text(snapshot->services(trace.services)[0]), "db");
  EXPECT_EQ(snapshot->name(SpanRow(1)), "SELECT");
  EXPECT_EQ(snapshot->service(SpanRow(1)), "db");
  EXPECT_EQ(snapshot->kind(SpanRow(0)), otlp::SpanKind::Server);
  EXPECT_EQ(snapshot->status(SpanRow(1)), otlp::StatusCode::Error);
  EXPECT_TRUE(snapshot->spans().bits(SpanRow(1)) & SpanBits::kParentRemote);
  EXPECT_EQ(snapshot->span(SpanRow(1)).name, "SELECT");
  EXPECT_EQ(snapshot->scope(SpanRow(1)).name, "lib");
  EXPECT_EQ(snapshot->resource(SpanRow(1)).attributes[0].value.string(), "db");
  EXPECT_EQ(snapshot->findTrace(TraceId{0, 2}), TraceIndex(1));
  EXPECT_FALSE(snapshot->findTrace(TraceId{0, 3}));

  std::vector<uint32_t> rows;
  snapshot->forEachSpan(TraceIndex(0), [&](SpanRow row) { rows.push_back(row.value); });
  EXPECT_EQ(rows, (std::vector<uint32_t>{1, 0}));
}

TEST(TraceStore, AResourceAfterItsSpansCounts) {
  pb::trace::v1::TracesData data;
  addSpan(addResource(data, "late"), 1, 1, 0, 1, 2);
  // Move the resource field behind the scope spans: legal in protobuf.
  pb::trace::v1::ResourceSpans& resource = *data.mutable_resource_spans(0);
  pb::trace::v1::ResourceSpans head, tail;
  *tail.mutable_resource() = resource.resource();
  *head.mutable_scope_spans() = resource.scope_spans();
  const std::string inner = head.SerializeAsString() + tail.SerializeAsString();
  const std::string wire = std::string("\x0a") + static_cast<char>(inner.size()) + inner;
  ASSERT_LT(inner.size(), 128U);
  TraceStore store;
  const auto chunk = chunkOf(wire);
  store.append(chunk, chunk->bytes());
  store.publish();
  EXPECT_EQ(store.snapshot()->service(SpanRow(0)), "late");
}

TEST(TraceStore, ManySmallMessagesShareOneContext) {
  TraceStore store;
  pb::trace::v1::TracesData data;
  for (uint64_t i = 0; i < 1000; ++i) addSpan(addResource(data, "web"), 1, i + 1, 0, 1, 2);
  addSpan(addResource(data, "other"), 1, 2000, 0, 1, 2);
  append(store, data);
  const auto snapshot = store.snapshot();
  EXPECT_EQ(snapshot->spans().context(SpanRow(0)), snapshot->spans().context(SpanRow(999)));
  EXPECT_EQ(snapshot->service(SpanRow(999)), "web");
  EXPECT_EQ(snapshot->service(SpanRow(1000)), "other");
}

TEST(TraceStore, ABigScopeSpansFindsItsScope) {
  pb::trace::v1::TracesData data;
  auto& resource = addResource(data, "web");
  resource.mutable_scope_spans(0)->set_schema_url("https://schema");
  for (uint64_t i = 0; i < 5000; ++i) addSpan(resource, 1, i + 1, 0, 1, 2, "a name of some length, to be big");
  TraceStore store;
  append(store, data);
  EXPECT_EQ(store.snapshot()->scope(SpanRow(4999)).name, "lib");
}

TEST(TraceStore, OdditiesAreKeptAndCounted) {
  pb::trace::v1::TracesData data;
  auto& web = addResource(data, "web");
  addSpan(web, 0, 1, 0, 10, 20);                    // all-zero trace id
  addSpan(web, 1, 0, 0, 10, 20);                    // all-zero span id
  addSpan(web, 1, 2, 0, 0, 20);                     // no start
  addSpan(web, 1, 3, 0, 10, 0);                     // no end
  addSpan(web, 1, 4, 0, 30, 20);                    // ends before it starts
  addSpan(web, 1, 5, 0, 1, UINT64_MAX);             // beyond 2262
  addSpan(web, 1, 6, 0, 10, 20).set_trace_id("w");  // a word
  addSpan(web, 1, 7, 0, 10, 20).set_dropped_links_count(3);
  TraceStore store;
  append(store, data);
  const auto snapshot = store.snapshot();
  EXPECT_EQ(snapshot->spanCount(), 8U);
  const Diagnostics& odd = snapshot->diagnostics();
  EXPECT_EQ(odd.count(DiagnosticKind::InvalidTraceId), 2U);
  EXPECT_EQ(odd.count(DiagnosticKind::InvalidSpanId), 1U);
  EXPECT_EQ(odd.count(DiagnosticKind::StartMissing), 1U);
  EXPECT_EQ(odd.count(DiagnosticKind::EndMissing), 1U);
  EXPECT_EQ(odd.count(DiagnosticKind::NegativeDuration), 1U);
  EXPECT_EQ(odd.count(DiagnosticKind::TimeOutOfRange), 1U);
  EXPECT_EQ(odd.count(DiagnosticKind::DroppedByTheSdk), 1U);
  EXPECT_EQ(snapshot->endNs(SpanRow(5)), INT64_MAX);
}

TEST(TraceStore, AMissingStartDoesNotDragItsTraceTo1970) {
  constexpr uint64_t kDate = 1'795'000'000'000'000'000;
  pb::trace::v1::TracesData data;
  auto& web = addResource(data, "web");
  addSpan(web, 1, 1, 0, kDate + 5, kDate + 20);
  addSpan(web, 1, 2, 1, 0, kDate + 10);
  addSpan(web, 2, 3, 0, 0, kDate + 10);
  addSpan(web, 2, 4, 3, kDate + 5, kDate + 20);
  addSpan(web, 3, 5, 6, 2, 10);  // times that count from 0
  addSpan(web, 3, 6, 0, 0, 20);
  TraceStore store;
  append(store, data);
  EXPECT_EQ(store.snapshot()->trace(TraceIndex(0)).startNs, static_cast<int64_t>(kDate + 5));
  EXPECT_EQ(store.snapshot()->trace(TraceIndex(1)).startNs, static_cast<int64_t>(kDate + 5));
  EXPECT_EQ(store.snapshot()->trace(TraceIndex(2)).startNs, 0);
}

TEST(TraceStore, TheRootIsTheEarliestSpanWithoutAParent) {
  pb::trace::v1::TracesData data;
  auto& web = addResource(data, "web");
  addSpan(web, 1, 2, 9, 5, 20);
  TraceStore store;
  append(store, data);
  EXPECT_TRUE(store.snapshot()->trace(TraceIndex(0)).rootHasParent);
  pb::trace::v1::TracesData more;
  auto& late = addResource(more, "web");
  addSpan(late, 1, 9, 0, 8, 30);
  addSpan(late, 1, 10, 0, 7, 30);
  append(store, more);
  EXPECT_EQ(store.snapshot()->trace(TraceIndex(0)).root, SpanRow(2));
  EXPECT_FALSE(store.snapshot()->trace(TraceIndex(0)).rootHasParent);
}

TEST(TraceStore, ACutMessageSaysSo) {
  pb::trace::v1::TracesData data;
  auto& web = addResource(data, "web");
  for (uint64_t i = 0; i < 5; ++i) addSpan(web, 1, i + 1, 0, 10, 20);
  const std::string wire = data.SerializeAsString();
  for (size_t length = 1; length < wire.size(); ++length) {
    TraceStore store;
    const auto chunk = chunkOf(wire.substr(0, length));
    store.append(chunk, chunk->bytes());
    store.publish();
    EXPECT_GE(store.snapshot()->diagnostics().count(DiagnosticKind::UnreadableRecord), 1U) << length;
  }
}

TEST(TraceStore, KnownFieldsOfAWrongTypeAreSkipped) {
  // ResourceSpans with its resource and its schema URL as numbers.
  const std::string wire("\x0a\x04\x08\x01\x18\x01", 6);
  TraceStore store;
  const auto chunk = chunkOf(wire);
  store.append(chunk, chunk->bytes());
  store.publish();
  EXPECT_EQ(store.snapshot()->spanCount(), 0U);
}

TEST(TraceStore, DamagedBytesNeverCrash) {
  pb::trace::v1::TracesData data;
  for (int r = 0; r < 4; ++r) {
    auto& web = addResource(data, "web");
    for (uint64_t i = 0; i < 5; ++i) addSpan(web, 1, i + 1, 0, 10, 20);
  }
  const std::string wire = data.SerializeAsString();
  std::mt19937 random(11);
  for (int round = 0; round < 5000; ++round) {
    std::string damaged = wire.substr(0, round % 2 == 0 ? random() % wire.size() : wire.size());
    for (int i = 0; i < 3 && !damaged.empty(); ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    TraceStore store;
    const auto chunk = chunkOf(damaged);
    store.append(chunk, chunk->bytes());
    store.publish();
    const auto snapshot = store.snapshot();
    for (uint32_t row = 0; row < snapshot->spanCount(); ++row) {
      const auto span = snapshot->span(SpanRow(row));
      EXPECT_LE(span.attributes().size(), damaged.size());
      EXPECT_LE(snapshot->resource(SpanRow(row)).attributes.size(), damaged.size());
    }
  }
}

TEST(TraceStore, ReadersSeeFrozenSnapshotsWhileTheWriterAppends) {
  TraceStore store;
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    uint32_t before = 0;
    while (!done) {
      const auto snapshot = store.snapshot();
      ASSERT_GE(snapshot->spanCount(), before);
      before = snapshot->spanCount();
      uint64_t total = 0;
      for (uint32_t t = 0; t < snapshot->traceCount(); ++t) {
        uint32_t spans = 0;
        snapshot->forEachSpan(TraceIndex(t), [&](SpanRow row) {
          ASSERT_LT(row.value, snapshot->spanCount());
          ASSERT_EQ(snapshot->spans().trace(row), TraceIndex(t));
          ++spans;
        });
        ASSERT_EQ(spans, snapshot->trace(TraceIndex(t)).spans);
        total += spans;
      }
      ASSERT_EQ(total, snapshot->spanCount());
      if (before > 0) {
        ASSERT_FALSE(snapshot->name(SpanRow(before - 1)).empty());
        ASSERT_EQ(snapshot->span(SpanRow(before - 1)).name, snapshot->name(SpanRow(before - 1)));
      }
    }
  });
  for (uint64_t round = 0; round < 300; ++round) {
    pb::trace::v1::TracesData data;
    auto& web = addResource(data, "service " + std::to_string(round % 7));
    for (uint64_t i = 0; i < 40; ++i) {
      addSpan(web, i % 5 + round % 50, round * 40 + i + 1, 0, round + i, round + i + 5, "op " + std::to_string(i * round));
    }
    append(store, data);
  }
  done = true;
}

TEST(TraceStore, HeapStaysBelowTheBarPerSpan) {
  TraceStore store;
  constexpr uint64_t kTraces = 1000, kSpans = 100;
  for (uint64_t t = 0; t < kTraces; ++t) {
    pb::trace::v1::TracesData data;
    auto& web = addResource(data, "web");
    for (uint64_t i = 0; i < kSpans; ++i) addSpan(web, t + 1, t * kSpans + i + 1, 0, i, i + 5);
    append(store, data, "one file");
  }
  EXPECT_LE(store.heapBytes() / (kTraces * kSpans), 64U);
}

}  // namespace waybill::store
