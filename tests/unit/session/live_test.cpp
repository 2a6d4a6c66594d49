// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/live.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QSettings>
#include <QTemporaryDir>
#include <fstream>

#include "session/captures_folder.h"
#include "session/session.h"
#include "support/trace_dsl.h"
#include "support/trace_generator.h"
#include "unit/ingest/grpc_client.h"

namespace waybill::session {
namespace {

// Messages behind their length, as in a capture.
std::string framed(const std::string& message) {
  std::string out{0, 0, static_cast<char>(message.size() >> 8), static_cast<char>(message.size())};
  return out + message;
}

std::string spans(const std::string& text) {
  return test::encode(test::parseTrace(text));
}

class LiveTest : public ::testing::Test {
 protected:
  LiveTest() {
    qputenv("XDG_DATA_HOME", m_folder.path().toLocal8Bit());  // captures of its own: tests run side by side
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    QObject::connect(&m_session, &Session::message, [this](const QString& text) { m_messages << text; });
  }

  template <typename Condition>
  static bool waitFor(Condition condition) {
    QElapsedTimer timer;
    timer.start();
    while (!condition()) {
      if (timer.elapsed() > 20'000) return false;
      QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    }
    return true;
  }

  void writeFile(const std::string& bytes) const {
    std::ofstream(growing().toStdString(), std::ios::binary | std::ios::app) << bytes;
  }
  QString growing() const { return m_folder.filePath(QStringLiteral("growing.otlp")); }
  bool follow() {
    live().follow(growing());
    return waitFor([this] { return live().state() == Live::State::Following; });
  }
  static LiveSettings anyPorts() {
    LiveSettings settings;
    settings.grpc = settings.http = QStringLiteral("127.0.0.1:0");
    return settings;
  }
  bool listen(const LiveSettings& settings = anyPorts()) {
    live().setSettings(settings);
    live().start();
    return waitFor([this] { return live().state() == Live::State::Listening; });
  }
  bool send(const std::string& message) {
    ingest::GrpcClient client(ingest::parseEndpoint(live().grpcAddress().toStdString()).value());
    return client.call(ingest::kTraceExport, message).status.ok();
  }
  bool waitForSpans(uint32_t spans) {
    return waitFor([&] { return m_session.snapshot()->spanCount() == spans; });
  }
  bool waitForOpen(uint32_t spans) {
    return waitFor(
        [&] { return m_session.openTrace() != nullptr && m_session.openTrace()->tree().size() == spans; });
  }
  Live& live() { return m_session.live(); }

  QTemporaryDir m_folder;
  int m_argc = 1;
  char m_name[5] = "test";
  char* m_argv[2] = {m_name, nullptr};
  QCoreApplication m_application{m_argc, m_argv};
  Session m_session;
  QStringList m_messages;
};

constexpr char kRoot[] = "web GET / 0..100ms SERVER id=1\n";
constexpr char kChild[] = "db SELECT 10..40ms CLIENT id=2 parent=1\n";
constexpr char kLate[] = "db COMMIT 50..90ms CLIENT id=3 parent=1\n";

}  // namespace

TEST_F(LiveTest, AnOpenTraceGrowsAndKeepsWhatWasChosen) {
  writeFile(framed(spans(std::string(kRoot) + "  db SELECT 10..40ms CLIENT id=2\n")));
  ASSERT_TRUE(follow());
  EXPECT_TRUE(m_session.isShowingLive());
  ASSERT_TRUE(waitForOpen(2));
  const auto child = m_session.openTrace()->tree().find(SpanRow(1));
  m_session.selectNode(child);
  const layout::TimeRange whole = m_session.openTrace()->bounds;
  const layout::TimeRange part{whole.startNs + 1000, whole.startNs + 50'000'000};
  m_session.narrowTo(part);
  writeFile(framed(spans(kLate)));
  ASSERT_TRUE(waitForOpen(3));
  EXPECT_EQ(m_session.visibleRange(), part);
  ASSERT_TRUE(m_session.selectedNode());
  EXPECT_EQ(m_session.openTrace()->tree().name(*m_session.selectedNode()), "SELECT");
  const auto& tree = m_session.openTrace()->tree();
  EXPECT_EQ(tree.depth[tree.find(SpanRow(2))->value], 1U) << "the late span found its parent";
}

// The length before a message of the generator, big-endian.
size_t frameAt(const std::string& bytes, size_t at) {
  size_t length = 0;
  for (size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes[at + i]);
  return length + 4;
}

TEST_F(LiveTest, WhatWasFoundInABigTraceStandsWhileItGrowsAndIsFoundAnewOnceItIsQuiet) {
  test::GeneratorOptions options;
  options.spansPerTrace = 30'000;
  options.encoding = test::TraceEncoding::OtlpProtoDelimited;
  const std::string bytes = test::generateTraces(options);
  const size_t first = frameAt(bytes, 0);  // late spans; the root comes last
  writeFile(bytes.substr(first));
  ASSERT_TRUE(follow());
  ASSERT_TRUE(waitFor([this] { return m_session.openTrace() != nullptr && !m_session.isExplaining(); }));
  ASSERT_FALSE(m_session.findings().empty());
  const SpanId evidence = m_session.openTrace()->tree().spanId(m_session.findings()[0].evidence[0]);
  const std::string sentence = m_session.findings()[0].sentence;
  ASSERT_NE(m_session.findings()[0].fix, nullptr);
  bool stood = false;
  QObject::connect(&m_session, &Session::openTraceChanged, [&] {
    if (m_session.findings().empty() || m_session.findings()[0].fix != nullptr) return;
    const auto& shown = m_session.findings()[0];
    stood = shown.sentence == sentence && m_session.openTrace()->tree().spanId(shown.evidence[0]) == evidence;
  });
  writeFile(bytes.substr(0, first));
  ASSERT_TRUE(waitForOpen(30'000));
  EXPECT_TRUE(stood);
  EXPECT_TRUE(waitFor([this] { return !m_session.findings().empty() && m_session.findings()[0].fix != nullptr; }));
}

TEST_F(LiveTest, WhatIsUsualIsLearnedOnceTheStoreIsQuietAndAgainWhenItHasGrown) {
  test::GeneratorOptions options;
  options.traces = 40;
  options.spansPerTrace = 20;
  options.encoding = test::TraceEncoding::OtlpProtoDelimited;
  writeFile(test::generateTraces(options));
  ASSERT_TRUE(follow());
  const auto knownTraces = [this]() -> uint64_t {
    const auto open = m_session.openTrace();
    return open == nullptr || open->analysis->population == nullptr ? 0 : open->analysis->population->traces;
  };
  ASSERT_TRUE(waitFor([&] { return knownTraces() == 40; }));
  options.seed = 2;
  writeFile(test::generateTraces(options));
  EXPECT_TRUE(waitFor([&] { return knownTraces() == 80; }));
}

TEST_F(LiveTest, GrowingTellsOfNoOtherSelection) {
  writeFile(framed(spans(std::string(kRoot) + "  db SELECT 10..40ms CLIENT id=2\n")));
  ASSERT_TRUE(follow());
  ASSERT_TRUE(waitForOpen(2));
  m_session.selectNode(m_session.openTrace()->tree().find(SpanRow(1)));
  int told = 0;
  QObject::connect(&m_session, &Session::selectionChanged, &m_session, [&told] { ++told; });
  writeFile(
      framed(spans("db EARLIER 1..2ms CLIENT id=3 parent=1\n")));  // gives the selected span another node
  ASSERT_TRUE(waitForOpen(3));
  EXPECT_EQ(m_session.openTrace()->tree().name(*m_session.selectedNode()), "SELECT");
  EXPECT_EQ(told, 0) << "views would scroll to it";
  m_session.selectNode(std::nullopt);
  writeFile(framed(spans(kLate + std::string("  db LATER 60..61ms id=9\n"))));
  ASSERT_TRUE(waitForOpen(5));
  EXPECT_FALSE(m_session.selectedNode()) << "the user wants none";
}

TEST_F(LiveTest, AWholeRangeFollowsTheTrace) {
  writeFile(framed(spans(kRoot)));
  ASSERT_TRUE(follow());
  ASSERT_TRUE(waitForOpen(1));
  writeFile(framed(spans("web later 100..300ms id=7 parent=1\n")));
  ASSERT_TRUE(waitForOpen(2));
  EXPECT_EQ(m_session.visibleRange(), m_session.openTrace()->bounds);
  EXPECT_EQ(m_session.visibleRange().durationNs(), 300'000'000);
}

TEST_F(LiveTest, OpensATraceOnceItsRootIsThereAndStaysWithIt) {
  writeFile(framed(spans(kChild)));
  ASSERT_TRUE(follow());
  ASSERT_TRUE(waitForSpans(1));
  EXPECT_FALSE(m_session.openTraceIndex());
  writeFile(framed(spans(kRoot)));
  ASSERT_TRUE(waitForOpen(2));
  writeFile(framed(spans("web slower 0..10s SERVER id=9 trace=2\n")));
  ASSERT_TRUE(waitForSpans(3));
  EXPECT_EQ(m_session.openTrace()->tree().size(), 2U);
}

TEST_F(LiveTest, PauseHoldsThePictureAndCountsWhatComes) {
  writeFile(framed(spans(kRoot)));
  ASSERT_TRUE(follow());
  ASSERT_TRUE(waitForSpans(1));
  live().setPaused(true);
  writeFile(framed(spans(kChild)));
  ASSERT_TRUE(waitFor([this] { return live().status().spansSincePause == 1; }));
  EXPECT_EQ(m_session.snapshot()->spanCount(), 1U);
  live().setPaused(false);
  EXPECT_EQ(m_session.snapshot()->spanCount(), 2U);
}

TEST_F(LiveTest, ReceivesOnTheAddressesItTells) {
  ASSERT_TRUE(listen());
  EXPECT_TRUE(live().httpAddress().startsWith(QStringLiteral("127.0.0.1:")));
  ASSERT_TRUE(send(spans(kRoot)));
  ASSERT_TRUE(waitForSpans(1));
  ASSERT_TRUE(waitFor([this] { return live().status().requests == 1; }));
  EXPECT_EQ(live().status().clients.front().transport, QStringLiteral("gRPC"));
  live().stop();
  ASSERT_TRUE(waitFor([this] { return live().state() == Live::State::Off; }));
  EXPECT_EQ(m_session.snapshot()->spanCount(), 1U) << "what came stays";
  live().start();
  ASSERT_TRUE(waitFor([this] { return live().state() == Live::State::Listening; }));
  ASSERT_TRUE(send(spans(kChild)));
  ASSERT_TRUE(waitForSpans(2));
}

TEST_F(LiveTest, APortThatIsTakenIsToldAndAnotherOffered) {
  Live other;
  other.setSettings(anyPorts());
  other.start();
  ASSERT_TRUE(waitFor([&] { return other.state() == Live::State::Listening; }));
  LiveSettings settings;
  settings.grpc = other.grpcAddress();
  settings.http = other.httpAddress();
  live().setSettings(settings);
  live().start();
  ASSERT_TRUE(waitFor([this] { return live().state() == Live::State::Failed; }));
  EXPECT_TRUE(live().failure().contains(QStringLiteral("in use by")));
  ASSERT_TRUE(live().offersFreePorts());
  live().startOnFreePorts();
  ASSERT_TRUE(waitFor([this] { return live().state() == Live::State::Listening; }));
  EXPECT_NE(live().grpcAddress(), other.grpcAddress());
  EXPECT_TRUE(send(spans(kRoot)));
}

TEST_F(LiveTest, AWrongAddressOrUpstreamIsToldInASentence) {
  LiveSettings settings = anyPorts();
  settings.grpc = QStringLiteral("somewhere");
  live().setSettings(settings);
  live().start();
  ASSERT_TRUE(waitFor([this] { return live().state() == Live::State::Failed; }));
  EXPECT_TRUE(live().failure().contains(QStringLiteral("somewhere")));
  EXPECT_FALSE(live().offersFreePorts());
  settings = anyPorts();
  settings.forwardUrl = QStringLiteral("nowhere");
  live().setSettings(settings);
  ASSERT_TRUE(waitFor([this] { return !m_messages.isEmpty(); }));
  EXPECT_TRUE(m_messages.front().contains(QStringLiteral("nowhere")));
}

TEST_F(LiveTest, ClearKeepsThePinnedAndTheOpenTraceIsFoundAgain) {
  ASSERT_TRUE(listen());
  ASSERT_TRUE(send(spans("web other 0..5ms SERVER id=20 trace=5\n")));
  ASSERT_TRUE(send(spans(std::string(kRoot) + "  db SELECT 10..40ms CLIENT id=2\n")));
  ASSERT_TRUE(waitForSpans(3));
  const TraceId pinned = m_session.snapshot()->trace(TraceIndex(1)).id;
  m_session.openTraceAt(TraceIndex(1));
  ASSERT_TRUE(waitForOpen(2));
  m_session.selectNode(m_session.openTrace()->tree().find(SpanRow(2)));
  live().setPinned(pinned, true);
  EXPECT_TRUE(live().isPinned(pinned));
  live().clear();
  ASSERT_TRUE(waitForSpans(2));
  EXPECT_EQ(m_session.openTraceIndex(), TraceIndex(0)) << "the index of the new store";
  ASSERT_TRUE(waitFor([this] {
    return m_session.openTrace() != nullptr &&
           m_session.openTrace()->tree().snapshot->storeId() == m_session.snapshot()->storeId();
  }));
  EXPECT_EQ(m_session.openTrace()->tree().name(*m_session.selectedNode()), "SELECT");
  live().setPinned(pinned, false);
  live().clear();
  ASSERT_TRUE(waitForSpans(0));
  EXPECT_FALSE(m_session.openTraceIndex());
  EXPECT_TRUE(m_messages.last().contains(QStringLiteral("dropped")));
}

TEST_F(LiveTest, WhatWasReceivedIsOfferedAtTheNextStart) {
  {
    Live earlier;
    earlier.setSettings(anyPorts());
    earlier.start();
    ASSERT_TRUE(waitFor([&] { return earlier.state() == Live::State::Listening; }));
    ingest::GrpcClient client(ingest::parseEndpoint(earlier.grpcAddress().toStdString()).value());
    ASSERT_TRUE(client.call(ingest::kTraceExport, spans(kRoot)).status.ok());
  }
  Live later;
  ASSERT_TRUE(waitFor([&] { return later.leftOvers().size() == 1; }));
  const QString path = later.leftOvers().front().path;
  m_session.openPaths({path});
  ASSERT_TRUE(waitForSpans(1));
  later.discard(path);
  ASSERT_TRUE(waitFor([&] { return later.leftOvers().isEmpty(); }));
  EXPECT_FALSE(QFileInfo::exists(path));
}

TEST_F(LiveTest, ARunThatReceivedNothingLeavesNothing) {
  {
    Live empty;
    empty.setSettings(anyPorts());
    empty.start();
    ASSERT_TRUE(waitFor([&] { return empty.state() == Live::State::Listening; }));
  }
  EXPECT_TRUE(QDir(capturesFolder()).isEmpty());
}

TEST_F(LiveTest, KeepsACopyAndSaysSo) {
  ASSERT_TRUE(listen());
  ASSERT_TRUE(send(spans(kRoot)));
  const QString copy = m_folder.filePath(QStringLiteral("kept.otlp"));
  live().saveAs(copy);
  ASSERT_TRUE(waitFor([this] { return !m_messages.isEmpty(); }));
  EXPECT_TRUE(m_messages.front().contains(copy));
  m_session.openPaths({copy});
  ASSERT_TRUE(waitForSpans(1));
  EXPECT_FALSE(m_session.isShowingLive());
  m_session.showLive();
  EXPECT_TRUE(m_session.isShowingLive());
  EXPECT_TRUE(waitForSpans(1));
}

TEST_F(LiveTest, SettingsAreKept) {
  LiveSettings settings = anyPorts();
  settings.tokens = QStringList{QStringLiteral("a"), QStringLiteral("b")};
  settings.keepSeconds = 3600;
  settings.zipkinOn = true;
  live().setSettings(settings);
  const Live again;
  EXPECT_EQ(again.settings(), settings);
}

}  // namespace waybill::session
