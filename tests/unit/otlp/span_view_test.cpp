// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "otlp/span_view.h"

#include <gtest/gtest.h>

#include <random>

#include "opentelemetry/proto/trace/v1/trace.pb.h"
#include "otlp/json_text.h"
#include "otlp/wire_writer.h"

namespace waybill::otlp {
namespace {

namespace pb = opentelemetry::proto;

pb::trace::v1::Span fullSpan() {
  pb::trace::v1::Span span;
  span.set_trace_id(std::string("0123456789abcdef"));
  span.set_span_id("12345678");
  span.set_parent_span_id("87654321");
  span.set_trace_state("a=1,b=2");
  span.set_name("GET /cart");
  span.set_kind(pb::trace::v1::Span::SPAN_KIND_CLIENT);
  span.set_start_time_unix_nano(1'000);
  span.set_end_time_unix_nano(5'000);
  span.set_flags(0x301);
  span.set_dropped_attributes_count(1);
  span.set_dropped_events_count(2);
  span.set_dropped_links_count(3);
  span.mutable_status()->set_code(pb::trace::v1::Status::STATUS_CODE_ERROR);
  span.mutable_status()->set_message("it broke");
  auto add = [&](const char* key) {
    auto* attribute = span.add_attributes();
    attribute->set_key(key);
    return attribute->mutable_value();
  };
  add("text")->set_string_value("x");
  add("yes")->set_bool_value(true);
  add("minus")->set_int_value(-7);
  add("real")->set_double_value(2.5);
  add("raw")->set_bytes_value(std::string("\0\1", 2));
  add("list")->mutable_array_value()->add_values()->set_int_value(1);
  auto* member = add("map")->mutable_kvlist_value()->add_values();
  member->set_key("inner");
  member->mutable_value()->set_string_value("deep");
  add("nothing");
  add("text")->set_string_value("last wins");
  auto* event = span.add_events();
  event->set_name("exception");
  event->set_time_unix_nano(2'000);
  event->set_dropped_attributes_count(9);
  event->add_attributes()->set_key("exception.type");
  auto* link = span.add_links();
  link->set_trace_id(std::string(16, 'L'));
  link->set_span_id("linkspan");
  link->set_trace_state("c=3");
  link->set_flags(0x100);
  return span;
}

}  // namespace

TEST(SpanView, ReadsWhatLibprotobufWrote) {
  const std::string wire = fullSpan().SerializeAsString();
  const SpanView span(wire);
  EXPECT_EQ(span.traceId, "0123456789abcdef");
  EXPECT_EQ(span.spanId, "12345678");
  EXPECT_EQ(span.parentSpanId, "87654321");
  EXPECT_EQ(span.traceState, "a=1,b=2");
  EXPECT_EQ(span.name, "GET /cart");
  EXPECT_EQ(span.kind, SpanKind::Client);
  EXPECT_EQ(span.startNs, 1'000U);
  EXPECT_EQ(span.endNs, 5'000U);
  EXPECT_EQ(span.flags, 0x301U);
  EXPECT_EQ(span.status, StatusCode::Error);
  EXPECT_EQ(span.statusMessage, "it broke");
  EXPECT_EQ(span.droppedAttributes, 1U);
  EXPECT_EQ(span.droppedEvents, 2U);
  EXPECT_EQ(span.droppedLinks, 3U);
  ASSERT_EQ(span.events().size(), 1U);
  EXPECT_EQ(span.events()[0].name, "exception");
  EXPECT_EQ(span.events()[0].droppedAttributes, 9U);
  ASSERT_EQ(span.links().size(), 1U);
  EXPECT_EQ(span.links()[0].traceState, "c=3");
  EXPECT_EQ(span.links()[0].flags, 0x100U);
}

TEST(SpanView, ReadsEveryTypeOfValue) {
  const std::string wire = fullSpan().SerializeAsString();
  const auto attributes = SpanView(wire).attributes();
  ASSERT_EQ(attributes.size(), 9U);
  std::vector<std::string> texts;
  for (const AttributeView& attribute : attributes) {
    texts.push_back(std::string(typeName(attribute.value.type())) + " " + valueText(attribute.value));
  }
  EXPECT_EQ(texts, (std::vector<std::string>{"string x", "bool true", "int -7", "double 2.5", "bytes AAE=",
                                             "array [1]", "kvlist {\"inner\":\"deep\"}", "empty ", "string last wins"}));
}

TEST(SpanView, TheLastOfDuplicateKeysWins) {
  const std::string wire = fullSpan().SerializeAsString();
  EXPECT_EQ(SpanView(wire).attribute("text")->string(), "last wins");
  EXPECT_FALSE(SpanView(wire).attribute("missing"));
}

TEST(SpanView, NeverThrowsWhateverTheBytes) {
  const std::string wire = fullSpan().SerializeAsString();
  const auto readAll = [](const std::string& bytes) {
    const SpanView span(bytes);
    std::string out;
    JsonWriter json(out);
    writeOtlpJson(json, span);
    return out.size();
  };
  for (size_t length = 0; length < wire.size(); ++length) EXPECT_GT(readAll(wire.substr(0, length)), 0U);
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = wire;
    for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    EXPECT_GT(readAll(damaged), 0U);
  }
}

TEST(SpanView, DeepNestingIsCutNotCrashed) {
  pb::common::v1::AnyValue value;
  value.set_string_value("bottom");
  for (int i = 0; i < 90; ++i) {
    pb::common::v1::AnyValue outer;
    *outer.mutable_array_value()->add_values() = value;
    value = outer;
  }
  const std::string wire = value.SerializeAsString();
  const std::string text = valueText(ValueView(wire));
  EXPECT_NE(text.find("…"), std::string::npos);
}

TEST(IdText, ShowsHexOrTheSendersWord) {
  EXPECT_EQ(idText(std::string_view("\x01\x02\x03\x04\x05\x06\x07\x08", 8)), "0102030405060708");
  EXPECT_EQ(idText("span001"), "span001");
  EXPECT_EQ(idText("\xff\x01"), "ff01");
  EXPECT_EQ(idText(""), "");
}

TEST(OtlpJson, IsWhatTheSpecificationSays) {
  const std::string wire = fullSpan().SerializeAsString();
  std::string out;
  JsonWriter json(out);
  writeOtlpJson(json, SpanView(wire));
  EXPECT_NE(out.find(R"("traceId":"30313233343536373839616263646566")"), std::string::npos) << out;
  EXPECT_NE(out.find(R"("startTimeUnixNano":"1000")"), std::string::npos);
  EXPECT_NE(out.find(R"({"key":"minus","value":{"intValue":"-7"}})"), std::string::npos);
  EXPECT_NE(out.find(R"("status":{"message":"it broke","code":2})"), std::string::npos);
}

TEST(WireWriter, WritesTheSameBytesAsLibprotobuf) {
  for (const size_t length : {size_t{0}, size_t{1}, size_t{127}, size_t{128}, size_t{16'384}, size_t{3'000'000}}) {
    pb::trace::v1::ScopeSpans message;
    auto* span = message.add_spans();
    span->set_span_id("12345678");
    span->set_name(std::string(length, 'n'));
    span->set_start_time_unix_nano(77);
    span->set_flags(5);
    message.set_schema_url("u");

    WireWriter writer;
    const auto open = writer.open(scope_spans::kSpans, 2);
    writer.text(span::kSpanId, "12345678");
    if (length > 0) writer.text(span::kName, std::string(length, 'n'));
    writer.fixed64(span::kStart, 77);
    writer.fixed32(span::kFlags, 5);
    writer.close(open);
    writer.text(scope_spans::kSchemaUrl, "u");
    EXPECT_EQ(writer.bytes(), message.SerializeAsString()) << length;
  }
}

}  // namespace waybill::otlp
