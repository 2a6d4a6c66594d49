// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "formats/zipkin_json_reader.h"
#include "store/trace_store.h"

namespace waybill::formats {
namespace {

using simdjson::SUCCESS;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// What came of some JSON, as the store sees it.
struct Read {
  ZipkinJsonReader::Outcome outcome;
  uint64_t skipped = 0, nonHexIds = 0, odd = 0;
  std::shared_ptr<const store::Snapshot> snapshot;

  otlp::SpanView span(uint32_t row = 0) const { return snapshot->span(SpanRow(row)); }
  std::string name(uint32_t row) const { return std::string(snapshot->name(SpanRow(row))); }
  std::string service(uint32_t row = 0) const { return std::string(snapshot->service(SpanRow(row))); }
  std::vector<std::string> attributes(uint32_t row = 0) const {
    return texts(snapshot->span(SpanRow(row)).attributes());
  }
  static std::vector<std::string> texts(const std::vector<otlp::AttributeView>& attributes) {
    std::vector<std::string> out;
    for (const otlp::AttributeView& attribute : attributes) {
      out.push_back(std::string(attribute.key) + "=" + otlp::valueText(attribute.value));
    }
    return out;
  }
};

Read read(std::string_view text) {
  ZipkinJsonReader reader("zipkin");
  const simdjson::padded_string padded(text.data(), text.size());
  Read result;
  result.outcome = reader.read(std::string_view(padded.data(), padded.size()), 0);
  result.skipped = reader.skipped();
  result.nonHexIds = reader.spans().diagnostics().count(DiagnosticKind::NonHexId);
  result.odd = reader.spans().diagnostics().count(DiagnosticKind::TimeOutOfRange);
  const uint64_t spans = reader.spans().spanCount();
  const std::string wire = reader.spans().take();
  EXPECT_EQ(reader.spans().take(), "");
  store::TraceStore store;
  std::shared_ptr<char[]> bytes(new char[wire.size() + 1]);
  std::copy(wire.begin(), wire.end(), bytes.get());
  const auto chunk = Chunk::owned(bytes, wire.size(), "zipkin", 0);
  store.append(chunk, chunk->bytes());
  store.publish();
  result.snapshot = store.snapshot();
  EXPECT_EQ(result.snapshot->spanCount(), spans);
  EXPECT_EQ(result.snapshot->diagnostics().count(DiagnosticKind::UnreadableRecord), 0U);
  return result;
}

Read readSpan(const std::string& fields) {
  return read(R"([{"traceId":"5b8efff798038103d269b633813fc60c","id":"eee19b7ec3c1b174")" + fields + "}]");
}

TEST(ZipkinJson, ASpanBecomesOtlp) {
  const Read got = read(R"([{
    "traceId": "5982fe77008310cc80f1da5e10147517", "parentId": "90394f6bcffb5d13", "id": "67fae42571535f60",
    "kind": "SERVER", "name": "/m/n/2.6.1", "timestamp": 1516781775726000, "duration": 26001,
    "localEndpoint": {"serviceName": "apip", "ipv4": "10.1.2.3", "port": 8080},
    "remoteEndpoint": {"serviceName": "gateway", "ipv6": "::1", "port": 54321},
    "annotations": [{"timestamp": 1516781775726100, "value": "wire \"send\""}],
    "tags": {"http.path": "\/api", "data.http_response_code": "201"}
  }])");
  ASSERT_EQ(got.outcome.error, SUCCESS);
  const otlp::SpanView span = got.span();
  EXPECT_EQ(toHex(*traceIdFromBytes(span.traceId)), "5982fe77008310cc80f1da5e10147517");
  EXPECT_EQ(toHex(*spanIdFromBytes(span.spanId)), "67fae42571535f60");
  EXPECT_EQ(toHex(*spanIdFromBytes(span.parentSpanId)), "90394f6bcffb5d13");
  EXPECT_EQ(got.service(), "apip");
  EXPECT_EQ(got.name(0), "/m/n/2.6.1");
  EXPECT_EQ(got.snapshot->kind(SpanRow(0)), otlp::SpanKind::Server);
  EXPECT_EQ(got.snapshot->status(SpanRow(0)), otlp::StatusCode::Unset);
  EXPECT_EQ(got.snapshot->spans().startNs(SpanRow(0)), 1516781775726000000);
  EXPECT_EQ(got.snapshot->spans().durationNs(SpanRow(0)), 26001000);
  EXPECT_THAT(got.attributes(), ElementsAre("net.host.ip=10.1.2.3", "net.host.port=8080",
                                            "peer.service=gateway", "net.peer.ip=::1", "net.peer.port=54321",
                                            "http.path=/api", "data.http_response_code=201"));
  const auto events = span.events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].name, "wire \"send\"");
  EXPECT_EQ(events[0].timeNs, 1516781775726100000U);
}

TEST(ZipkinJson, SpansOfOneServiceAndScopeShareTheirContext) {
  const auto span = [](int id, const std::string& service, const std::string& scope) {
    return R"({"traceId":"1","id":")" + std::to_string(id) + R"(","name":"n)" + std::to_string(id) +
           R"(","localEndpoint":{"serviceName":")" + service + R"("},"tags":{"otel.scope.name":")" + scope +
           R"("}})";
  };
  const Read got = read("[" + span(1, "a", "x") + "," + span(2, "b", "x") + "," + span(3, "a", "x") + "," +
                        span(4, "a", "y") + "]");
  ASSERT_EQ(got.snapshot->spanCount(), 4U);
  const auto contextOf = [&](const std::string& name) {
    for (uint32_t row = 0; row < 4; ++row) {
      if (got.name(row) == name) return got.snapshot->spans().context(SpanRow(row));
    }
    ADD_FAILURE() << name;
    return got.snapshot->spans().context(SpanRow(0));
  };
  EXPECT_EQ(contextOf("n1"), contextOf("n3"));
  EXPECT_NE(contextOf("n1"), contextOf("n2"));
  EXPECT_NE(contextOf("n1"), contextOf("n4"));
  EXPECT_EQ(got.snapshot->traceCount(), 1U);
}

TEST(ZipkinJson, ShortIdsArePaddedOnTheLeft) {
  const Read got = read(R"([{"traceId":"48485a3953bb6124","id":"1","parentId":"ABC"}])");
  EXPECT_EQ(toHex(*traceIdFromBytes(got.span().traceId)), "000000000000000048485a3953bb6124");
  EXPECT_EQ(toHex(*spanIdFromBytes(got.span().spanId)), "0000000000000001");
  EXPECT_EQ(toHex(*spanIdFromBytes(got.span().parentSpanId)), "0000000000000abc");
  EXPECT_EQ(got.nonHexIds, 0U);
}

TEST(ZipkinJson, IdsThatAreNoHexAreKeptAndCounted) {
  const Read got =
      read(R"([{"traceId":"my trace","id":"span-1"},{"traceId":"my trace","id":"12345678901234567"}])");
  EXPECT_EQ(got.nonHexIds, 4U);
  EXPECT_EQ(got.snapshot->traceCount(), 1U);
  EXPECT_EQ(got.span().traceId, "my trace");
}

TEST(ZipkinJson, ASpanThatIsItsOwnParentIsARoot) {
  EXPECT_EQ(readSpan(R"(,"parentId":"eee19b7ec3c1b174")").span().parentSpanId, "");
}

TEST(ZipkinJson, KindsOfEveryCase) {
  const auto kindOf = [](const std::string& fields) { return readSpan(fields).snapshot->kind(SpanRow(0)); };
  EXPECT_EQ(kindOf(R"(,"kind":"CLIENT")"), otlp::SpanKind::Client);
  EXPECT_EQ(kindOf(R"(,"kind":"server")"), otlp::SpanKind::Server);
  EXPECT_EQ(kindOf(R"(,"kind":"PRODUCER")"), otlp::SpanKind::Producer);
  EXPECT_EQ(kindOf(R"(,"kind":"CONSUMER")"), otlp::SpanKind::Consumer);
  EXPECT_EQ(kindOf(R"(,"kind":null)"), otlp::SpanKind::Unspecified);
  EXPECT_EQ(kindOf(R"(,"tags":{"span.kind":"internal"})"), otlp::SpanKind::Internal);
}

TEST(ZipkinJson, TagsSayTheStatus) {
  struct Case {
    std::string tags;
    otlp::StatusCode code;
    std::string message;
    std::vector<std::string> attributes;
  };
  const std::vector<Case> cases = {
      {R"("error":"true")", otlp::StatusCode::Error, "", {}},
      {R"("error":"")", otlp::StatusCode::Error, "", {"error="}},
      {R"("error":"no route to host")",
       otlp::StatusCode::Error,
       "no route to host",
       {"error=no route to host"}},
      {R"("error":"false")", otlp::StatusCode::Unset, "", {"error=false"}},
      {R"("otel.status_code":"OK","error":"late")", otlp::StatusCode::Ok, "", {"error=late"}},
      {R"("otel.status_code":"ERROR","error":"late")", otlp::StatusCode::Error, "late", {"error=late"}},
      {R"("otel.status_code":"ERROR","otel.status_description":"d")", otlp::StatusCode::Error, "d", {}},
      {R"("a":"b")", otlp::StatusCode::Unset, "", {"a=b"}},
  };
  for (const Case& c : cases) {
    const Read got = readSpan(R"(,"tags":{)" + c.tags + "}");
    EXPECT_EQ(got.snapshot->status(SpanRow(0)), c.code) << c.tags;
    EXPECT_EQ(got.span().statusMessage, c.message) << c.tags;
    EXPECT_EQ(got.attributes(), c.attributes) << c.tags;
  }
}

TEST(ZipkinJson, MissingTimesStayMissing) {
  const Read noDuration = readSpan(R"(,"timestamp":1000)");
  EXPECT_EQ(noDuration.snapshot->diagnostics().count(DiagnosticKind::EndMissing), 1U);
  EXPECT_EQ(noDuration.snapshot->spans().startNs(SpanRow(0)), 1000000);
  const Read nothing = readSpan("");
  EXPECT_EQ(nothing.snapshot->diagnostics().count(DiagnosticKind::StartMissing), 1U);
  const Read zero = readSpan(R"(,"timestamp":1000,"duration":0)");
  EXPECT_EQ(zero.snapshot->diagnostics().count(DiagnosticKind::EndMissing), 0U);
}

TEST(ZipkinJson, AStartIsTakenFromTheFirstAnnotation) {
  const Read got = readSpan(
      R"(,"duration":5,"annotations":[{"timestamp":9,"value":"cr"},{"timestamp":7,"value":"cs"},{"value":1}])");
  EXPECT_EQ(got.snapshot->spans().startNs(SpanRow(0)), 7000);
  EXPECT_EQ(got.snapshot->spans().durationNs(SpanRow(0)), 5000);
  EXPECT_THAT(got.attributes(), ElementsAre("otel.zipkin.absentField.startTime=true"));
  EXPECT_EQ(got.span().events().size(), 3U);
}

TEST(ZipkinJson, TimesThatNoWordHoldsAreCounted) {
  const Read got = readSpan(R"(,"timestamp":18446744073709551615,"duration":18446744073709551615)");
  EXPECT_EQ(got.odd, 2U);
  EXPECT_EQ(readSpan(R"(,"timestamp":-5,"duration":"12")").snapshot->spanCount(), 1U);
  EXPECT_EQ(readSpan(R"(,"timestamp":1.5e15,"duration":"12")").snapshot->spans().startNs(SpanRow(0)),
            1500000000000000000);
}

TEST(ZipkinJson, WhatTheCollectorPutsIntoTextsComesBack) {
  const Read got = readSpan(
      R"(,"timestamp":1,"annotations":[{"timestamp":1,"value":"exception|{\"exception.type\":\"IO\",\"n\":-3,)"
      R"(\"r\":1.5,\"b\":true,\"l\":[1,2]}|2"},{"timestamp":1,"value":"a|b|{|c"}],)"
      R"("tags":{"otlp.link.0":"5b8efff798038103d269b633813fc60c|eee19b7ec3c1b174|k=v|{\"x\":\"y\"}|1",)"
      R"("otlp.link.1":"garbage","w3c.tracestate":"a=b","otel.library.name":"lib","otel.library.version":"2"})");
  ASSERT_EQ(got.outcome.error, SUCCESS);
  const auto events = got.span().events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].name, "exception");
  EXPECT_THAT(Read::texts(events[0].attributes),
              ElementsAre("exception.type=IO", "n=-3", "r=1.5", "b=true", "l=[1,2]"));
  EXPECT_EQ(events[0].droppedAttributes, 2U);
  EXPECT_EQ(events[1].name, "a|b|{|c");
  const auto links = got.span().links();
  ASSERT_EQ(links.size(), 1U);
  EXPECT_EQ(toHex(*traceIdFromBytes(links[0].traceId)), "5b8efff798038103d269b633813fc60c");
  EXPECT_EQ(toHex(*spanIdFromBytes(links[0].spanId)), "eee19b7ec3c1b174");
  EXPECT_EQ(links[0].traceState, "k=v");
  EXPECT_THAT(Read::texts(links[0].attributes), ElementsAre("x=y"));
  EXPECT_EQ(got.span().traceState, "a=b");
  EXPECT_EQ(got.snapshot->scope(SpanRow(0)).name, "lib");
  EXPECT_EQ(got.snapshot->scope(SpanRow(0)).version, "2");
  EXPECT_THAT(got.attributes(), ElementsAre("otlp.link.1=garbage"));
  EXPECT_EQ(events[1].timeNs, 1000U);
}

TEST(ZipkinJson, ListsOfListsAndSingleSpansAreReadToo) {
  const std::string span = R"({"traceId":"1","id":"2"})";
  EXPECT_EQ(read("[[" + span + "," + span + "],[" + span + "]]").snapshot->spanCount(), 3U);
  EXPECT_EQ(read(span).snapshot->spanCount(), 1U);
  EXPECT_EQ(read("[]").outcome.error, SUCCESS);
}

TEST(ZipkinJson, WhatIsNoSpanIsSkippedAndCounted) {
  const Read got = read(R"([1,null,"x",{},{"traceId":"1","id":"2","extra":{"a":[1]}},[{"name":"n"}],[[1]]])");
  EXPECT_EQ(got.outcome.error, SUCCESS);
  EXPECT_EQ(got.snapshot->spanCount(), 1U);
  EXPECT_EQ(got.skipped, 6U);
}

TEST(ZipkinJson, DamageIsAnErrorAndWhatStoodBeforeItIsKept) {
  const Read got = read(R"([{"traceId":"1","id":"2"},{"traceId":"1","id":)");
  EXPECT_NE(got.outcome.error, SUCCESS);
  EXPECT_NE(read("[{\"traceId\":\"1\",\"id\":\"\xFF\"}]").outcome.error, SUCCESS);
  EXPECT_NE(read("42").outcome.error, SUCCESS);
  EXPECT_NE(read("").outcome.error, SUCCESS);
  EXPECT_NE(read(std::string(5000, '[')).outcome.error, SUCCESS);
  const Read late = read(R"([{"traceId":"1","id":"2"},{"traceId":"1","id":nope}])");
  EXPECT_NE(late.outcome.error, SUCCESS);
  EXPECT_EQ(late.snapshot->spanCount(), 1U);
}

TEST(ZipkinJson, SaysWhereTheDocumentEnds) {
  const std::string text = R"([{"traceId":"1","id":"2"}] [])";
  const Read got = read(text);
  EXPECT_EQ(got.outcome.error, SUCCESS);
  EXPECT_LT(got.outcome.end, text.size());
}

TEST(ZipkinJson, ManyTagsCostNoMoreThanTheirBytes) {
  std::string tags;
  for (int i = 0; i < 200000; ++i) tags += std::string(i == 0 ? "" : ",") + R"("span.kind":"x")";
  EXPECT_EQ(readSpan(R"(,"tags":{)" + tags + "}").attributes().size(), 200000U);
}

TEST(ZipkinJson, EscapesThatAreNoneStandForTheirCharacter) {
  std::string name;
  for (int i = 0; i < 1000; ++i) name += R"(\uzzzz\q\u12)";
  const Read got = readSpan(R"(,"name":")" + name + R"(","tags":{"a\uD800":"\uD83D\uDE00\uDC00\u20AC"})");
  ASSERT_EQ(got.outcome.error, SUCCESS);
  EXPECT_EQ(got.name(0).substr(0, 18), "uzzzzqu12uzzzzqu12");
  EXPECT_EQ(got.name(0).size(), 9000U);
  EXPECT_THAT(got.attributes(), ElementsAre("a\xEF\xBF\xBD=\xF0\x9F\x98\x80\xEF\xBF\xBD\xE2\x82\xAC"));
}

TEST(ZipkinJson, SharedHalvesKeepTheirId) {
  const Read got = read(
      R"([{"traceId":"1","id":"2","kind":"CLIENT"},{"traceId":"1","id":"2","kind":"SERVER","shared":true}])");
  EXPECT_EQ(got.span(0).spanId, got.span(1).spanId);
  EXPECT_THAT(got.attributes(0), IsEmpty());
  EXPECT_THAT(got.attributes(1), ElementsAre("zipkin.shared=true"));
}

TEST(ZipkinJson, RealFilesKeepEverySpan) {
  const std::vector<std::pair<std::string, uint32_t>> files = {
      {"zipkin-lens/ascend.json", 8},
      {"zipkin-lens/envoy.json", 1},
      {"zipkin-lens/messaging.json", 4},
      {"zipkin-lens/skew.json", 4},
      {"zipkin-lens/yelp.json", 16},
      {"zipkin-lens/smartthings-mobile-web-install.json", 1041},
      {"zipkin-benchmarks/zipkin2-chinese.json", 1},
      {"zipkin-benchmarks/zipkin2-client.json", 1}};
  for (const auto& [name, spans] : files) {
    std::ifstream in(std::string(WAYBILL_SHARED_DATA "/zipkin/") + name, std::ios::binary);
    ASSERT_TRUE(in) << name;
    std::ostringstream text;
    text << in.rdbuf();
    const Read got = read(text.str());
    EXPECT_EQ(got.outcome.error, SUCCESS) << name;
    EXPECT_EQ(got.snapshot->spanCount(), spans) << name;
    EXPECT_EQ(got.snapshot->traceCount(), 1U) << name;
    EXPECT_EQ(got.nonHexIds, 0U) << name;
    const uint64_t withoutStart = spans == 1041 ? 84 : 0;  // neither a timestamp nor annotations
    EXPECT_EQ(got.snapshot->diagnostics().count(DiagnosticKind::StartMissing), withoutStart) << name;
  }
}

}  // namespace
}  // namespace waybill::formats
