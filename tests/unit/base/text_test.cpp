// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "base/diagnostics.h"
#include "base/json_writer.h"
#include "base/string_pool.h"
#include "base/utf8.h"

namespace waybill {

TEST(JsonWriter, WritesNestedDocuments) {
  std::string out;
  JsonWriter json(out);
  json.beginObject().member("a", 1).key("b").beginArray().value("x").value(true).null().endArray();
  json.key("c").beginObject().endObject().member("d", 1.5).endObject();
  EXPECT_EQ(out, R"({"a":1,"b":["x",true,null],"c":{},"d":1.5})");
}

TEST(JsonWriter, EscapesWhatIsNoText) {
  std::string out;
  JsonWriter(out).value(std::string_view("\"\\\n\x01\x1b[31m\xff é", 13));
  EXPECT_EQ(out, "\"\\\"\\\\\\n\\u0001\\u001b[31m\xEF\xBF\xBD é\"");
}

TEST(JsonWriter, EscapesControlsOfTheSecondTable) {
  std::string out;
  JsonWriter(out).value("a\xC2\x9B" "é");
  EXPECT_EQ(out, "\"a\\u009bé\"");
}

TEST(JsonWriter, SaysDoublesThatJsonCannot) {
  std::string out;
  JsonWriter json(out);
  json.beginArray().value(std::numeric_limits<double>::infinity()).value(-0.0);
  json.value(std::numeric_limits<double>::quiet_NaN()).endArray();
  EXPECT_EQ(out, R"(["Infinity",-0,"NaN"])");
}

TEST(Utf8, RejectsOverlongSurrogatesAndCutSequences) {
  EXPECT_EQ(utf8SequenceLength("é"), 2U);
  EXPECT_EQ(utf8SequenceLength("😀"), 4U);
  for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\x80"}) {
    EXPECT_EQ(utf8SequenceLength(bad), 0U) << bad;
  }
}

TEST(Utf8, PrintableTextCannotDriveATerminal) {
  EXPECT_EQ(printable("a\x1b[2Jb\n\xff"), "a [2Jb \xEF\xBF\xBD");
  EXPECT_EQ(printable("a\xC2\x9B" "b\u202Ec"), "a b c");
  EXPECT_EQ(printable("abcdef", 3), "abc…");
}

TEST(StringPool, InternsOnceAndReadersKeepTheirTable) {
  StringPool pool;
  EXPECT_EQ(pool.intern(""), StringId(0));
  const StringId a = pool.intern("alpha");
  const StringTable before = pool.table();
  for (int i = 0; i < 100'000; ++i) pool.intern("name " + std::to_string(i));
  EXPECT_EQ(pool.intern("alpha"), a);
  EXPECT_EQ(before[a], "alpha");
  EXPECT_EQ(before.size(), 2U);
  EXPECT_EQ(pool[pool.intern("name 99999")], "name 99999");
}

TEST(Diagnostics, EveryKindHasANameAndAMeaning) {
  for (int kind = 0; kind <= static_cast<int>(DiagnosticKind::FileChanged); ++kind) {
    EXPECT_FALSE(diagnosticName(static_cast<DiagnosticKind>(kind)).empty()) << kind;
    EXPECT_FALSE(diagnosticMeaning(static_cast<DiagnosticKind>(kind)).empty()) << kind;
  }
}

TEST(Diagnostics, MergeKeepsTheFirstPlaceAndAddsCounts) {
  Diagnostics a, b;
  a.add(DiagnosticKind::EndMissing, "x", 7, "first");
  b.add(DiagnosticKind::EndMissing, "y", 9, "second", 4);
  b.add(DiagnosticKind::OtherSignal, "y", 1, "");
  a.merge(b);
  EXPECT_EQ(a.count(DiagnosticKind::EndMissing), 5U);
  EXPECT_EQ(a.entries().front().file, "x");
  EXPECT_EQ(a.entries().front().offset, 7U);
  EXPECT_EQ(a.count(DiagnosticKind::OtherSignal), 1U);
}

}  // namespace waybill
