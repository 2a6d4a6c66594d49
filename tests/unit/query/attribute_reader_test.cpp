// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/attribute_reader.h"
#include "query/attribute_names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "otlp/fields.h"
#include "otlp/span_view.h"
#include "unit/query/random_spans.h"

namespace waybill::query {
namespace {

using Names = std::vector<std::string>;

// What SpanView says, of the first name that occurs.
std::optional<std::string> naive(std::string_view message, const Names& names) {
  for (const std::string& name : names) {
    if (const auto value = otlp::SpanView(message).attribute(name)) {
      return std::string(otlp::typeName(value->type())) + otlp::valueText(*value);
    }
  }
  return std::nullopt;
}

std::optional<std::string> read(std::string_view message, const Names& names) {
  const auto bytes = findSpanAttribute(message, names);
  if (!bytes) return std::nullopt;
  const otlp::ValueView value(*bytes);
  return std::string(otlp::typeName(value.type())) + otlp::valueText(value);
}

const std::vector<Names> kAsked{{"a"}, {"b"}, {""}, {"db.query.text", "db.statement"}, {"none"}};

}  // namespace

TEST(AttributeReader, FindsWhatTheViewFinds) {
  RandomSpans spans(1);
  for (int i = 0; i < 5'000; ++i) {
    const std::string message = spans.spanMessage();
    for (const Names& names : kAsked) ASSERT_EQ(read(message, names), naive(message, names)) << i;
  }
}

TEST(AttributeReader, BrokenBytesAreReadAsTheViewReadsThem) {
  RandomSpans spans(2);
  test::Random random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::string message = spans.spanMessage();
    for (uint32_t n = 1 + random.below(3); n > 0 && !message.empty(); --n) {
      message[random.below(static_cast<uint32_t>(message.size()))] = static_cast<char>(random.next());
    }
    message.resize(random.below(static_cast<uint32_t>(message.size()) + 1));
    // On the heap to the byte, so that a sanitizer sees the first byte too many.
    const std::vector<char> exact(message.begin(), message.end());
    const std::string_view bytes(exact.data(), exact.size());
    for (const Names& names : kAsked) ASSERT_EQ(read(bytes, names), naive(bytes, names)) << i;
  }
}

TEST(AttributeReader, TheNameAskedForComesBeforeTheRenamedOne) {
  EXPECT_EQ(attributeNames("db.statement"), (Names{"db.statement", "db.query.text"}));
  EXPECT_EQ(attributeNames("db.query.text"), (Names{"db.query.text", "db.statement"}));
  EXPECT_EQ(attributeNames("my.own"), (Names{"my.own"}));
}

}  // namespace waybill::query
