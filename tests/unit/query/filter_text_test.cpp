// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/filter_text.h"

#include <gtest/gtest.h>

namespace waybill::query {
namespace {

// The only term of a text without a mistake.
Term termOf(std::string_view text) {
  const FilterText filter = readFilter(text);
  EXPECT_EQ(filter.terms.size(), 1U) << text;
  EXPECT_FALSE(filter.mistake) << text << ": " << filter.mistake->sentence;
  return filter.terms.empty() ? Term{} : filter.terms.front();
}

std::string mistakeIn(std::string_view text) {
  const FilterText filter = readFilter(text);
  return filter.mistake ? filter.mistake->sentence : "none";
}

using Words = std::vector<std::string>;

}  // namespace

TEST(FilterText, WithoutOperatorsThereAreWords) {
  EXPECT_EQ(readFilter("  WEB  get ").words, (Words{"web", "get"}));
  EXPECT_EQ(readFilter("/orders/{id} a->b ... =x").words, (Words{"/orders/{id}", "a->b", "...", "=x"}));
  EXPECT_EQ(readFilter("GET /search?q=1").words, (Words{"get", "/search?q=1"})) << "no key holds a question mark";
  EXPECT_TRUE(readFilter(" \t").empty());
}

TEST(FilterText, TermsHaveAKeyAnOperatorAndAValue) {
  const Term term = termOf("http.route=/orders/{id}");
  EXPECT_EQ(term.field, Field::Attribute);
  EXPECT_EQ(term.scope, AttributeScope::Any);
  EXPECT_EQ(term.key, "http.route");
  EXPECT_EQ(term.comparison.op(), Operator::Equal);
  EXPECT_EQ(term.comparison.text(), "/orders/{id}");
  EXPECT_EQ(termOf("a!=1").comparison.op(), Operator::NotEqual);
  EXPECT_EQ(termOf("a>1").comparison.op(), Operator::Greater);
  EXPECT_EQ(termOf("a>=1").comparison.op(), Operator::GreaterOrEqual);
  EXPECT_EQ(termOf("a<1").comparison.op(), Operator::Less);
  EXPECT_EQ(termOf("a<=1").comparison.op(), Operator::LessOrEqual);
  EXPECT_EQ(termOf("a~Text").comparison.op(), Operator::Contains);
}

TEST(FilterText, BlanksMayStandAroundTheOperator) {
  EXPECT_EQ(termOf("http.route = /a").comparison.text(), "/a");
  EXPECT_EQ(termOf("a >= \t5").comparison.op(), Operator::GreaterOrEqual);
}

TEST(FilterText, QuotesKeepBlanksAndOperators) {
  EXPECT_EQ(termOf(R"(db.statement~"select 1 = 1")").comparison.text(), "select 1 = 1");
  EXPECT_EQ(termOf(R"(a="say \"hi\" \\")").comparison.text(), R"(say "hi" \)");
  EXPECT_EQ(readFilter(R"("a = b" c)").words, (Words{"a = b", "c"}));
  EXPECT_EQ(termOf(R"("a key"=1)").key, "a key");
}

TEST(FilterText, AQuotedValueIsReadBackAsItWas) {
  for (const std::string value : {"plain", "two words", R"(quo"te)", R"(back\slash here)", R"(\)", "", "a=b", "~a", "~", "!a"}) {
    EXPECT_EQ(termOf("k=" + quotedValue(value)).comparison.text(), value);
  }
}

TEST(FilterText, FieldsOfEverySpanGoBeforeAttributesUnlessADotSaysOtherwise) {
  EXPECT_EQ(termOf("service=web").field, Field::Service);
  EXPECT_EQ(termOf("name~buy").field, Field::Name);
  EXPECT_EQ(termOf("status=ERROR").status, otlp::StatusCode::Error);
  EXPECT_EQ(termOf("kind!=client").kind, otlp::SpanKind::Client);
  EXPECT_EQ(termOf(".name=x").field, Field::Attribute);
  EXPECT_EQ(termOf(".name=x").key, "name");
  EXPECT_EQ(termOf(R"("service"=x)").field, Field::Attribute);
}

TEST(FilterText, AScopeMayStandBeforeTheKey) {
  EXPECT_EQ(termOf("resource.host.name=a").scope, AttributeScope::Resource);
  EXPECT_EQ(termOf("resource.host.name=a").key, "host.name");
  EXPECT_EQ(termOf("span.x=a").scope, AttributeScope::Span);
  EXPECT_EQ(termOf("scope.x=a").scope, AttributeScope::Scope);
  EXPECT_EQ(termOf(".span.x=a").key, "span.x");
  EXPECT_EQ(termOf(".span.x=a").scope, AttributeScope::Any);
}

TEST(FilterText, AnExclamationMarkBeforeATermTurnsItRound) {
  EXPECT_TRUE(termOf("!service=web").negated);
  EXPECT_EQ(termOf("!service=web").field, Field::Service);
  EXPECT_TRUE(termOf("!\"a key\" = 1").negated);
  EXPECT_EQ(termOf("!duration>1s").durationNs, 1'000'000'000);
  EXPECT_FALSE(termOf("service!=web").negated);
  EXPECT_EQ(readFilter("!web !! ! !\"a b\"").words, (Words{"!web", "!!", "!", "!\"a", "b\""})) << "there is no term";
}

TEST(FilterText, TermsKnowWhereTheyStand) {
  const std::string text = "web !a = \"x y\"  b<5 ";
  const FilterText filter = readFilter(text);
  ASSERT_EQ(filter.terms.size(), 2U);
  EXPECT_EQ(text.substr(filter.terms[0].begin, filter.terms[0].end - filter.terms[0].begin), "!a = \"x y\"");
  EXPECT_EQ(text.substr(filter.terms[1].begin, filter.terms[1].end - filter.terms[1].begin), "b<5");
}

TEST(FilterText, AKeyAloneIsReadAsInATerm) {
  EXPECT_EQ(readKey("service")->field, Field::Service);
  EXPECT_EQ(readKey("http.route")->field, Field::Attribute);
  EXPECT_EQ(readKey(".name")->key, "name");
  EXPECT_EQ(readKey("resource.host.name")->scope, AttributeScope::Resource);
  EXPECT_EQ(readKey("\"two words\"")->key, "two words");
  for (const char* text : {"", "two words", "a=b", "a=", "\"open", "...", "5", "\"\"", "a ", "\"a\"b"}) {
    EXPECT_FALSE(readKey(text)) << text;
  }
}

TEST(FilterText, DurationsHaveUnits) {
  EXPECT_EQ(termOf("duration>100ms").durationNs, 100'000'000);
  EXPECT_EQ(termOf("duration>1.5s").durationNs, 1'500'000'000);
  EXPECT_EQ(termOf("duration<20us").durationNs, 20'000);
  EXPECT_EQ(termOf("duration<20µs").durationNs, 20'000);
  EXPECT_EQ(termOf("duration<=7ns").durationNs, 7);
  EXPECT_EQ(termOf("duration>2m").durationNs, 120'000'000'000);
  EXPECT_EQ(termOf("duration>2min").durationNs, 120'000'000'000);
  EXPECT_EQ(termOf("duration>1h").durationNs, 3'600'000'000'000);
  EXPECT_NE(mistakeIn("duration>100"), "none");
  EXPECT_NE(mistakeIn("duration>ms"), "none");
  EXPECT_NE(mistakeIn("duration>1e300h"), "none");
}

TEST(FilterText, MistakesSayWhatIsWrongAndWhere) {
  EXPECT_EQ(mistakeIn("http.status_code>many"), "“many” is no number");
  EXPECT_EQ(mistakeIn("service>web"), "service is a text: compare it with =, != or ~");
  EXPECT_EQ(mistakeIn("status=broken"), "status is (=) or is not (!=) error, ok or unset");
  EXPECT_NE(mistakeIn("status~err"), "none");
  EXPECT_NE(mistakeIn("kind=any"), "none");
  EXPECT_EQ(mistakeIn("a=~b.*"), "=~ is no comparison here: ~ means contains");
  EXPECT_EQ(mistakeIn("a=\"b"), "The closing quote is missing");
  EXPECT_EQ(mistakeIn("a="), "A value is missing after a=");
  EXPECT_EQ(mistakeIn("a=1 && b=2"), "Terms are joined by a blank: all of them must hold");
  const FilterText filter = readFilter("web status=bad cart");
  ASSERT_TRUE(filter.mistake);
  EXPECT_EQ(filter.mistake->begin, 4U);
  EXPECT_EQ(filter.mistake->end, 14U);
  EXPECT_EQ(filter.words, (Words{"web", "cart"})) << "all else holds";
}

TEST(FilterText, MoreThanCanBeJoinedIsAMistake) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "web ";
  const FilterText filter = readFilter(text);
  EXPECT_EQ(filter.words.size(), kMostItems);
  EXPECT_TRUE(filter.mistake);
}

TEST(FilterText, AnythingCanBeTyped) {
  const std::string characters = "ab.\"\\=!<>~& \t-1µ{}";
  uint32_t state = 1;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (uint32_t n = (state >> 8) % 24; n > 0; --n) {
      state = state * 1664525 + 1013904223;
      text += characters[(state >> 16) % characters.size()];
    }
    state = state * 1664525 + 1013904223;
    const FilterText filter = readFilter(text);
    if (filter.mistake) {
      EXPECT_LT(filter.mistake->begin, filter.mistake->end) << text;
      EXPECT_LE(filter.mistake->end, text.size()) << text;
    }
    for (const std::string& word : filter.words) EXPECT_FALSE(word.empty()) << text;
  }
}

}  // namespace waybill::query
