// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "support/trace_dsl.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

std::shared_ptr<const store::Snapshot> withServices(const std::vector<std::string>& names) {
  std::vector<test::SpanSpec> spans;
  for (const std::string& name : names) {
    test::SpanSpec span;
    span.id = spans.size() + 1;
    span.service = name;
    spans.push_back(span);
  }
  return test::snapshotOf(spans);
}

std::map<std::string, QRgb> colorsOf(const std::vector<std::string>& names) {
  const auto snapshot = withServices(names);
  ServiceColors colors;
  colors.update(*snapshot);
  std::map<std::string, QRgb> out;
  for (const StringId id : snapshot->allServices())
    out[std::string(snapshot->text(id))] = colors.color(id).rgb();
  return out;
}

}  // namespace

TEST(ServiceColors, TheSampleGetsTheFirstColours) {
  const auto colors = colorsOf({"web", "payment", "bank-api", "email"});
  EXPECT_EQ(colors.at("web"), servicePalette()[0].rgb());
  EXPECT_EQ(colors.at("payment"), servicePalette()[1].rgb());
  EXPECT_EQ(colors.at("bank-api"), servicePalette()[2].rgb());
  EXPECT_EQ(colors.at("email"), servicePalette()[3].rgb());
}

TEST(ServiceColors, TheOrderOfArrivalDoesNotMatter) {
  EXPECT_EQ(colorsOf({"a", "b", "c", "d", "e", "f", "g"}), colorsOf({"g", "c", "a", "f", "b", "e", "d"}));
}

TEST(ServiceColors, ANameKeepsItsColourUnlessItCollides) {
  const std::vector<std::string> names{"web", "cart", "auth", "db", "queue", "search", "mail", "stock"};
  for (const std::string& name : names) {
    const QRgb alone = colorsOf({name}).at(name);
    for (const std::string& other : names) {
      if (other == name) continue;
      const auto both = colorsOf({name, other});
      const bool collide = alone == colorsOf({other}).at(other);
      if (!collide || name < other) {
        EXPECT_EQ(both.at(name), alone) << name << " beside " << other;
      }
      EXPECT_NE(both.at(name), both.at(other));
    }
  }
}

TEST(ServiceColors, UpToTwelveServicesAllDiffer) {
  std::vector<std::string> names;
  for (int i = 0; i < 12; ++i) names.push_back("service-" + std::to_string(i));
  std::set<QRgb> different;
  for (const auto& [name, color] : colorsOf(names)) different.insert(color);
  EXPECT_EQ(different.size(), 12U);
}

TEST(ServiceColors, ManyServicesAllHaveAColour) {
  std::vector<std::string> names;
  for (int i = 0; i < 500; ++i) names.push_back("s" + std::to_string(i));
  EXPECT_EQ(colorsOf(names).size(), 500U);
}

TEST(ServiceColors, OtherFilesWithAsManyServicesAreNoticed) {
  ServiceColors colors;
  const auto first = withServices({"web", "email"}), second = withServices({"email", "web"});
  colors.update(*first);
  colors.update(*second);
  EXPECT_EQ(colors.color(second->allServices()[0]), servicePalette()[3]);
  EXPECT_EQ(colors.color(second->allServices()[1]), servicePalette()[0]);
}

TEST(ServiceColors, AnUnknownServiceHasAColourToo) {
  EXPECT_TRUE(ServiceColors().color(StringId(77)).isValid());
}

}  // namespace waybill::ui
