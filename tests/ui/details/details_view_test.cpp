// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/details_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QLabel>
#include <QListView>
#include <QScrollBar>
#include <QToolButton>
#include <algorithm>

#include "../theme/session_fixture.h"
#include "ui/details/details_model.h"
#include "ui/details/span_details.h"
#include "ui/details/span_export.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {

const char* const kTraces = R"(
web POST /buy           0..155ms  SERVER id=1 trace=a1
  payment POST /charge  2..152ms  CLIENT id=2 trace=a1 {http.request.method=POST, http.response.status_code=500, peer.service=bank, note=plain}
    bank-api POST /auth 8..148ms  SERVER error id=3 trace=a1 link=b2:9 link=77:9 link=a1:1 event=retry@11ms event=exception@12ms
other GET /             0..5ms    id=9 trace=b2
)";

class DetailsViewTest : public SessionFixture {
 protected:
  void SetUp() override {
    m_view.resize(330, 800);
    m_view.show();
  }

  void select(std::string_view name) { m_session.selectNode(nodeNamed(name)); }
  DetailsModel* model() const { return m_view.findChild<DetailsModel*>(); }
  QListView* list() const { return m_view.findChild<QListView*>(QStringLiteral("detailsList")); }
  QString label(const char* name) const {
    return m_view.findChild<QLabel*>(QString::fromLatin1(name))->text();
  }

  int rowOf(const QString& key) const {
    for (int row = 0; row < model()->rowCount(); ++row) {
      if (model()->index(row).data(DetailsModel::KeyRole).toString() == key) return row;
    }
    return -1;
  }
  QString valueOf(const char* key) const {
    const int row = rowOf(QString::fromUtf8(key));
    return row < 0 ? QStringLiteral("(no such key)") : model()->index(row).data().toString();
  }
  void click(int row) {
    list()->scrollTo(model()->index(row));
    QTest::mouseClick(list()->viewport(), Qt::LeftButton, {},
                      list()->visualRect(model()->index(row)).center());
  }

  DetailsView m_view{m_session, nullptr};
};

}  // namespace

TEST_F(DetailsViewTest, ShowsWhatTheSpanCarries) {
  open(kTraces);
  select("POST /charge");
  EXPECT_EQ(label("detailsName"), QStringLiteral("POST /charge"));
  EXPECT_EQ(label("detailsOrigin"), QStringLiteral("payment · CLIENT"));
  EXPECT_TRUE(valueOf("duration").startsWith(QStringLiteral("150.000 ms · 97 %")));
  EXPECT_EQ(valueOf("self · critical"), QStringLiteral("10 ms · 150 ms"));
  EXPECT_EQ(valueOf("start"), QStringLiteral("+2.000 ms"));
  EXPECT_EQ(valueOf("status"), QStringLiteral("UNSET"));
  EXPECT_GE(rowOf(QStringLiteral("http")), 0) << "a heading";
  EXPECT_EQ(valueOf("request.method"), QStringLiteral("POST"));
  EXPECT_EQ(model()->entry(rowOf(QStringLiteral("response.status_code"))).tone, DetailTone::Number);
  EXPECT_EQ(valueOf("note"), QStringLiteral("plain"));
  EXPECT_EQ(valueOf("service.name"), QStringLiteral("payment"));
  EXPECT_EQ(valueOf("span"), QStringLiteral("0000000000000002"));
  select("POST /auth");
  EXPECT_TRUE(valueOf("status").startsWith(QStringLiteral("▲ ERROR")));
  EXPECT_EQ(valueOf("+3.000 ms"), QStringLiteral("retry"));
  picture(m_view, QStringLiteral("details"));
}

TEST_F(DetailsViewTest, LinksAreFollowedOrSayThatTheyLeadNowhere) {
  open(kTraces);
  select("POST /auth");
  const int links = rowOf(QStringLiteral("links"));
  ASSERT_GE(links, 0);
  click(links + 2);
  EXPECT_EQ(model()->index(links + 2).data().toString(), QStringLiteral("not in the open files"));
  click(rowOf(QStringLiteral("in this trace")));
  ASSERT_TRUE(QTest::qWaitFor([this] { return m_session.selectedNode() == nodeNamed("POST /buy"); }, 10'000));
  select("POST /auth");
  click(rowOf(QStringLiteral("links")) + 1);
  ASSERT_TRUE(QTest::qWaitFor([this] { return label("detailsName") == QStringLiteral("GET /"); }, 10'000));
  EXPECT_EQ(m_session.openTraceIndex(), TraceIndex(1));
}

TEST_F(DetailsViewTest, TheParentIsALink) {
  open(kTraces);
  select("POST /auth");
  click(rowOf(QStringLiteral("parent")));
  EXPECT_EQ(m_session.selectedNode(), nodeNamed("POST /charge"));
}

TEST_F(DetailsViewTest, ShowsTheTraceWhenNoSpanIsSelected) {
  open(kTraces);
  m_session.selectNode(std::nullopt);
  EXPECT_EQ(label("detailsName"), QStringLiteral("Trace"));
  EXPECT_EQ(valueOf("spans"), QStringLiteral("3"));
  EXPECT_TRUE(valueOf("bank-api").contains(QStringLiteral("140 ms")));
  EXPECT_FALSE(m_view.findChild<QToolButton*>(QStringLiteral("detailsCopy"))->isVisible());
  picture(m_view, QStringLiteral("details-trace"));
}

TEST_F(DetailsViewTest, SaysThatNothingIsSelected) {
  EXPECT_TRUE(m_view.findChild<QLabel*>(QStringLiteral("detailsEmpty"))->isVisible());
  open(kTraces);
  EXPECT_FALSE(m_view.findChild<QLabel*>(QStringLiteral("detailsEmpty"))->isVisible());
  m_session.closeAll();
  EXPECT_TRUE(m_view.findChild<QLabel*>(QStringLiteral("detailsEmpty"))->isVisible());
  EXPECT_EQ(model()->rowCount(), 0);
}

TEST_F(DetailsViewTest, CopiesValuesAndSpans) {
  open(kTraces);
  select("POST /charge");
  list()->setCurrentIndex(model()->index(rowOf(QStringLiteral("peer")) + 1));
  QTest::keySequence(list(), QKeySequence::Copy);
  EXPECT_EQ(QGuiApplication::clipboard()->text(), QStringLiteral("bank"));
  const analysis::TraceAnalysis& analysis = *m_session.openTrace()->analysis;
  const QString json = spanAsJson(analysis.tree, *nodeNamed("POST /charge"));
  EXPECT_TRUE(QJsonDocument::fromJson(json.toUtf8()).isObject());
  EXPECT_TRUE(json.contains(QStringLiteral("\"POST /charge\"")));
  const QString markdown = spanAsMarkdown(*m_session.openTrace(), *nodeNamed("POST /charge"));
  EXPECT_TRUE(markdown.startsWith(QStringLiteral("### payment POST /charge\n")));
  EXPECT_TRUE(markdown.contains(QStringLiteral("| request.method | POST |")));
}

TEST_F(DetailsViewTest, TheCopiedSpanCanBeOpenedAgain) {
  open(kTraces);
  const QString json = spanAsJson(m_session.openTrace()->tree(), *nodeNamed("POST /charge"));
  load(json.toStdString());
  EXPECT_EQ(m_session.snapshot()->spanCount(), 1U);
  EXPECT_EQ(m_session.snapshot()->name(SpanRow(0)), "POST /charge");
}

TEST_F(DetailsViewTest, TheRawSpanOpensOnDemand) {
  open(kTraces);
  select("POST /charge");
  const int raw = rowOf(rawJsonTitle());
  ASSERT_GE(raw, 0);
  EXPECT_EQ(model()->rowCount(), raw + 1);
  click(raw);
  ASSERT_EQ(model()->rowCount(), raw + 2);
  EXPECT_TRUE(
      model()->index(raw + 1).data().toString().contains(QStringLiteral("\"spanId\": \"0000000000000002\"")));
}

TEST_F(DetailsViewTest, TheFilterFindsAnAttribute) {
  open(kTraces);
  select("POST /charge");
  auto* filter = m_view.findChild<FilterEdit*>(QStringLiteral("detailsFilter"));
  ASSERT_TRUE(filter->isVisible());
  QTest::keyClicks(filter, QStringLiteral("status_code"));
  EXPECT_EQ(model()->rowCount(), 2);
  QTest::keyClick(filter, Qt::Key_Escape);
  EXPECT_GT(model()->rowCount(), 10);
}

TEST_F(DetailsViewTest, HostileSpansAreShownAsText) {
  std::vector<test::SpanSpec> spans(1);
  spans[0].id = 1;
  spans[0].startNs = UINT64_MAX;
  spans[0].endNs = 1;
  spans[0].name = "<img src=x>\n";
  spans[0].attributes = {{"", "no key"},
                         {".", "dot"},
                         {"a.", "trailing"},
                         {"db.statement", std::string(300'000, '(')},
                         {"exception.stacktrace", "Error: <b>no</b>\n\tat main (a.js:1)\n\tat b (b.js:2)"},
                         {"json", std::string(5000, '[')}};
  for (int i = 0; i < 3000; ++i) spans[0].attributes.emplace_back("many." + std::to_string(i), "<i>v</i>");
  for (int i = 0; i < 3000; ++i)
    spans[0].events.push_back({"e" + std::to_string(i), static_cast<uint64_t>(i)});
  load(test::encode(spans));
  ASSERT_TRUE(QTest::qWaitFor([this] { return m_session.openTrace() != nullptr; }, 10'000));
  select("<img src=x>\n");
  EXPECT_EQ(label("detailsName"), QStringLiteral("<img src=x> "));
  EXPECT_GT(model()->rowCount(), 20);
  for (int row = 0; row < model()->rowCount(); ++row) {
    EXPECT_FALSE(model()->index(row).data(Qt::ToolTipRole).toString().contains(QStringLiteral("<i>")));
  }
  picture(m_view, QStringLiteral("details-hostile"));
  list()->verticalScrollBar()->setValue(list()->verticalScrollBar()->maximum());
  m_view.grab();
}

TEST_F(DetailsViewTest, SaysWhereADurationStandsAmongOthersLikeIt) {
  std::string text;
  for (int trace = 1; trace <= 40; ++trace) {
    const std::string id = std::to_string(trace);
    const std::string end = std::to_string(trace == 40 ? 300 : 10 + trace % 5);
    text += "web GET /  0.." + std::to_string(400 - trace) + "ms SERVER trace=" + id + "\n  db SELECT 1.." + end +
            "ms CLIENT trace=" + id + "\n";
  }
  open(text);
  const auto isKnown = [this] {
    return m_session.openTrace() != nullptr && m_session.openTrace()->analysis->population != nullptr;
  };
  ASSERT_TRUE(QTest::qWaitFor(isKnown, 20'000));
  m_session.openTraceAt(*m_session.snapshot()->findTrace(TraceId{0, 0x40}));
  ASSERT_TRUE(QTest::qWaitFor(isKnown, 20'000));
  select("SELECT");
  EXPECT_EQ(valueOf("compared"), QStringLiteral("slower than 98 % of 40 like it"));
  const DetailEntry& entry = model()->entry(rowOf(QStringLiteral("compared")));
  ASSERT_TRUE(entry.histogram);
  EXPECT_FLOAT_EQ(entry.histogram->mark, 1.0F);
  EXPECT_FLOAT_EQ(*std::max_element(entry.histogram->bars.begin(), entry.histogram->bars.end()), 1.0F);
  EXPECT_TRUE(entry.tip.contains(QStringLiteral("median")));
  picture(m_view, QStringLiteral("details-compared"));
}

TEST_F(DetailsViewTest, APredictionStandsAboveWhatWasMeasured) {
  open(kTraces);
  select("POST /auth");
  session::WhatIf wanted;
  wanted.node = *m_session.selectedNode();
  m_session.setWhatIf(wanted);
  ASSERT_TRUE(QTest::qWaitFor([this] { return m_session.whatIfResult().has_value(); }, 10'000));
  EXPECT_EQ(valueOf("predicted"), QStringLiteral("70 ms, start +8 ms"));
  EXPECT_TRUE(valueOf("duration").startsWith(QStringLiteral("140.000 ms")));
  m_session.setWhatIf(std::nullopt);
  EXPECT_LT(rowOf(QStringLiteral("predicted")), 0);
}

TEST_F(DetailsViewTest, KeepsTheRecordedTimeBesideTheAdjustedOne) {
  open("web GET / 0..100ms SERVER\n  web call 10..20ms CLIENT\n    cart POST /cart 65..69ms SERVER\n");
  select("POST /cart");
  const QString recorded = valueOf("time");
  EXPECT_LT(rowOf(QStringLiteral("adjusted time")), 0);
  m_session.setClocksAdjusted(true);
  ASSERT_TRUE(QTest::qWaitFor([this] { return m_session.openTrace()->areClocksAdjusted(); }, 10'000));
  EXPECT_EQ(valueOf("time"), recorded);
  EXPECT_NE(valueOf("adjusted time"), recorded);
  EXPECT_EQ(valueOf("clock"), QStringLiteral("cart's clock is 52 ms ahead, ± 3 ms"));
  EXPECT_EQ(valueOf("start"), QStringLiteral("+13.000 ms"));
}

TEST_F(DetailsViewTest, SaysWhyNobodyWaitsForASpan) {
  open("web GET / 0..100ms SERVER\n  web audit 90..500ms\n");
  select("audit");
  EXPECT_EQ(valueOf("note"), QStringLiteral("it went on after its parent had ended: nobody waited for its end"));
}

}  // namespace waybill::ui
