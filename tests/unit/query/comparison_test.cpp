// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/comparison.h"

#include <gtest/gtest.h>

#include <bit>
#include <string>

#include "otlp/fields.h"
#include "otlp/wire_writer.h"

namespace waybill::query {
namespace {

// An AnyValue message with one field.
std::string textValue(std::string_view text) {
  otlp::WireWriter out;
  out.text(otlp::any_value::kString, text);
  return std::string(out.bytes());
}
std::string intValue(int64_t value) {
  otlp::WireWriter out;
  out.unsignedInt(otlp::any_value::kInt, static_cast<uint64_t>(value));
  return std::string(out.bytes());
}
std::string realValue(double value) {
  otlp::WireWriter out;
  out.fixed64(otlp::any_value::kDouble, std::bit_cast<uint64_t>(value));
  return std::string(out.bytes());
}
std::string boolValue(bool value) {
  otlp::WireWriter out;
  out.unsignedInt(otlp::any_value::kBool, value ? 1 : 0);
  return std::string(out.bytes());
}
std::string listValue(std::string_view text) {
  otlp::WireWriter out;
  const auto list = out.open(otlp::any_value::kArray);
  out.text(otlp::array_value::kValues, textValue(text));
  out.close(list);
  return std::string(out.bytes());
}

bool holdsFor(Operator op, std::string_view wanted, const std::string& value) {
  return Comparison(op, wanted).holdsFor(otlp::ValueView(value));
}

}  // namespace

TEST(Comparison, EqualIsByWorthNotByType) {
  EXPECT_TRUE(holdsFor(Operator::Equal, "500", intValue(500)));
  EXPECT_TRUE(holdsFor(Operator::Equal, "500", realValue(500)));
  EXPECT_TRUE(holdsFor(Operator::Equal, "500.0", intValue(500)));
  EXPECT_TRUE(holdsFor(Operator::Equal, "500", textValue("500")));
  EXPECT_FALSE(holdsFor(Operator::Equal, "500.0", textValue("500"))) << "texts are equal byte for byte";
  EXPECT_TRUE(holdsFor(Operator::Equal, "true", boolValue(true)));
  EXPECT_TRUE(holdsFor(Operator::NotEqual, "true", boolValue(false)));
  EXPECT_FALSE(holdsFor(Operator::Equal, "Web", textValue("web")));
  EXPECT_TRUE(holdsFor(Operator::Equal, "9223372036854775807", intValue(INT64_MAX)));
  EXPECT_FALSE(holdsFor(Operator::Equal, "9223372036854775806", intValue(INT64_MAX))) << "no digit is lost";
  EXPECT_TRUE(holdsFor(Operator::Equal, "[\"a b\"]", listValue("a b")));
}

TEST(Comparison, OrderIsThatOfNumbers) {
  EXPECT_TRUE(holdsFor(Operator::Greater, "100", intValue(101)));
  EXPECT_FALSE(holdsFor(Operator::Greater, "100", intValue(100)));
  EXPECT_TRUE(holdsFor(Operator::GreaterOrEqual, "100", intValue(100)));
  EXPECT_TRUE(holdsFor(Operator::Less, "0.5", realValue(0.25)));
  EXPECT_TRUE(holdsFor(Operator::LessOrEqual, "-1", intValue(-2)));
  EXPECT_TRUE(holdsFor(Operator::Greater, "99", textValue("100"))) << "tags of Zipkin are all texts";
  EXPECT_FALSE(holdsFor(Operator::Greater, "99", textValue("abc")));
  EXPECT_FALSE(holdsFor(Operator::Greater, "0", boolValue(true)));
}

TEST(Comparison, ContainsLooksIntoEveryValueWhateverTheCase) {
  EXPECT_TRUE(holdsFor(Operator::Contains, "SELECT", textValue("select 1")));
  EXPECT_TRUE(holdsFor(Operator::Contains, "čau", textValue("ČAU")));
  EXPECT_TRUE(holdsFor(Operator::Contains, "50", intValue(1500)));
  EXPECT_TRUE(holdsFor(Operator::Contains, "A b", listValue("a b")));
  EXPECT_FALSE(holdsFor(Operator::Contains, "č", textValue("plain")));
}

TEST(Comparison, NumbersAreWholeTexts) {
  EXPECT_EQ(numberOf("-1.5e3"), -1500);
  EXPECT_EQ(numberOf(".5"), 0.5);
  for (const char* text : {"", "-", "1x", " 1", "inf", "nan", "-inf", "0x10", "1e999"}) EXPECT_FALSE(numberOf(text)) << text;
}

}  // namespace waybill::query
