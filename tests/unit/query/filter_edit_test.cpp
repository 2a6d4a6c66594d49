// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/filter_edit.h"

#include <gtest/gtest.h>

namespace waybill::query {
namespace {

std::string without(std::string_view text, const std::string& key) {
  return withoutTerms(text, [&key](const Term& term) { return term.key == key; });
}

}  // namespace

TEST(FilterEdit, ATermIsReadBackAsItWasMeant) {
  for (const std::string value : {"plain", "two words", "~x", "=x", "!x", ">5", "", "qu\"ote", "\\", "line\nbreak", "é", "-", "a=b c=d"}) {
    for (const bool negated : {false, true}) {
      const FilterText read = readFilter(termText("http.route", value, negated));
      ASSERT_EQ(read.terms.size(), 1U) << value;
      EXPECT_FALSE(read.mistake) << value;
      EXPECT_EQ(read.terms[0].key, "http.route");
      EXPECT_EQ(read.terms[0].negated, negated);
      EXPECT_EQ(read.terms[0].comparison.op(), Operator::Equal);
      EXPECT_EQ(read.terms[0].comparison.text(), value);
    }
  }
}

TEST(FilterEdit, ATermComesAfterWhatWasTyped) {
  EXPECT_EQ(withTerm("", "a=1"), "a=1");
  EXPECT_EQ(withTerm("  ", "a=1"), "a=1");
  EXPECT_EQ(withTerm("web", "a=1"), "web a=1");
  EXPECT_EQ(withTerm("web b=2  ", "!a=1"), "web b=2 !a=1");
}

TEST(FilterEdit, ATermComesBeforeWhatWouldSwallowIt) {
  EXPECT_EQ(withTerm("web \"open", "a=1"), "a=1 web \"open");
  EXPECT_EQ(withTerm("http.route=", "a=1"), "a=1 http.route=");
  EXPECT_EQ(withTerm("http.route!=", "a=1"), "a=1 http.route!=");
}

TEST(FilterEdit, AValueIsPutInInPlaceOfAnotherAndTakenOutAgain) {
  const auto toggled = [](const char* text, const char* value) {
    return withValue(text, "service", value, ValueChange::Toggle);
  };
  EXPECT_EQ(toggled("", "web"), "service=web");
  EXPECT_EQ(toggled("cart service=web", "web"), "cart");
  EXPECT_EQ(toggled("service=web cart", "pay"), "cart service=pay");
  EXPECT_EQ(toggled("!service=web", "web"), "") << "no more left out";
  EXPECT_EQ(toggled("!service=web service=a service~b", "pay"), "!service=web service~b service=pay");
  EXPECT_EQ(toggled(".service=web", "web"), ".service=web service=web") << "another key";
  EXPECT_EQ(withValue("status=error", "status", "ERROR", ValueChange::Toggle), "");
  EXPECT_EQ(withValue("http.method=GET", "http.request.method", "GET", ValueChange::Toggle), "") << "the same attribute";
  EXPECT_EQ(withValue("web", "no key", "x", ValueChange::Toggle), "web");
}

TEST(FilterEdit, SeveralValuesMayBeWantedOrOneOnlyOrAllButOne) {
  const auto change = [](const char* text, ValueChange how) { return withValue(text, "service", "web", how); };
  EXPECT_EQ(change("service=pay", ValueChange::Add), "service=pay service=web");
  EXPECT_EQ(change("service=pay service=web", ValueChange::Add), "service=pay");
  EXPECT_EQ(change("!service=web", ValueChange::Add), "service=web");
  EXPECT_EQ(change("cart service=pay !service=a service!=b", ValueChange::Only), "cart service=web");
  EXPECT_EQ(change("service=web service=pay", ValueChange::Exclude), "service=pay !service=web");
  EXPECT_EQ(change("cart !service=web", ValueChange::Exclude), "cart");
}

TEST(FilterEdit, TakingATermOutLeavesTheRestAsItWas) {
  EXPECT_EQ(without("web a=1 b=\"x y\"  cart", "a"), "web b=\"x y\"  cart");
  EXPECT_EQ(without("web a=1 b=\"x y\"  cart", "b"), "web a=1 cart");
  EXPECT_EQ(without("a=1", "a"), "");
  EXPECT_EQ(without("web  a = 1", "a"), "web");
  EXPECT_EQ(without("a=1 a!=2 !a=3 web", "a"), "web");
  EXPECT_EQ(without("web  cart ", "a"), "web  cart ") << "nothing to take out";
  EXPECT_EQ(without("status=bad a=1 \"open", "a"), "status=bad \"open") << "mistakes stay too";
}

}  // namespace waybill::query
