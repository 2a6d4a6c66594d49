// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/details_model.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>

#include "ui/details/entry_text.h"

namespace waybill::ui {
namespace {

std::vector<DetailSection> sections() {
  DetailSection first{{}, {plainEntry(QStringLiteral("duration"), QStringLiteral("140 ms"))}, false};
  DetailSection http{QStringLiteral("http"),
                     {plainEntry(QStringLiteral("request.method"), QStringLiteral("POST")),
                      plainEntry(QStringLiteral("route"), QStringLiteral("/auth"))},
                     false};
  DetailSection raw{QStringLiteral("raw"), {}, true};
  return {first, http, raw};
}

DetailSection longSection(size_t lines) {
  DetailSection section{QStringLiteral("events"), {}, false};
  for (size_t i = 0; i < lines; ++i)
    section.entries.push_back(plainEntry(QStringLiteral("k"), QString::number(i)));
  return section;
}

}  // namespace

TEST(DetailsModel, KeepsTheRulesOfItemModels) {
  DetailsModel model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.setSections(sections());
  EXPECT_EQ(model.rowCount(), 5);
  model.setFilter(QStringLiteral("post"));
  EXPECT_EQ(model.rowCount(), 2);
  model.setFilter({});
  EXPECT_TRUE(model.toggle(1));
  EXPECT_EQ(model.rowCount(), 3) << "the section is closed";
  model.setSections({});
  EXPECT_EQ(model.rowCount(), 0);
}

TEST(DetailsModel, FiltersByKeyValueAndHeading) {
  DetailsModel model;
  model.setSections(sections());
  model.setFilter(QStringLiteral("http"));
  EXPECT_EQ(model.rowCount(), 3) << "a heading that matches shows all of its lines";
  model.setFilter(QStringLiteral("METHOD post"));
  EXPECT_EQ(model.rowCount(), 2);
  model.setFilter(QStringLiteral("method get"));
  EXPECT_EQ(model.rowCount(), 0);
}

TEST(DetailsModel, MakesTheLinesOfAClosedSectionWhenItIsOpened) {
  DetailsModel model;
  int made = 0;
  model.setSections(sections(), [&](const QString& title) {
    ++made;
    return std::vector<DetailEntry>{plainEntry({}, title)};
  });
  EXPECT_EQ(made, 0);
  model.toggle(4);
  EXPECT_EQ(model.index(5).data().toString(), QStringLiteral("raw"));
  model.toggle(4);
  model.toggle(4);
  EXPECT_EQ(made, 1);
}

TEST(DetailsModel, LongSectionsShowTheirBeginningAndMoreOnDemand) {
  DetailsModel model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.setSections({longSection(10'000)});
  EXPECT_EQ(model.rowCount(), 1 + 200 + 1);
  EXPECT_EQ(model.kind(201), DetailsModel::RowKind::More);
  EXPECT_TRUE(model.index(201).data().toString().contains(QStringLiteral("9,800")));
  model.toggle(201);
  EXPECT_EQ(model.rowCount(), 1 + 2000 + 1);
  model.toggle(2001);
  EXPECT_EQ(model.rowCount(), 1 + 10'000);
}

TEST(DetailsModel, ANoteReplacesALinkThatLeadsNowhere) {
  DetailsModel model;
  DetailEntry link = plainEntry(QStringLiteral("trace"), QStringLiteral("span"));
  link.target = DetailTarget{TraceId{1, 2}, SpanId{3}};
  model.setSections({{{}, {link}, false}});
  model.setNote(0, QStringLiteral("not here"));
  EXPECT_FALSE(model.entry(0).target);
  EXPECT_EQ(model.index(0).data().toString(), QStringLiteral("not here"));
}

}  // namespace waybill::ui
