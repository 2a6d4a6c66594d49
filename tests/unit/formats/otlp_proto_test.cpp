// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <google/protobuf/io/coded_stream.h>
#include <gtest/gtest.h>

#include "formats/registry.h"
#include "opentelemetry/proto/trace/v1/trace.pb.h"
#include "unit/formats/reading.h"

namespace waybill::tests {
namespace {

using testing::HasSubstr;

std::string varintLength(std::string_view message) {
  std::string length(10, '\0');
  auto* const begin = reinterpret_cast<uint8_t*>(length.data());
  length.resize(static_cast<size_t>(
      google::protobuf::io::CodedOutputStream::WriteVarint64ToArray(message.size(), begin) - begin));
  return length + std::string(message);
}

// The same wire shape with another record: a metric has a name where a span has its id.
std::string metrics() {
  const std::string metric = std::string("\x0A\x08requests\x12\x01n\x1A\x01") + "1" + "\x2A\x00";
  const auto wrap = [](char tag, const std::string& inner) {
    return std::string(1, tag) + static_cast<char>(inner.size()) + inner;
  };
  return wrap('\x0A', wrap('\x12', wrap('\x12', metric.substr(0, metric.size()))));
}

TEST(OtlpProto, ReadsOneMessage) {
  const Reading reading = readBytes(protoOf(7));
  EXPECT_EQ(reading.file.format, "otlp-proto");
  EXPECT_EQ(reading.file.error, "");
  ASSERT_EQ(reading.spans(), 7U);
  EXPECT_EQ(reading.span(6).name, "GET /6");
  EXPECT_EQ(reading.snapshot->service(SpanRow(0)), "cart");
  EXPECT_TRUE(reading.snapshot->diagnostics().empty());
}

TEST(OtlpProto, ReadsMessagesBehindTheirLengths) {
  const std::string message = protoOf(3);
  EXPECT_EQ(readBytes(bigEndianLength(message) + bigEndianLength(message)).spans(), 6U);
  EXPECT_EQ(readBytes(bigEndianLength("") + bigEndianLength(message)).spans(),
            0U);  // nothing to recognise it by
  EXPECT_EQ(readBytes(bigEndianLength(message) + bigEndianLength("") + bigEndianLength(message)).spans(), 6U);
  EXPECT_EQ(readBytes(varintLength(message) + varintLength(message)).spans(), 6U);
  EXPECT_EQ(readBytes(message + message).spans(), 6U);  // joined files: still one message
}

TEST(OtlpProto, ALargeMessageComesInSlices) {
  std::string name(100000, 'x');
  opentelemetry::proto::trace::v1::TracesData data;
  for (int i = 0; i < 300; ++i) {
    auto* const span = data.add_resource_spans()->add_scope_spans()->add_spans();
    span->set_trace_id(std::string(16, 'a'));
    span->set_span_id("12345678");
    span->set_name(name);
    span->set_start_time_unix_nano(1);
  }
  const Reading reading = readBytes(data.SerializeAsString());
  EXPECT_EQ(reading.spans(), 300U);
  EXPECT_EQ(reading.count(DiagnosticKind::UnreadableRecord), 0U);
  EXPECT_EQ(readBytes(bigEndianLength(data.SerializeAsString())).spans(), 300U);
}

TEST(OtlpProto, CountsMetricsAndSaysSo) {
  EXPECT_THAT(readBytes(metrics()).file.error, HasSubstr("holds OTLP metrics and no traces"));
  EXPECT_THAT(readBytes(bigEndianLength(metrics())).file.error,
              HasSubstr("holds OTLP metrics and no traces"));
  const Reading mixed = readBytes(bigEndianLength(metrics()) + bigEndianLength(protoOf(2)));
  EXPECT_EQ(mixed.spans(), 2U);
  EXPECT_EQ(mixed.file.error, "");
  EXPECT_EQ(mixed.count(DiagnosticKind::OtherSignal), 1U);
}

TEST(OtlpProto, IsTheSameAsItsJson) {
  const Reading json = readBytes(documentOf(
      R"("traceId":"61616161616161616161616161616101","spanId":"7370616e69640178","name":"GET /0",)"
      R"("startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000001000")"));
  const Reading proto = readBytes(protoOf(1));
  ASSERT_EQ(json.spans(), 1U);
  EXPECT_EQ(json.span().message(), proto.span().message());
}

TEST(Describe, SaysWhatOtherInputSeemsToBe) {
  using formats::describeUnknown;
  EXPECT_EQ(describeUnknown("", true), "an empty file");
  EXPECT_EQ(describeUnknown("\x89PNG\r\n\x1a\n", true), "a PNG image");
  EXPECT_EQ(describeUnknown("PK\x03\x04", true), "a ZIP archive");
  EXPECT_EQ(describeUnknown("\x7F"
                            "ELF",
                            true),
            "an ELF program");
  EXPECT_EQ(describeUnknown("%PDF-1.7", true), "a PDF document");
  EXPECT_EQ(describeUnknown(std::string(100, '\0'), false), "binary data, all zeros");
  EXPECT_EQ(describeUnknown("hello\nworld", true), "plain text");
  EXPECT_EQ(describeUnknown("a,b,c\n1,2,3\n", true), "a table (CSV)");
  EXPECT_EQ(describeUnknown("<!DOCTYPE html><html>", true), "an HTML page");
  EXPECT_EQ(describeUnknown("<?xml version='1.0'?>", true), "an XML document");
  EXPECT_EQ(describeUnknown(std::string_view("SQLite format 3\0 ", 17), true), "an SQLite database");
  EXPECT_EQ(describeUnknown("\x01\x02\xFF\xFE", true), "binary data");
  EXPECT_EQ(describeUnknown(R"({"traceEvents":[]})", true), "a Chrome trace");
  EXPECT_EQ(describeUnknown(R"([{"traceId":"1","id":"2"}])", true), "Zipkin JSON");
  EXPECT_EQ(describeUnknown(R"({"data":[{"traceID":"1","spans":[]}]})", true), "Jaeger JSON");
  EXPECT_EQ(describeUnknown(R"({"resourceMetrics":[]})", true), "OTLP metrics");
  EXPECT_EQ(describeUnknown(R"({"a":1})", true), "a JSON document without spans");
}

}  // namespace
}  // namespace waybill::tests
