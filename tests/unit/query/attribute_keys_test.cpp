// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/attribute_keys.h"

#include <gtest/gtest.h>

#include "query/filter_text.h"
#include "support/trace_dsl.h"

namespace waybill::query {

TEST(AttributeKeys, TheMostFrequentComeFirst) {
  const auto snapshot = test::snapshotOf(R"(
web a 0..9ms {http.route=/a, rare=1}
web b 0..9ms {http.route=/b}
db  c 0..9ms {db.statement=x}
)");
  EXPECT_EQ(attributeKeys(*snapshot, 10),
            (std::vector<std::string>{"http.route", "service.name", "db.statement", "rare"}));
  EXPECT_EQ(attributeKeys(*snapshot, 1), std::vector<std::string>{"http.route"});
  EXPECT_TRUE(attributeKeys(store::Snapshot(), 10).empty());
}

TEST(AttributeKeys, ThoseTellThatHaveSomeValuesButFew) {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    text += std::string(i % 2 == 0 ? "web" : "pay") + " a 0..9ms {id=" + std::to_string(i) + ", tenant=" + (i % 3 == 0 ? "blue" : "red") + ", same=1, thread.id=" + std::to_string(i % 5);
    text += i % 2 == 0 ? ", code=" + std::to_string(i % 4) + "}\n" : "}\n";
  }
  text += "web a 0..9ms {once=1}\nweb a 0..9ms {once=2}\n";
  std::vector<test::SpanSpec> spans = test::parseTrace(text);
  for (size_t i = 0; i < spans.size(); ++i) spans[i].resource = {{"zone", i % 2 == 0 ? "a" : "b"}};
  const auto snapshot = test::snapshotOf(spans);
  EXPECT_EQ(tellingAttributeKeys(*snapshot, 10), (std::vector<std::string>{"tenant", "code", "zone"}));
  EXPECT_EQ(tellingAttributeKeys(*snapshot, 1), (std::vector<std::string>{"tenant"}));
}

TEST(AttributeKeys, AKeyInAFilterMeansTheAttribute) {
  EXPECT_EQ(filterKey("http.route"), "http.route");
  EXPECT_EQ(filterKey("name"), "\"name\"");
  for (const std::string key : {"http.route", "name", "two words", "span.kind", "a=b", "qu\"ote", "back\\slash", "-", "é",
                                ".dot", "1st", "a>"}) {
    const FilterText filter = readFilter(filterKey(key) + "=x");
    ASSERT_EQ(filter.terms.size(), 1U) << key;
    EXPECT_EQ(filter.terms[0].field, Field::Attribute) << key;
    EXPECT_EQ(filter.terms[0].scope, AttributeScope::Any) << key;
    EXPECT_EQ(filter.terms[0].key, key);
  }
}

}  // namespace waybill::query
