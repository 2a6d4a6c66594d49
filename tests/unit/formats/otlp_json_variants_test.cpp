// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/formats/reading.h"

namespace waybill::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kIds =
    R"("traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174","name":"GET /")";
constexpr std::string_view kTraceBytes = "\x5B\x8E\xFF\xF7\x98\x03\x81\x03\xD2\x69\xB6\x33\x81\x3F\xC6\x0C";
constexpr std::string_view kSpanBytes = "\xEE\xE1\x9B\x7E\xC3\xC1\xB1\x74";

const std::string kSpan =
    "{" + std::string(kIds) + R"(,"startTimeUnixNano":"1000","endTimeUnixNano":"2000"})";
const std::string kResourceSpans = R"({"resource":{},"scopeSpans":[{"spans":[)" + kSpan + "]}]}";
const std::string kDocument = R"({"resourceSpans":[)" + kResourceSpans + "]}";

TEST(OtlpJson, ReadsEveryFieldOfASpan) {
  const Reading reading = readBytes(documentOf(
      std::string(kIds) +
      R"(,"parentSpanId":"0102030405060708","traceState":"ot=th:8","flags":257,"kind":2,)"
      R"("startTimeUnixNano":"1581452772000000321","endTimeUnixNano":"1581452773000000789",)"
      R"("attributes":[{"key":"a","value":{"stringValue":"x\n\u00e9\ud83d\ude00"}}],"droppedAttributesCount":1,)"
      R"("events":[{"timeUnixNano":"5","name":"e","attributes":[{"key":"k","value":{"intValue":"1"}}],)"
      R"("droppedAttributesCount":2}],"droppedEventsCount":3,)"
      R"("links":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","traceState":"s",)"
      R"("attributes":[{"key":"l","value":{"boolValue":true}}],"droppedAttributesCount":4,"flags":256}],)"
      R"("droppedLinksCount":5,"status":{"message":"bad","code":2})"));
  ASSERT_EQ(reading.spans(), 1U) << reading.file.error;
  const otlp::SpanView span = reading.span();
  EXPECT_EQ(span.traceId, kTraceBytes);
  EXPECT_EQ(span.spanId, kSpanBytes);
  EXPECT_EQ(span.parentSpanId, "\x01\x02\x03\x04\x05\x06\x07\x08");
  EXPECT_EQ(span.traceState, "ot=th:8");
  EXPECT_EQ(span.flags, 257U);
  EXPECT_EQ(span.kind, otlp::SpanKind::Server);
  EXPECT_EQ(span.name, "GET /");
  EXPECT_EQ(span.startNs, 1581452772000000321U);
  EXPECT_EQ(span.endNs, 1581452773000000789U);
  EXPECT_EQ(span.status, otlp::StatusCode::Error);
  EXPECT_EQ(span.statusMessage, "bad");
  EXPECT_EQ(span.droppedAttributes, 1U);
  EXPECT_EQ(span.droppedEvents, 3U);
  EXPECT_EQ(span.droppedLinks, 5U);
  EXPECT_THAT(reading.attributes(), ElementsAre("a=x\n\u00e9\U0001F600"));
  ASSERT_EQ(span.events().size(), 1U);
  EXPECT_EQ(span.events()[0].name, "e");
  EXPECT_EQ(span.events()[0].timeNs, 5U);
  EXPECT_EQ(span.events()[0].attributes.at(0).value.integer(), 1);
  EXPECT_EQ(span.events()[0].droppedAttributes, 2U);
  ASSERT_EQ(span.links().size(), 1U);
  EXPECT_EQ(span.links()[0].traceId, kTraceBytes);
  EXPECT_EQ(span.links()[0].spanId, kSpanBytes);
  EXPECT_EQ(span.links()[0].flags, 256U);
  EXPECT_EQ(span.links()[0].droppedAttributes, 4U);
  EXPECT_TRUE(span.links()[0].attributes.at(0).value.boolean());
  EXPECT_EQ(reading.snapshot->service(SpanRow(0)), "cart");
  EXPECT_EQ(reading.snapshot->scope(SpanRow(0)).name, "lib");
}

TEST(OtlpJson, ReadsEveryShapeOfADocument) {
  const auto shapes = {
      kDocument,
      "\xEF\xBB\xBF" + kDocument,
      "  \n" + kDocument + "\r\n",
      "[" + kDocument + "]",
      "[" + kResourceSpans + "]",
      kResourceSpans,
      R"({"data":)" + kDocument + "}",
      R"({"result":)" + kDocument + "}",
      R"({"trace":)" + kDocument + R"(,"metrics":{"a":1},"status":"ok"})",
      R"({"data":{"trace":)" + kDocument + "}}",
      R"({"batches":[)" + kResourceSpans + "]}",
      R"({"resource_spans":[{"scope_spans":[{"spans":[)" + kSpan + "]}]}]}",
      R"({"resourceSpans":[{"instrumentationLibrarySpans":[{"instrumentationLibrary":{"name":"x"},"spans":[)" +
          kSpan + "]}]}]}",
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + kSpan + R"(],"scope":{}}],"resource":{}}]})",
      R"({"resource\u0053pans":[)" + kResourceSpans + "]}",
      R"({"resourceSpans":)" + kResourceSpans + "}",
      R"({"other":[[[{}]]],"resourceSpans":[)" + kResourceSpans + R"(],"more":null})",
  };
  for (const std::string& shape : shapes) {
    const Reading reading = readBytes(shape);
    EXPECT_EQ(reading.spans(), 1U) << shape << "\n" << reading.file.error;
    EXPECT_EQ(reading.file.format, "otlp-json");
    EXPECT_TRUE(reading.snapshot->diagnostics().empty()) << shape;
  }
}

TEST(OtlpJson, ReadsManyDocuments) {
  EXPECT_EQ(readBytes(kDocument + "\n" + kDocument + "\n").spans(), 2U);
  EXPECT_EQ(readBytes(kDocument + "\r\n\r\n" + kDocument).spans(), 2U);
  EXPECT_EQ(readBytes(kDocument + kDocument + kDocument).spans(), 3U);
  EXPECT_EQ(readBytes(kDocument + ",\n" + kDocument).spans(), 2U);
  EXPECT_EQ(readBytes("{\n \"resourceSpans\":\n[" + kResourceSpans + "\n]\n}\n" + kDocument).spans(), 2U);
  EXPECT_EQ(readBytes("\x1e" + kDocument + "\n\x1e" + kDocument).spans(), 0U);  // RS first: not recognised
  EXPECT_EQ(readBytes(kDocument + "\n\x1e" + kDocument).spans(), 2U);
}

TEST(OtlpJson, ReadsSnakeCaseKeys) {
  const Reading reading = readBytes(
      R"({"resource_spans":[{"scope_spans":[{"spans":[{"trace_id":"5b8efff798038103d269b633813fc60c",)"
      R"("span_id":"eee19b7ec3c1b174","parent_span_id":"0102030405060708","trace_state":"t",)"
      R"("start_time_unix_nano":1,"end_time_unix_nano":2,"dropped_attributes_count":1,"dropped_events_count":2,)"
      R"("dropped_links_count":3,"attributes":[{"key":"a","value":{"string_value":"b"}},)"
      R"({"key":"i","value":{"int_value":3}},{"key":"l","value":{"array_value":{"values":[{"bool_value":true}]}}}],)"
      R"("events":[{"time_unix_nano":4}],"links":[{"trace_id":"5b8efff798038103d269b633813fc60c"}]}]}]}]})");
  ASSERT_EQ(reading.spans(), 1U) << reading.file.error;
  EXPECT_EQ(reading.span().traceId, kTraceBytes);
  EXPECT_EQ(reading.span().parentSpanId.size(), 8U);
  EXPECT_EQ(reading.span().startNs, 1U);
  EXPECT_EQ(reading.span().endNs, 2U);
  EXPECT_EQ(reading.span().droppedLinks, 3U);
  EXPECT_EQ(reading.span().events().at(0).timeNs, 4U);
  EXPECT_EQ(reading.span().links().at(0).traceId, kTraceBytes);
  EXPECT_THAT(reading.attributes(), ElementsAre("a=b", "i=3", "l=[true]"));
}

TEST(OtlpJson, ReadsIdsInEverySpelling) {
  const auto traceId = [](std::string_view id) {
    return std::string(
        readBytes(documentOf("\"traceId\":\"" + std::string(id) + "\",\"spanId\":\"0102030405060708\""))
            .span()
            .traceId);
  };
  EXPECT_EQ(traceId("5b8efff798038103d269b633813fc60c"), kTraceBytes);
  EXPECT_EQ(traceId("W47/95gDgQPSabYzgT/GDA=="), kTraceBytes);
  EXPECT_EQ(traceId("W47\\/95gDgQPSabYzgT\\/GDA=="), kTraceBytes);
  EXPECT_EQ(traceId("W47_95gDgQPSabYzgT_GDA"), kTraceBytes);
  EXPECT_EQ(traceId("d269b633813fc60c"), std::string(8, '\0') + std::string(kTraceBytes.substr(8)));
  EXPECT_EQ(traceId("trace-001"), "trace-001");
  EXPECT_EQ(traceId(""), "");

  const Reading words =
      readBytes(documentOf(R"("traceId":"my-trace","spanId":"span001","parentSpanId":null)"));
  EXPECT_EQ(words.count(DiagnosticKind::NonHexId), 2U);
  EXPECT_EQ(words.span().spanId, "span001");
  EXPECT_EQ(readBytes(documentOf(R"("spanId":"7uGbfsPBsXQ=")")).span().spanId, kSpanBytes);
  EXPECT_EQ(readBytes(documentOf(R"("spanId":12345)")).span().spanId, "12345");
}

TEST(OtlpJson, ReadsEnumsByNumberAndName) {
  const auto kind = [](std::string_view value) {
    return readBytes(documentOf(std::string(kIds) + ",\"kind\":" + std::string(value))).span().kind;
  };
  for (const std::string_view value :
       {"3", "\"3\"", "\"SPAN_KIND_CLIENT\"", "\"client\"", "\"Client\"", "3.0"}) {
    EXPECT_EQ(kind(value), otlp::SpanKind::Client) << value;
  }
  EXPECT_EQ(kind("null"), otlp::SpanKind::Unspecified);
  EXPECT_EQ(kind("\"nonsense\""), otlp::SpanKind::Unspecified);
  for (const std::string_view value : {R"({"code":"STATUS_CODE_ERROR"})", R"({"code":2})", R"({"code":"2"})",
                                       R"({"code":"error"})", R"("ERROR")", "2"}) {
    EXPECT_EQ(readBytes(documentOf(std::string(kIds) + ",\"status\":" + std::string(value))).span().status,
              otlp::StatusCode::Error)
        << value;
  }
}

TEST(OtlpJson, ReadsTimesInEverySpelling) {
  const auto start = [](std::string_view value) {
    return readBytes(documentOf(std::string(kIds) + ",\"startTimeUnixNano\":" + std::string(value)))
        .span()
        .startNs;
  };
  EXPECT_EQ(start("1581452772000000321"), 1581452772000000321U);
  EXPECT_EQ(start("\"1581452772000000321\""), 1581452772000000321U);
  EXPECT_EQ(start("1.5e18"), 1500000000000000000U);
  EXPECT_EQ(start("\"1.5E18\""), 1500000000000000000U);
  EXPECT_EQ(start("1581452772000000256.0"), 1581452772000000256U);
  EXPECT_EQ(start("null"), 0U);
  EXPECT_EQ(start("-5"), 0U);
  EXPECT_EQ(start("\"yesterday\""), 0U);
  const Reading negative = readBytes(documentOf(std::string(kIds) + R"(,"startTimeUnixNano":-5)"));
  EXPECT_EQ(negative.count(DiagnosticKind::TimeOutOfRange), 1U);
  const Reading huge = readBytes(documentOf(std::string(kIds) + R"(,"startTimeUnixNano":1e30)"));
  EXPECT_GE(huge.count(DiagnosticKind::TimeOutOfRange), 1U);
}

TEST(OtlpJson, ReadsValuesInEverySpelling) {
  const Reading reading = readBytes(documentOf(std::string(kIds) + R"(,"attributes":[
      {"key":"s","value":{"stringValue":"x"}}, {"value":{"stringValue":"y"},"key":"valueFirst"},
      {"key":"sn","value":{"stringValue":5}}, {"key":"i","value":{"intValue":"-7"}}, {"key":"in","value":{"intValue":7}},
      {"key":"if","value":{"intValue":7.0}}, {"key":"ih","value":{"intValue":7.5}},
      {"key":"b","value":{"boolValue":true}}, {"key":"bs","value":{"boolValue":"false"}},
      {"key":"d","value":{"doubleValue":1.5}}, {"key":"ds","value":{"doubleValue":"2.5"}},
      {"key":"y","value":{"bytesValue":"AQI="}}, {"key":"yu","value":{"bytesValue":"-_8"}},
      {"key":"a","value":{"arrayValue":{"values":[{"stringValue":"p"},{"intValue":"1"}]}}},
      {"key":"ad","value":{"arrayValue":[1,"two"]}},
      {"key":"k","value":{"kvlistValue":{"values":[{"key":"in","value":{"intValue":"2"}}]}}},
      {"key":"plain","value":"text"}, {"key":"plainNumber","value":4}, {"key":"n","value":null},
      {"key":"e","value":{}}, {"key":"none"}, null, {"key":"nul","value":{"stringValue":null}}])"));
  ASSERT_EQ(reading.spans(), 1U) << reading.file.error;
  EXPECT_THAT(reading.attributes(), ElementsAre("s=x", "valueFirst=y", "sn=5", "i=-7", "in=7", "if=7",
                                                "ih=7.5", "b=true", "bs=false", "d=1.5", "ds=2.5", "y=AQI=",
                                                "yu=+/8=", R"(a=["p",1])", R"(ad=[1,"two"])", R"(k={"in":2})",
                                                "plain=text", "plainNumber=4", "n=", "e=", "none=", "nul="));
  const Reading reals = readBytes(documentOf(std::string(kIds) + R"(,"attributes":[
      {"key":"n","value":{"doubleValue":"NaN"}},{"key":"p","value":{"doubleValue":"Infinity"}},
      {"key":"m","value":{"doubleValue":"-Infinity"}}])"));
  const auto span = reals.span();
  const auto attributes = span.attributes();
  ASSERT_EQ(attributes.size(), 3U);
  EXPECT_NE(attributes[0].value.real(), attributes[0].value.real());
  EXPECT_GT(attributes[1].value.real(), 1e308);
  EXPECT_LT(attributes[2].value.real(), -1e308);
}

TEST(OtlpJson, ReadsAttributesGivenAsAnObject) {
  const Reading reading = readBytes(documentOf(
      std::string(kIds) +
      R"(,"attributes":{"a":"x","n":1,"r":1.5,"t":true,"w":{"stringValue":"in"},"o":{"p":[1,2]}})"));
  EXPECT_THAT(reading.attributes(), ElementsAre("a=x", "n=1", "r=1.5", "t=true", "w=in", R"(o={"p":[1,2]})"));
}

TEST(OtlpJson, KeepsDuplicateKeysAndIgnoresUnknownOnes) {
  const Reading reading = readBytes(documentOf(
      std::string(kIds) +
      R"(,"name":"last","x":{"y":[1,{"z":"}"}]},"attributes":[{"key":"a","value":{"intValue":1}}],)"
      R"("attributes":[{"key":"b","value":{"intValue":2}}])"));
  EXPECT_EQ(reading.span().name, "last");
  EXPECT_THAT(reading.attributes(), ElementsAre("a=1", "b=2"));
}

TEST(OtlpJson, LeavesOutValuesNestedTooDeep) {
  std::string value = R"({"stringValue":"deep"})";
  for (int i = 0; i < 200; ++i) value = R"({"arrayValue":{"values":[)" + value + "]}}";
  const Reading reading =
      readBytes(documentOf(std::string(kIds) + R"(,"attributes":[{"key":"a","value":)" + value + "}]"));
  EXPECT_EQ(reading.spans(), 1U);
  EXPECT_EQ(reading.count(DiagnosticKind::AttributeNestedTooDeep), 1U);
}

TEST(OtlpJson, SurvivesBracketsNestedAHundredThousandDeep) {
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  const Reading alone = readBytes(deep);
  EXPECT_EQ(alone.spans(), 0U);
  EXPECT_FALSE(alone.file.error.empty());
  const Reading inside = readBytes(documentOf(std::string(kIds) + ",\"unknown\":" + deep));
  EXPECT_EQ(inside.spans(), 1U) << inside.file.error;
  const Reading objects = readBytes([] {
    std::string text;
    for (int i = 0; i < 100000; ++i) text += "{\"a\":";
    return text;
  }());
  EXPECT_FALSE(objects.file.error.empty());
}

TEST(OtlpJson, CountsDocumentsOfOtherSignals) {
  const Reading reading = readBytes("{\"resourceLogs\":[{}]}\n" + kDocument +
                                    "\n{\"resourceMetrics\":[{}]}\n{\"resourceMetrics\":[]}\n{\"else\":1}\n");
  EXPECT_EQ(reading.spans(), 1U);
  EXPECT_EQ(reading.file.error, "");
  EXPECT_EQ(reading.count(DiagnosticKind::OtherSignal), 3U);
  EXPECT_EQ(reading.count(DiagnosticKind::UnknownDocument), 1U);
  EXPECT_THAT(readBytes("{\"resourceMetrics\":[{}]}\n").file.error,
              HasSubstr("holds OTLP metrics and no traces"));
}

}  // namespace
}  // namespace waybill::tests
