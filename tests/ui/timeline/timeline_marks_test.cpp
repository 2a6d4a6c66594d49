// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the timeline says between and behind bars: gaps, queues, slack, brackets, badges.
#include "ui/timeline/evidence_rows.h"
#include "ui/timeline/picture_fixture.h"
#include "ui/timeline/timeline_canvas.h"
#include "ui/timeline/timeline_view.h"

namespace waybill::ui {
namespace {

constexpr const char* kGaps = R"(
web GET /order          0..1000ms   SERVER id=1
  web POST /charge      50..500ms   CLIENT id=2
    pay POST /charge    200..400ms  SERVER id=3
      pay INSERT        210..390ms  CLIENT id=4
  web side              60..300ms   id=5
  web POST /send        700..950ms  CLIENT id=6
  web publish           960..970ms  PRODUCER id=7
    mail consume        1300..1390ms CONSUMER id=8
)";

std::string retries() {
  std::string text = "web POST /pay 0..1000ms SERVER id=1\n";
  for (int i = 0; i < 3; ++i) {
    const int start = 10 + i * 320;
    text += "  web POST /charge " + std::to_string(start) + ".." + std::to_string(start + 300) + "ms CLIENT" +
            (i < 2 ? " error" : "") + " {http.request.method=POST, server.address=bank, http.request.resend_count=" +
            std::to_string(i) + "} id=" + std::to_string(10 + i) + "\n";
  }
  return text;
}

std::string nPlusOne() {
  std::string text = "web GET /list 0..900ms SERVER id=1\n";
  for (int i = 0; i < 24; ++i) {
    text += "  web SELECT " + std::to_string(10 + i * 35) + ".." + std::to_string(20 + i * 35 + i * 7 % 20) +
            "ms CLIENT {db.system=postgresql, db.query.text=SELECT a FROM item WHERE id=" + std::to_string(1000 + i) +
            "} id=" + std::to_string(100 + i) + "\n";
  }
  return text;
}

class TimelineMarksTest : public test::PictureFixture<TimelineView> {
 protected:
  TimelineCanvas& canvas() { return static_cast<TimelineCanvas&>(*m_canvas); }
  // At a time after the trace's start, in a span's row.
  QPoint when(double ms, uint64_t spanId) {
    const double x = m_canvas->scale().x(m_session.openTrace()->bounds.startNs + static_cast<int64_t>(ms * 1e6));
    return {m_canvas->lanes().plotLeft + static_cast<int>(x),
            canvas().rowRect(canvas().rows()->rowShowing(node(spanId))).center().y()};
  }
  EvidenceRows evidence() {
    const Annotations annotations(m_session.openTrace()->analysis, m_session.findings());
    return {*canvas().rows(), m_session.openTrace()->tree(), annotations, m_session.findings()};
  }
  const Bracket* bracketOf(const EvidenceRows& rows, std::string_view kind) {
    for (const Bracket& bracket : rows.brackets()) {
      if (m_session.findings()[bracket.rank].kind == kind) return &bracket;
    }
    return nullptr;
  }
  // Where the badge of a finding was painted.
  std::optional<QPoint> badge(size_t rank) {
    m_canvas->grab();
    const QString start = QStringLiteral("Finding %1: ").arg(rank + 1);
    for (int y = m_canvas->lanes().axisHeight; y < m_canvas->height(); y += 6) {
      for (int x = m_canvas->lanes().plotLeft; x < m_canvas->width(); x += 3) {
        if (m_canvas->tooltipAt({x, y}).startsWith(start)) return QPoint(x, y);
      }
    }
    return std::nullopt;
  }
};

TEST_F(TimelineMarksTest, HoveringOverAGapOfThePathSaysWhatItIs) {
  openText(kGaps);
  show();
  const std::pair<QPoint, const char*> expected[] = {
      {when(100, 2), "Here 150 ms passed between caller and callee"},
      {when(450, 2), "Here 100 ms passed between caller and callee"},
      {when(600, 1), "Nothing is recorded here for 200 ms"},
      {when(800, 6), "Waited 250 ms for a peer that recorded nothing"},
      {when(1100, 8), "The message lay in its queue for 330 ms"}};
  for (const auto& [position, sentence] : expected) {
    const QString text = m_canvas->tooltipAt(position);
    EXPECT_TRUE(text.startsWith(QString::fromUtf8(sentence))) << sentence << " does not begin " << text.toStdString();
  }
  EXPECT_TRUE(m_canvas->tooltipAt(when(300, 2)).startsWith(QStringLiteral("POST /charge")));
  screenshot(QStringLiteral("timeline-gaps.png"));
}

TEST_F(TimelineMarksTest, ABranchBesideThePathSaysHowMuchLaterItCouldEnd) {
  openText(kGaps);
  show();
  const QString text = m_canvas->tooltipAt(when(100, 5));
  EXPECT_TRUE(text.contains(QStringLiteral("Could end 200 ms later without delaying the request."))) << text.toStdString();
  EXPECT_FALSE(m_canvas->tooltipAt(when(300, 2)).contains(QStringLiteral("later")));
}

TEST_F(TimelineMarksTest, GapsAndSlackAreDrawnWithThePathOnly) {
  openText(kGaps);
  show();
  m_session.setCriticalPathShown(true);
  const QPoint inGap = when(60, 2) - QPoint(0, 4), inSlack = when(480, 5) + QPoint(0, 6);
  const auto colorsAround = [&](const QPoint& at) {
    const QImage image = m_canvas->grab(QRect(at - QPoint(8, 1), QSize(17, 3))).toImage();
    QSet<QRgb> colors;
    for (int x = 0; x < image.width(); ++x) colors.insert(image.pixel(x, image.height() / 2));
    return colors;
  };
  EXPECT_GT(colorsAround(inGap).size(), 1) << "hatched";
  const auto slack = colorsAround(inSlack);
  m_session.setCriticalPathShown(false);
  EXPECT_NE(slack, colorsAround(inSlack));
  m_session.setCriticalPathShown(true);
}

TEST_F(TimelineMarksTest, ARetrysAttemptsAreBracketed) {
  openText(retries());
  show();
  const EvidenceRows rows = evidence();
  const Bracket* bracket = bracketOf(rows, "B10");
  ASSERT_NE(bracket, nullptr);
  EXPECT_EQ(bracket->rows, (std::vector<uint32_t>{1, 2, 3}));
  screenshot(QStringLiteral("timeline-retry-bracket.png"));
}

TEST_F(TimelineMarksTest, RepeatedQueriesAreBracketedOverTheirFoldedRowAndRowByRowWhenItIsOpen) {
  openText(nPlusOne());
  show();
  const EvidenceRows folded = evidence();
  const Bracket* over = bracketOf(folded, "B5");
  ASSERT_NE(over, nullptr);
  EXPECT_EQ(over->rows, std::vector<uint32_t>{1});
  ASSERT_NE(folded.of(1), nullptr);
  EXPECT_FALSE(folded.of(1)->badges.empty()) << "the number is on the row that hides the evidence";
  screenshot(QStringLiteral("timeline-nplus1-folded.png"));
  canvas().expandAll();
  const EvidenceRows open = evidence();
  const Bracket* beside = bracketOf(open, "B5");
  ASSERT_NE(beside, nullptr);
  EXPECT_EQ(beside->rows.size(), 24U);
  EXPECT_EQ(open.of(1), nullptr);
  screenshot(QStringLiteral("timeline-nplus1-open.png"));
}

TEST_F(TimelineMarksTest, ABadgeSaysItsFindingAndAClickSelectsIt) {
  openText(nPlusOne());
  show();
  ASSERT_FALSE(m_session.findings().empty());
  m_session.selectFinding(std::nullopt);
  const auto at = badge(0);
  ASSERT_TRUE(at);
  EXPECT_TRUE(m_canvas->tooltipAt(*at).contains(QString::fromStdString(m_session.findings()[0].sentence)));
  QTest::mouseClick(m_canvas, Qt::LeftButton, {}, *at);
  EXPECT_EQ(m_session.selectedFinding(), std::optional<size_t>(0));
}

TEST_F(TimelineMarksTest, ADismissedFindingTakesItsBadgeAndBracketAlong) {
  openText(nPlusOne());
  show();
  while (!m_session.findings().empty()) m_session.dismissFinding(0);
  EXPECT_FALSE(badge(0));
  EXPECT_TRUE(evidence().brackets().empty());
  m_session.showHiddenFindings();
}

}  // namespace
}  // namespace waybill::ui
