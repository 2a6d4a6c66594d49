// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "unit/formats/reading.h"

namespace waybill::tests {
namespace {

using testing::HasSubstr;

std::string spanNamed(std::string_view name) {
  return R"({"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":")" +
         std::string(name) + R"(","startTimeUnixNano":"1","endTimeUnixNano":"2"})";
}
std::string lineOf(const std::vector<std::string>& spans) {
  std::string list;
  for (const std::string& span : spans) list += (list.empty() ? "" : ",") + span;
  return R"({"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[)" + list + "]}]}]}";
}
const std::string kLine = lineOf({spanNamed("one")});

TEST(DamagedJson, SkipsABadLineAndGoesOn) {
  for (const std::string bad :
       {"garbage", "{\"resourceSpans\":[{]}", "{\"resourceSpans\":[tru]}", "{]", "\"text\"",
        R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8)", "}}}", "{\"a\":}"}) {
    const Reading reading = readBytes(kLine + "\n" + bad + "\n" + kLine + "\n");
    EXPECT_EQ(reading.spans(), 2U) << bad;
    EXPECT_EQ(reading.count(DiagnosticKind::UnreadableRecord), 1U) << bad;
    EXPECT_EQ(reading.file.error, "") << bad;
    const Diagnostic& entry = reading.snapshot->diagnostics().entries().at(0);
    EXPECT_THAT(entry.example, HasSubstr("line 2")) << bad;
    EXPECT_GT(entry.offset, kLine.size()) << bad;
  }
}

TEST(DamagedJson, KeepsTheWholeSpansOfAHalfWrittenLastLine) {
  const std::string two = lineOf({spanNamed("one"), spanNamed("two")});
  const Reading reading = readBytes(kLine + "\n" + two.substr(0, two.find("two")));
  EXPECT_EQ(reading.spans(), 2U);
  EXPECT_EQ(reading.count(DiagnosticKind::TruncatedTail), 1U);
  EXPECT_EQ(reading.file.error, "");
}

TEST(DamagedJson, KeepsTheSpansBeforeDamageInsideADocument) {
  const Reading reading = readBytes(lineOf({spanNamed("one"), R"({"name":oops})", spanNamed("three")}));
  EXPECT_EQ(reading.spans(), 1U);
  EXPECT_EQ(reading.span().name, "one");
  EXPECT_EQ(reading.count(DiagnosticKind::UnreadableRecord), 1U);
}

TEST(DamagedJson, SaysWhereAFileThatYieldsNothingIsWrong) {
  const Reading reading = readBytes("{\n \"resourceSpans\": [\n  {\"resource\" 5}\n ]\n}\n");
  EXPECT_EQ(reading.spans(), 0U);
  EXPECT_THAT(reading.file.error, HasSubstr("line 3, column"));
}

TEST(DamagedJson, ReplacesBytesThatAreNoText) {
  const Reading reading = readBytes(lineOf({spanNamed("a\xFF\x01z")}));
  ASSERT_EQ(reading.spans(), 1U) << reading.file.error;
  EXPECT_EQ(reading.span().name, "a? z");
  EXPECT_EQ(readBytes(lineOf({spanNamed(R"(a\ud800z)")})).span().name, "a\xEF\xBF\xBDz");
}

TEST(DamagedJson, EveryPrefixIsRead) {
  std::string text =
      lineOf({spanNamed("o\\\"e"), spanNamed("two")}) + "\n" + lineOf({spanNamed("three")}) + "\n";
  for (size_t size = 0; size <= text.size(); ++size) {
    const Reading reading = readBytes(text.substr(0, size));
    lookAtEverything(*reading.snapshot);
    EXPECT_TRUE(size < text.size() || reading.spans() == 3);
  }
}

TEST(DamagedJson, RandomChangesAreSurvived) {
  std::mt19937 random(7);
  const std::string text =
      lineOf({spanNamed("one"), spanNamed("two")}) + "\n{\n\"batches\":[]}\n" + lineOf({spanNamed("three")});
  constexpr std::string_view kSpice = "{}[]\",:\\0n\n \xFF";
  for (int round = 0; round < 3000; ++round) {
    std::string changed = text;
    for (int i = 0; i < 3; ++i) changed[random() % changed.size()] = kSpice[random() % kSpice.size()];
    lookAtEverything(*readBytes(changed).snapshot);
  }
}

TEST(LargeJson, ADocumentAboveTheLimitIsReadElementByElement) {
  std::string list;
  int count = 0;
  while (list.size() < (size_t{20} << 20)) {
    list += (count == 0 ? "" : ",\n ") +
            (R"({"resource":{},"scopeSpans":[{"spans":[)" + spanNamed(std::string(20000, 'x')) + "]}]}");
    ++count;
  }
  const auto spans = static_cast<uint32_t>(count);
  const std::string shapes[] = {R"({"resourceSpans":[)" + list + "]}",
                                R"({"meta":{"a":["}"]},"data":{"resourceSpans":[)" + list + "]}}",
                                "[" + list + "]", "[{\"resourceSpans\":[" + list + "]}]"};
  for (const std::string& shape : shapes) {
    const Reading reading = readBytes(shape);
    EXPECT_EQ(reading.spans(), spans) << shape.substr(0, 40) << reading.file.error;
    EXPECT_TRUE(reading.snapshot->diagnostics().empty()) << shape.substr(0, 40);
  }
  const Reading cut = readBytes(std::string_view(shapes[0]).substr(0, shapes[0].size() - 100));
  EXPECT_EQ(cut.spans(), spans - 1);
  EXPECT_EQ(cut.count(DiagnosticKind::TruncatedTail), 1U);
  const Reading followed = readBytes(shapes[0] + "\n" + kLine);
  EXPECT_EQ(followed.spans(), spans + 1);
}

TEST(DamagedProto, EveryPrefixIsReadAndWholeSpansAreKept) {
  for (const std::string& bytes : {protoOf(5), bigEndianLength(protoOf(2)) + bigEndianLength(protoOf(2))}) {
    uint32_t most = 0;
    for (size_t size = 0; size <= bytes.size(); ++size) {
      const Reading reading = readBytes(bytes.substr(0, size));
      lookAtEverything(*reading.snapshot);
      EXPECT_GE(reading.spans(), most) << size;
      most = std::max(most, reading.spans());
    }
    EXPECT_GE(most, 4U);
  }
}

TEST(DamagedProto, GarbageInTheMiddleIsSkipped) {
  const std::string message = protoOf(3);
  const Reading bare = readBytes(message + std::string("\xFF\xFF\xFF garbage \x00\x01", 14) + message);
  EXPECT_EQ(bare.spans(), 6U);
  EXPECT_EQ(bare.count(DiagnosticKind::UnreadableRecord), 1U);
  const std::string framed = bigEndianLength(message);
  const Reading delimited = readBytes(framed + std::string(100, '\x07') + framed);
  EXPECT_EQ(delimited.spans(), 6U);
  EXPECT_EQ(delimited.count(DiagnosticKind::UnreadableRecord), 1U);
  EXPECT_EQ(delimited.snapshot->diagnostics().entries().at(0).offset, framed.size());
}

TEST(DamagedProto, RandomChangesAreSurvived) {
  std::mt19937 random(11);
  for (const std::string& bytes : {protoOf(4), bigEndianLength(protoOf(2)) + bigEndianLength(protoOf(2))}) {
    for (int round = 0; round < 3000; ++round) {
      std::string changed = bytes;
      for (int i = 0; i < 3; ++i) changed[random() % changed.size()] = static_cast<char>(random());
      lookAtEverything(*readBytes(changed).snapshot);
    }
  }
}

}  // namespace
}  // namespace waybill::tests
