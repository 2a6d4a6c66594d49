// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/findings/findings_view.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QListView>
#include <QPushButton>

#include "../theme/session_fixture.h"
#include "session/finding_choices.h"
#include "ui/findings/findings_model.h"

namespace waybill::ui {
namespace {

const char* const kSlow = R"(
web POST /buy           0..155ms  SERVER
  payment POST /charge  2..152ms  CLIENT
    bank-api POST /auth 8..148ms  SERVER
)";

class FindingsViewTest : public SessionFixture {
 protected:
  void SetUp() override {
    m_view.resize(900, 184);
    m_view.show();
  }
  QListView* list() const { return m_view.findChild<QListView*>(QStringLiteral("findingsList")); }
  QLabel* empty() const { return m_view.findChild<QLabel*>(QStringLiteral("findingsEmpty")); }

  FindingsView m_view{m_session, nullptr};
};

// Findings as no detector makes them.
std::vector<analysis::Finding> madeFindings(size_t count) {
  std::vector<analysis::Finding> findings;
  for (size_t i = 0; i < count; ++i) {
    analysis::Finding finding;
    finding.sentence = "<b>bank-api</b> takes 140 ms | usually 21 ms";
    finding.advice = std::string(5000, 'x') + "\n";
    finding.savingNs = 119'000'000;
    finding.confidence = analysis::Confidence::High;
    findings.push_back(finding);
  }
  return findings;
}

}  // namespace

TEST(FindingsModel, KeepsTheRulesOfItemModels) {
  FindingsModel model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.setFindings(madeFindings(3));
  EXPECT_EQ(model.rowCount(), 3);
  EXPECT_EQ(model.index(0).data(FindingsModel::SavingRole).toString(), QStringLiteral("−120 ms"));
  EXPECT_EQ(model.index(0).data(FindingsModel::ConfidenceRole).toString(), QStringLiteral("sure"));
  EXPECT_FALSE(model.index(0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("<b>")));
  model.setFindings({});
  EXPECT_EQ(model.rowCount(), 0);
}

TEST(FindingsModel, SaysWhatIsABoundAndWhatSavesNothing) {
  analysis::Finding finding;
  EXPECT_TRUE(savingText(finding).isEmpty());
  finding.savingNs = 140'000'000;
  finding.savingIsUpperBound = true;
  EXPECT_EQ(savingText(finding), QStringLiteral("up to −140 ms"));
  EXPECT_EQ(confidenceText(analysis::Confidence::Medium), QStringLiteral("likely"));
  EXPECT_EQ(confidenceText(analysis::Confidence::Low), QStringLiteral("a guess"));
}

TEST(FindingsModel, GoesToTheClipboardAsTextAndMarkdown) {
  const analysis::Finding finding = madeFindings(1)[0];
  EXPECT_TRUE(
      findingAsText(finding, 2)
          .startsWith(QStringLiteral("2. <b>bank-api</b> takes 140 ms | usually 21 ms (−120 ms, sure)\n")));
  EXPECT_TRUE(findingAsMarkdown(finding).startsWith(
      QStringLiteral("1. **\\<b\\>bank-api\\</b\\> takes 140 ms \\| usually 21 ms** (−120 ms, sure)")));
}

TEST(FindingsModel, SaysWhatOnlyLaterWorkGains) {
  analysis::Finding finding;
  finding.endToEndSavingNs = 3'200'000'000;
  EXPECT_EQ(savingText(finding), QStringLiteral("−3.2 s until done"));
  finding.savingIsUpperBound = true;
  EXPECT_EQ(savingText(finding), QStringLiteral("up to −3.2 s until done"));
  FindingsModel model;
  model.setFindings({finding});
  EXPECT_TRUE(model.index(0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("The response gains nothing")));
}

TEST(FindingsModel, NamesWhatItAlsoExplains) {
  analysis::Finding finding = madeFindings(1)[0];
  finding.advice = "Look there.";
  finding.alsoExplains = {"B2", "B4"};
  FindingsModel model;
  model.setFindings({finding});
  const QString advice = model.index(0).data(FindingsModel::AdviceRole).toString();
  EXPECT_TRUE(advice.startsWith(QStringLiteral("Look there. Also explains: "))) << advice.toStdString();
  EXPECT_FALSE(advice.contains(QStringLiteral("B2"))) << "its title, not its number";
  EXPECT_TRUE(findingAsMarkdown(finding).contains(QStringLiteral("Also explains: ")));
}

TEST_F(FindingsViewTest, ShowsTheBestFirstAndSelectsIt) {
  open(kSlow);
  ASSERT_GT(list()->model()->rowCount(), 0);
  EXPECT_TRUE(list()->isVisible());
  EXPECT_EQ(m_session.selectedFinding(), std::optional<size_t>(0));
  EXPECT_EQ(list()->currentIndex().row(), 0);
  picture(m_view, QStringLiteral("findings"));
  m_view.resize(360, 300);
  picture(m_view, QStringLiteral("findings-narrow"));
}

TEST_F(FindingsViewTest, AClickJumpsToTheEvidence) {
  open(kSlow);
  const analysis::NodeIndex evidence = m_session.findings()[0].evidence[0];
  m_session.selectNode(nodeNamed("POST /buy"));
  QTest::mouseClick(list()->viewport(), Qt::LeftButton, {},
                    list()->visualRect(list()->model()->index(0, 0)).center());
  EXPECT_EQ(m_session.selectedFinding(), std::optional<size_t>(0));
  EXPECT_EQ(m_session.selectedNode(), std::optional(evidence));
}

TEST_F(FindingsViewTest, EmptyStatesSayWhy) {
  EXPECT_TRUE(empty()->isVisible());
  EXPECT_TRUE(empty()->text().startsWith(QStringLiteral("No trace is open")));
  open("web GET / 0..100us\n");
  EXPECT_TRUE(empty()->isVisible());
  EXPECT_TRUE(empty()->text().startsWith(QStringLiteral("Nothing stands out")))
      << empty()->text().toStdString();
  picture(m_view, QStringLiteral("findings-none"));
}

TEST_F(FindingsViewTest, AWrongFindingIsDismissedForThisTraceAndForGood) {
  open(kSlow);
  const size_t before = m_session.findings().size();
  const analysis::Finding wrong = m_session.findings()[0];
  list()->setFocus();
  QTest::keyClick(list(), Qt::Key_Delete);
  EXPECT_EQ(m_session.findings().size(), before - 1);
  EXPECT_EQ(m_session.hiddenFindings(), 1U);
  open(kSlow);
  EXPECT_EQ(m_session.hiddenFindings(), 1U);
  EXPECT_TRUE(session::FindingChoices().hides(wrong, m_session.openTrace()->tree())) << "after a restart";
  open("web POST /buy 0..155ms SERVER\n  bank-api POST /auth 8..148ms SERVER\n");
  EXPECT_GT(m_session.findings().size(), 0U) << "another trace";
}

TEST_F(FindingsViewTest, AKindIsMutedEverywhereUntilItIsShownAgain) {
  open(kSlow);
  const size_t all = m_session.findings().size();
  const std::string_view kind = m_session.findings()[0].kind;
  list()->setFocus();
  QTest::keyClick(list(), Qt::Key_Delete, Qt::ShiftModifier);
  open("web POST /buy 0..155ms SERVER\n  bank-api POST /auth 8..148ms SERVER\n");
  for (const analysis::Finding& finding : m_session.findings()) EXPECT_NE(finding.kind, kind);
  open(kSlow);
  EXPECT_LT(m_session.findings().size(), all);
  auto* show = m_view.findChild<QPushButton*>(QStringLiteral("findingsShowHidden"));
  ASSERT_TRUE(show->isVisible());
  picture(m_view, QStringLiteral("findings-hidden"));
  QTest::mouseClick(show, Qt::LeftButton);
  EXPECT_EQ(m_session.findings().size(), all);
  EXPECT_FALSE(show->isVisible());
}

TEST_F(FindingsViewTest, KeysCopyTheFindingAndAllOfThem) {
  open(kSlow);
  list()->setFocus();
  QTest::keySequence(list(), QKeySequence::Copy);
  EXPECT_TRUE(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("1. "))) << "plain";
  QTest::keyClick(list(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
  EXPECT_TRUE(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("1. **"))) << "Markdown";
}

TEST_F(FindingsViewTest, AHiddenFindingComesBackByKey) {
  open(kSlow);
  const size_t all = m_session.findings().size();
  list()->setFocus();
  QTest::keyClick(list(), Qt::Key_Delete);
  ASSERT_EQ(m_session.hiddenFindings(), 1U);
  QTest::keyClick(&m_view, Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(m_session.findings().size(), all);
  EXPECT_EQ(m_session.hiddenFindings(), 0U);
}

TEST_F(FindingsViewTest, ArrowsStepThroughThePlacesOfAFinding) {
  std::string text = "web GET / 0..400ms SERVER\n";
  for (int i = 0; i < 12; ++i) {
    text += "  web SELECT " + std::to_string(10 + 30 * i) + ".." + std::to_string(35 + 30 * i) +
            "ms CLIENT {db.system=mysql, db.statement=\"SELECT a FROM t WHERE id=" + std::to_string(i) + "\"}\n";
  }
  open(text);
  const auto& findings = m_session.findings();
  const auto several = std::find_if(findings.begin(), findings.end(),
                                    [](const analysis::Finding& finding) { return finding.evidence.size() > 1; });
  ASSERT_NE(several, findings.end());
  const auto chosen = static_cast<size_t>(several - findings.begin());
  m_session.selectFinding(chosen);
  list()->setFocus();
  QTest::keyClick(list(), Qt::Key_Right);
  EXPECT_EQ(m_session.selectedNode(), std::optional(several->evidence[1]));
  EXPECT_EQ(m_session.selectedFinding(), std::optional(chosen)) << "it is still looked at";
  const auto* subtitle = m_view.findChild<QLabel*>(QStringLiteral("findingsSubtitle"));
  EXPECT_TRUE(subtitle->text().contains(QStringLiteral("place 2 of %1").arg(several->evidence.size())));
  QTest::keyClick(list(), Qt::Key_Left);
  QTest::keyClick(list(), Qt::Key_Left);
  EXPECT_EQ(m_session.selectedNode(), std::optional(several->evidence.back())) << "round the end";
}

}  // namespace waybill::ui
