// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/normal.h"

#include <algorithm>

#include "session_fixture.h"
#include "support/trace_dsl.h"

namespace waybill::session {
namespace {

// "web GET /cart" that waits so long for its database.
std::string requests(int count, int queryMs, int firstTrace) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::string trace = " trace=" + std::to_string(firstTrace + i) + "\n";
    text += "web GET /cart 0.." + std::to_string(queryMs + 4) + "ms SERVER" + trace;
    text += "  db SELECT 2.." + std::to_string(queryMs + 2) + "ms CLIENT" + trace;
  }
  return text;
}

class NormalTest : public SessionTest {
 protected:
  NormalTest() {
    QObject::connect(&m_session, &Session::message, &m_session, [this](const QString& text) { m_told = text; });
  }
  QString write(const QString& name, const std::string& text) const {
    const QString path = m_folder.filePath(name);
    std::ofstream(path.toStdString(), std::ios::binary) << test::encode(test::parseTrace(text));
    return path;
  }
  void open(const QString& path) {
    m_session.openPaths({path});
    ASSERT_TRUE(waitFor([this] { return m_session.lastLoad().has_value() && m_session.openTrace() != nullptr; }));
  }
  // What the open trace is compared with; null: nothing.
  const analysis::Usual* compared() const {
    const auto open = m_session.openTrace();
    return open == nullptr || open->analysis->population == nullptr ? nullptr : open->analysis->population->usual.get();
  }
  bool isComparedWithNormal() { return compared() != nullptr && compared()->isChosen; }
  bool waitForNormal() {
    return waitFor([this] { return isComparedWithNormal(); });
  }

  Normal& m_normal = m_session.normal();
  QString m_told;
};

}  // namespace

TEST_F(NormalTest, ASingleTraceIsComparedWithTheFilesChosen) {
  const QString normal = write(QStringLiteral("normal.binpb"), requests(30, 10, 100));
  open(write(QStringLiteral("slow.binpb"), requests(1, 250, 1)));
  EXPECT_EQ(compared(), nullptr);
  m_normal.chooseFiles({normal});
  EXPECT_TRUE(m_normal.isLearning());
  ASSERT_TRUE(waitForNormal());
  EXPECT_FALSE(m_normal.isLearning());
  EXPECT_EQ(m_normal.text(), QStringLiteral("30 traces of normal.binpb"));
  EXPECT_EQ(compared()->traces, 30U);
  const auto& findings = m_session.findings();
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [](const analysis::Finding& finding) {
    return finding.sentence.find("250 ms") != std::string::npos;
  }));
  EXPECT_TRUE(m_told.isEmpty()) << m_told.toStdString();
}

TEST_F(NormalTest, TheTracesOfAFilterAreNormal) {
  open(write(QStringLiteral("shop.binpb"), requests(40, 10, 1) + requests(2, 300, 900)));
  std::vector<TraceIndex> fast;
  for (uint32_t i = 0; i < m_session.snapshot()->traceCount(); ++i) {
    if (m_session.snapshot()->trace(TraceIndex(i)).durationNs() < 100'000'000) fast.emplace_back(i);
  }
  m_normal.chooseTraces(m_session.snapshot(), fast, QStringLiteral("that match “duration<100ms”"));
  ASSERT_TRUE(waitForNormal());
  EXPECT_EQ(m_normal.text(), QStringLiteral("40 traces that match “duration<100ms”"));
  EXPECT_EQ(compared()->traces, 40U);
}

TEST_F(NormalTest, EndedTheOpenTracesAreComparedWithEachOther) {
  const QString normal = write(QStringLiteral("normal.binpb"), requests(30, 10, 100));
  open(write(QStringLiteral("shop.binpb"), requests(20, 50, 1)));
  m_normal.chooseFiles({normal});
  ASSERT_TRUE(waitForNormal());
  m_normal.end();
  EXPECT_TRUE(m_normal.text().isEmpty());
  ASSERT_TRUE(waitFor([this] { return compared() != nullptr && !compared()->isChosen; }));
  EXPECT_EQ(compared()->traces, 20U);
}

TEST_F(NormalTest, EndedASingleTraceIsComparedWithNothing) {
  const QString normal = write(QStringLiteral("normal.binpb"), requests(30, 10, 100));
  open(write(QStringLiteral("slow.binpb"), requests(1, 250, 1)));
  m_normal.chooseFiles({normal});
  ASSERT_TRUE(waitForNormal());
  m_normal.end();
  ASSERT_TRUE(waitFor([this] { return m_session.openTrace() != nullptr && compared() == nullptr; }));
  EXPECT_EQ(m_session.population(), nullptr);
}

TEST_F(NormalTest, StaysWhenOtherTracesAndFilesAreOpened) {
  const QString normal = write(QStringLiteral("normal.binpb"), requests(30, 10, 100));
  open(write(QStringLiteral("shop.binpb"), requests(20, 50, 1)));
  m_normal.chooseFiles({normal});
  ASSERT_TRUE(waitForNormal());
  const auto usual = m_normal.usual();
  m_session.openTraceAt(TraceIndex(7));
  ASSERT_TRUE(waitForNormal());
  EXPECT_EQ(compared(), usual.get());
  m_session.closeAll();
  open(write(QStringLiteral("slow.binpb"), requests(1, 250, 1)));
  ASSERT_TRUE(waitForNormal());
  EXPECT_EQ(compared(), usual.get());
}

TEST_F(NormalTest, AFileThatIsNoTraceChangesNothingAndSaysSo) {
  const QString normal = write(QStringLiteral("normal.binpb"), requests(30, 10, 100));
  open(write(QStringLiteral("slow.binpb"), requests(1, 250, 1)));
  m_normal.chooseFiles({normal});
  ASSERT_TRUE(waitForNormal());
  const auto usual = m_normal.usual();
  const QString picture = m_folder.filePath(QStringLiteral("picture.json"));
  std::ofstream(picture.toStdString(), std::ios::binary) << "\x89PNG\r\n\x1a\n and more";
  m_normal.chooseFiles({picture});
  ASSERT_TRUE(waitFor([this] { return !m_normal.isLearning(); }));
  EXPECT_TRUE(m_told.contains(QStringLiteral("PNG"))) << m_told.toStdString();
  EXPECT_EQ(m_normal.usual(), usual);
  EXPECT_EQ(m_normal.text(), QStringLiteral("30 traces of normal.binpb"));
  m_told.clear();
  m_normal.chooseTraces(m_session.snapshot(), {}, QStringLiteral("that match “x”"));
  EXPECT_FALSE(m_told.isEmpty());
  EXPECT_EQ(m_normal.usual(), usual);
}

TEST_F(NormalTest, OnlyTheLatestChoiceLandsAndNoneOnceCancelled) {
  const QString large = write(QStringLiteral("large.binpb"), requests(3000, 10, 1));
  const QString small = write(QStringLiteral("small.binpb"), requests(30, 10, 1));
  m_normal.chooseFiles({large});
  m_normal.chooseFiles({small});
  ASSERT_TRUE(waitFor([this] { return m_normal.usual() != nullptr; }));
  EXPECT_EQ(m_normal.text(), QStringLiteral("30 traces of small.binpb"));
  m_normal.chooseFiles({large});
  m_normal.cancel();
  EXPECT_FALSE(m_normal.isLearning());
  m_normal.chooseFiles({small, small});
  ASSERT_TRUE(waitFor([this] { return !m_normal.isLearning(); }));
  EXPECT_TRUE(m_normal.text().endsWith(QStringLiteral("traces of small.binpb and small.binpb")));
}

TEST_F(NormalTest, ManyFilesAreNamedByTheFirst) {
  EXPECT_EQ(originOf({QStringLiteral("/a/x.json"), QStringLiteral("/b/y.json"), QStringLiteral("z")}),
            QStringLiteral("of x.json and 2 other files"));
}

}  // namespace waybill::session
