// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/live_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "ingest/file_loader.h"
#include "support/trace_dsl.h"

namespace waybill::ingest {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::SpanSpec;
using testing::HasSubstr;

constexpr size_t kFat = 2000;  // bytes of an attribute, so that few spans make many bytes

// A message with `count` spans of one trace.
std::string traceMessage(uint64_t trace, int count, const std::string& service = "web", size_t fat = 0) {
  std::vector<SpanSpec> spans;
  for (int i = 0; i < count; ++i) {
    SpanSpec span;
    span.id = trace * 1000 + static_cast<uint64_t>(i) + 1;
    span.parent = i == 0 ? 0 : trace * 1000 + 1;
    span.startNs = static_cast<uint64_t>(test::kEpochNs) + trace * 1000;
    span.endNs = span.startNs + 500;
    span.service = service;
    span.trace = TraceId{7, trace};
    if (fat > 0) span.attributes = {{"fat", std::string(fat, 'x')}};
    spans.push_back(span);
  }
  return test::encode(spans);
}

Result<void> append(LiveStore& store, const std::string& message) {
  return store.append(std::array<std::string_view, 1>{message});
}

bool eventually(const std::function<bool()>& holds) {
  const auto giveUp = std::chrono::steady_clock::now() + seconds(30);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > giveUp) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

uint64_t spansInFile(const std::string& path) {
  store::TraceStore store;
  return loadFiles({path}, store).files.front().spans;
}

class LiveStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    m_folder = fs::path(WAYBILL_TEST_OUTPUT) / (std::string("live_store_") + test->name());
    fs::remove_all(m_folder);
    fs::create_directories(m_folder);
    m_path = (m_folder / "live.otlp").string();
  }
  void TearDown() override { fs::remove_all(m_folder); }

  std::unique_ptr<LiveStore> open(const RetentionLimits& limits = {}) const {
    auto store = LiveStore::open(m_path, limits);
    EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message);
    return store.ok() ? std::move(store).value() : nullptr;
  }

  fs::path m_folder;
  std::string m_path;
};

}  // namespace

TEST_F(LiveStoreTest, WhatIsAppendedIsOnDiskAtOnceAndVisibleSoon) {
  const auto store = open();
  ASSERT_TRUE(append(*store, traceMessage(1, 3)).ok());
  EXPECT_EQ(spansInFile(m_path), 3U);
  ASSERT_TRUE(eventually([&] { return store->snapshot()->spanCount() == 3; }));
  ASSERT_TRUE(append(*store, traceMessage(2, 2)).ok());
  EXPECT_TRUE(eventually([&] { return store->snapshot()->spanCount() == 5; }))
      << "published without another append";
  EXPECT_EQ(store->snapshot()->name(SpanRow(4)), "op") << "read from the mapped capture";
}

TEST_F(LiveStoreTest, GoesOnWithTheCaptureOfAProgramThatWasKilled) {
  {
    const auto store = open();
    ASSERT_TRUE(append(*store, traceMessage(1, 3)).ok());
  }
  std::ofstream(m_path, std::ios::binary | std::ios::app) << std::string("\0\0\1\0\x0Ahalf", 9);
  const auto store = open();
  EXPECT_EQ(store->snapshot()->spanCount(), 3U);
  EXPECT_EQ(store->snapshot()->diagnostics().count(DiagnosticKind::TruncatedTail), 1U);
  ASSERT_TRUE(append(*store, traceMessage(2, 4)).ok());
  EXPECT_EQ(spansInFile(m_path), 7U);
}

TEST_F(LiveStoreTest, SaysThatTheDiskIsFullKeepsNothingHalfAndGoesOn) {
  const auto store = open();
  ASSERT_TRUE(append(*store, traceMessage(1, 3)).ok());
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit small { store->captureBytes() + 5000, before.rlim_max };
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string a = traceMessage(2, 1), b = traceMessage(3, 5, "web", kFat);
  const auto refused = store->append(std::array<std::string_view, 2>{a, b});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("full"));
  EXPECT_EQ(spansInFile(m_path), 3U) << "all or none";
  ASSERT_TRUE(append(*store, b).ok());
  EXPECT_EQ(spansInFile(m_path), 8U);
  EXPECT_TRUE(eventually([&] { return store->snapshot()->spanCount() == 8; }));
}

TEST_F(LiveStoreTest, ManyThreadsAppendWhileOthersRead) {
  const auto store = open();
  constexpr int kThreads = 4, kMessages = 100;
  std::vector<std::jthread> threads;
  std::atomic<bool> ended = false;
  std::jthread reader([&] {
    uint64_t seen = 0;
    while (!ended) {
      const auto snapshot = store->snapshot();
      EXPECT_GE(snapshot->spanCount(), seen);
      seen = snapshot->spanCount();
      if (seen == 0) continue;
      EXPECT_FALSE(snapshot->spanMessage(SpanRow(snapshot->spanCount() - 1)).empty());
    }
  });
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&store, t] {
      for (int i = 0; i < kMessages; ++i) {
        EXPECT_TRUE(append(*store, traceMessage(static_cast<uint64_t>(t * kMessages + i + 1), 5)).ok());
      }
    });
  }
  threads.clear();
  EXPECT_TRUE(eventually([&] { return store->snapshot()->spanCount() == kThreads * kMessages * 5; }));
  ended = true;
  reader.join();
  EXPECT_EQ(spansInFile(m_path), static_cast<uint64_t>(kThreads * kMessages * 5));
}

TEST_F(LiveStoreTest, TheLimitDropsTheNoisyServiceFirstAndKeepsThePinned) {
  RetentionLimits limits;
  limits.bytes = uint64_t{1} << 20;
  const auto store = open(limits);
  store->setPinned(TraceId{7, 2}, true);
  ASSERT_TRUE(append(*store, traceMessage(1, 5, "quiet", kFat)).ok());
  ASSERT_TRUE(append(*store, traceMessage(2, 5, "noisy", kFat)).ok());
  const uint64_t firstStore = store->snapshot()->storeId();
  constexpr uint64_t kLast = 400;  // 4 MB
  for (uint64_t trace = 3; trace <= kLast; ++trace) {
    ASSERT_TRUE(append(*store, traceMessage(trace, 5, "noisy", kFat)).ok());
  }
  // What came last is shown a moment after it was written.
  ASSERT_TRUE(eventually([&] {
    return store->captureBytes() <= limits.bytes &&
           store->droppedSpans() + store->snapshot()->spanCount() == 5 * kLast;
  }));
  const auto snapshot = store->snapshot();
  EXPECT_NE(snapshot->storeId(), firstStore);
  EXPECT_TRUE(snapshot->findTrace(TraceId{7, 1})) << "one noisy service does not evict the others";
  EXPECT_TRUE(snapshot->findTrace(TraceId{7, 2})) << "pinned";
  EXPECT_FALSE(snapshot->findTrace(TraceId{7, 3}));
  EXPECT_TRUE(snapshot->findTrace(TraceId{7, kLast})) << "the latest";
  EXPECT_EQ(store->droppedSpans(), 5 * kLast - snapshot->spanCount());
  EXPECT_EQ(spansInFile(m_path), snapshot->spanCount()) << "the capture holds what is shown";
  EXPECT_EQ(snapshot->service(SpanRow(0)), "quiet");
  EXPECT_EQ(snapshot->span(SpanRow(0)).attribute("fat")->string().size(), kFat);
  EXPECT_EQ(store->problem(), "");
}

TEST_F(LiveStoreTest, NothingIsLostWhileTracesAreDropped) {
  RetentionLimits limits;
  limits.bytes = uint64_t{1} << 20;
  const auto store = open(limits);
  std::vector<std::jthread> threads;
  constexpr uint64_t kTraces = 300, kThreads = 3;
  for (uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&store, t] {
      for (uint64_t i = 1; i <= kTraces; ++i) {
        EXPECT_TRUE(append(*store, traceMessage(t * kTraces + i, 5, "s" + std::to_string(t), kFat)).ok());
      }
    });
  }
  threads.clear();
  ASSERT_TRUE(eventually([&] {
    return store->captureBytes() <= limits.bytes &&
           store->droppedSpans() + store->snapshot()->spanCount() == kThreads * kTraces * 5;
  }));
}

TEST_F(LiveStoreTest, ATraceThatNeverEndsIsDroppedAgainAndAgain) {
  RetentionLimits limits;
  limits.bytes = uint64_t{1} << 20;
  limits.age = std::chrono::hours(1);  // so that arrivals are looked at too
  const auto store = open(limits);
  uint64_t sent = 0;
  const auto until = std::chrono::steady_clock::now() + seconds(3);
  while (std::chrono::steady_clock::now() < until) {
    ASSERT_TRUE(append(*store, traceMessage(1, 20, "web", kFat)).ok());
    sent += 20;
  }
  ASSERT_TRUE(eventually([&] { return store->droppedSpans() + store->snapshot()->spanCount() == sent; }));
  EXPECT_GT(store->droppedSpans(), 0U);
}

TEST_F(LiveStoreTest, TheAgeLimitDropsWhatArrivedLongAgo) {
  RetentionLimits limits;
  limits.age = seconds(2);
  const auto store = open(limits);
  ASSERT_TRUE(append(*store, traceMessage(1, 3)).ok());
  std::this_thread::sleep_for(milliseconds(1100));
  store->setPinned(TraceId{7, 2}, true);
  ASSERT_TRUE(append(*store, traceMessage(2, 3)).ok());
  EXPECT_TRUE(eventually([&] { return !store->snapshot()->findTrace(TraceId{7, 1}); }));
  EXPECT_TRUE(store->snapshot()->findTrace(TraceId{7, 2}));
}

TEST_F(LiveStoreTest, ClearKeepsOnlyThePinned) {
  const auto store = open();
  for (uint64_t trace = 1; trace <= 3; ++trace) ASSERT_TRUE(append(*store, traceMessage(trace, 2)).ok());
  store->setPinned(TraceId{7, 2}, true);
  ASSERT_TRUE(store->clear().ok());
  EXPECT_EQ(store->snapshot()->traceCount(), 1U);
  EXPECT_TRUE(store->snapshot()->findTrace(TraceId{7, 2}));
  EXPECT_EQ(spansInFile(m_path), 2U);
  ASSERT_TRUE(append(*store, traceMessage(9, 2)).ok());
  EXPECT_TRUE(eventually([&] { return store->snapshot()->traceCount() == 2; }));
}

TEST_F(LiveStoreTest, SavesWhatIsThereAsAFileOfItsOwn) {
  const auto store = open();
  ASSERT_TRUE(append(*store, traceMessage(1, 3)).ok());
  const std::string copy = (m_folder / "kept.otlp").string();
  ASSERT_TRUE(store->saveAs(copy).ok());
  EXPECT_EQ(spansInFile(copy), 3U);
  const auto again = store->saveAs(copy);
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().message, HasSubstr("already"));
  EXPECT_FALSE(store->saveAs((m_folder / "no" / "such").string()).ok());
}

TEST_F(LiveStoreTest, WithoutAPathNothingIsLeftBehind) {
  auto store = LiveStore::open("");
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE(append(*store.value(), traceMessage(1, 3)).ok());
  ASSERT_TRUE(store.value()->clear().ok());
  ASSERT_TRUE(append(*store.value(), traceMessage(2, 3)).ok());
  EXPECT_TRUE(eventually([&] { return store.value()->snapshot()->spanCount() == 3; }));
}

}  // namespace waybill::ingest
