// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/value_format.h"

#include <gtest/gtest.h>

#include "otlp/fields.h"
#include "otlp/wire_writer.h"
#include "ui/details/entry_text.h"

namespace waybill::ui {
namespace {

// Keeps the bytes that the view points into.
struct Attribute {
  explicit Attribute(std::string_view key, std::string_view text) {
    const auto value = wire.open(otlp::key_value::kValue, 4);
    wire.text(otlp::any_value::kString, text);
    wire.close(value);
    wire.text(otlp::key_value::kKey, key);
  }
  DetailEntry entry() const { return attributeEntry(QStringLiteral("k"), otlp::readAttribute(wire.bytes())); }
  otlp::WireWriter wire;
};

}  // namespace

TEST(ValueFormat, ShortTextsAreLinesLongOnesAreBlocks) {
  EXPECT_FALSE(Attribute("a", "GET").entry().block);
  EXPECT_TRUE(Attribute("a", "line one\nline two").entry().block);
  EXPECT_TRUE(Attribute("a", std::string(1000, 'x')).entry().block);
  EXPECT_EQ(Attribute("a", "").entry().text, QStringLiteral("(empty)"));
}

TEST(ValueFormat, LongTextsAreCutForTheEyeAndWholeForTheClipboard) {
  std::string text(200'000, 'x');
  text += "end";
  const Attribute attribute("a", text);
  const DetailEntry entry = attribute.entry();
  EXPECT_LT(entry.text.size(), 70'000);
  EXPECT_TRUE(entry.text.contains(QStringLiteral("200 kB")));
  EXPECT_EQ(copyText(entry).toStdString(), text);
}

TEST(ValueFormat, TheCutNeverSplitsACharacter) {
  for (size_t before = 0; before < 4; ++before) {
    std::string text(kShownBytes - before, 'x');
    for (int i = 0; i < 8; ++i) text += "\xF0\x9F\x98\x80";
    EXPECT_FALSE(blockText(text).contains(QChar::ReplacementCharacter)) << before;
  }
}

TEST(ValueFormat, BrokenBytesAndControlCharactersShowAsSuch) {
  EXPECT_TRUE(blockText("a\xFFz").contains(QChar::ReplacementCharacter));
  EXPECT_EQ(blockText(std::string_view("a\0b\x1B[31m", 8)), QStringLiteral("a b [31m"));
  EXPECT_EQ(blockText("a\tb\r\nc\n\n"), QStringLiteral("a    b\nc"));
}

TEST(ValueFormat, JsonIsIndentedAndOtherwiseUntouched) {
  const QString json =
      QStringLiteral(R"({"id":12345678901234567890,"list":[1,2.50,{}],"text":"a,b:{\"c\"}","empty":[]})");
  const QString indented = indentedJson(json);
  EXPECT_TRUE(indented.contains(QStringLiteral("\n  \"id\": 12345678901234567890,\n")));
  EXPECT_TRUE(indented.contains(QStringLiteral("2.50")));
  QString bare = indented;
  bare.remove(u'\n').remove(u' ');
  EXPECT_EQ(bare, json);
  const QString broken =
      QStringLiteral("{\"this is\": \"not JSON, however long it may go on and on and on\"");
  EXPECT_EQ(indentedJson(broken), broken);
}

TEST(ValueFormat, StatementsBreakAtTheirClauses) {
  EXPECT_EQ(
      brokenSql(QStringLiteral("SELECT token FROM sessions WHERE merchant_id = ? AND expires_at > now()")),
      QStringLiteral("SELECT token\nFROM sessions\nWHERE merchant_id = ?\n  AND expires_at > now()"));
  const QString quoted = QStringLiteral("SELECT ' FROM x WHERE y ' || \" AND \" || name, (SELECT 1 FROM t)");
  EXPECT_EQ(brokenSql(quoted), quoted) << "nothing inside quotes and brackets";
  const QString unfinished = QStringLiteral("SELECT 'a text that never ends FROM here WHERE there is");
  EXPECT_EQ(brokenSql(unfinished), unfinished);
}

TEST(ValueFormat, DurationsKeepEveryDigitThatSaysSomething) {
  EXPECT_EQ(preciseDuration(140'000'000), QStringLiteral("140.000 ms"));
  EXPECT_EQ(preciseDuration(140'000'123), QStringLiteral("140.000123 ms"));
  EXPECT_EQ(preciseDuration(850), QStringLiteral("850 ns"));
  EXPECT_EQ(preciseDuration(1'204'000'000), QStringLiteral("1.204 s"));
  EXPECT_EQ(offsetText(10'000, 8'500), QStringLiteral("−1.500 µs"));
}

}  // namespace waybill::ui
