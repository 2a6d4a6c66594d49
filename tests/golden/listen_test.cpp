// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <random>
#include <thread>

#include "golden/listening.h"
#include "golden/program.h"
#include "ingest/file_loader.h"
#include "support/trace_dsl.h"
#include "unit/ingest/grpc_client.h"

namespace waybill::golden {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int kSpansOfBatch = 50;

// Spans whose ids tell the batch.
std::string batch(uint64_t number) {
  std::vector<test::SpanSpec> spans(kSpansOfBatch);
  for (size_t i = 0; i < spans.size(); ++i) {
    spans[i].id = number * kSpansOfBatch + i + 1;
    spans[i].trace = TraceId{9, number};
    spans[i].startNs = static_cast<uint64_t>(test::kEpochNs);
    spans[i].endNs = spans[i].startNs + 1000;
    spans[i].attributes = {{"http.route", "/a/route/of/some/length"}, {"http.response.status_code", "200"}};
  }
  return test::encode(spans);
}

// How often each batch is there, by number; every one must be whole.
std::vector<int> batchesIn(const std::string& capture, uint64_t batches) {
  store::TraceStore store;
  ingest::loadFiles({capture}, store);
  const auto snapshot = store.snapshot();
  std::vector<int> spans(batches, 0);
  for (SpanRow row; row.value < snapshot->spanCount(); ++row.value) {
    ++spans[(snapshot->spans().id(row).value - 1) / kSpansOfBatch];
  }
  for (int& count : spans) {
    EXPECT_EQ(count % kSpansOfBatch, 0) << "a batch is there in part";
    count /= kSpansOfBatch;
  }
  return spans;
}

class Sender {
 public:
  explicit Sender(const std::string& address) : m_client(ingest::parseEndpoint(address).value()) {}
  bool send(const std::string& request) { return m_client.call(ingest::kTraceExport, request).status.ok(); }

 private:
  ingest::GrpcClient m_client;
};

class ListenTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    m_folder = fs::path(WAYBILL_TEST_OUTPUT) / (std::string("listen_") + test->name());
    fs::remove_all(m_folder);
    fs::create_directories(m_folder);
    m_capture = (m_folder / "live.otlp").string();
  }
  void TearDown() override { fs::remove_all(m_folder); }

  fs::path m_folder;
  std::string m_capture;
};

}  // namespace

TEST_F(ListenTest, NothingAcknowledgedIsLostByKills) {
  constexpr int kKills = 20, kSenders = 3;
  std::mt19937 random(20261124);
  std::atomic<uint64_t> next{0};
  std::mutex mutex;
  std::vector<uint64_t> acknowledged;
  for (int i = 0; i < kKills; ++i) {
    Listening program({"--capture", m_capture});
    ASSERT_FALSE(program.grpc().empty());
    std::atomic<bool> killed = false;
    std::vector<std::jthread> senders;
    for (int s = 0; s < kSenders; ++s) {
      senders.emplace_back([&] {
        Sender sender(program.grpc());
        while (!killed) {
          const uint64_t number = next++;
          if (!sender.send(batch(number))) return;
          const std::lock_guard lock(mutex);
          acknowledged.push_back(number);
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(30 + random() % 400));
    EXPECT_EQ(program.end(SIGKILL), -SIGKILL);
    killed = true;
  }
  EXPECT_GT(acknowledged.size(), static_cast<size_t>(kKills));
  // What the killed programs left is continued at the next start; a message torn by the last kill is cut off.
  Listening again({"--capture", m_capture, "--spans", "1"});
  EXPECT_EQ(again.wait(), 0);
  const std::vector<int> there = batchesIn(m_capture, next);
  for (const uint64_t number : acknowledged) EXPECT_EQ(there[number], 1) << "batch " << number;
  EXPECT_EQ(std::count_if(there.begin(), there.end(), [](int copies) { return copies > 1; }), 0) << "doubled";
  const auto spans = std::count(there.begin(), there.end(), 1) * kSpansOfBatch;
  EXPECT_THAT(again.output(), HasSubstr("\"spans\":" + std::to_string(spans)));
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
}

TEST_F(ListenTest, EndsAfterSoManySpansAndSaysWhatCame) {
  Listening program({"--spans", std::to_string(2 * kSpansOfBatch)});
  Sender sender(program.grpc());
  EXPECT_TRUE(sender.send(batch(0)));
  EXPECT_TRUE(sender.send(batch(1)));
  EXPECT_EQ(program.wait(), 0);
  EXPECT_THAT(program.output(), HasSubstr(R"("spans":100,"traces":2,"requests":2,"refused":0)"));
}

TEST_F(ListenTest, EndsAtASignalAndAfterATime) {
  Listening first({});
  EXPECT_EQ(first.end(SIGTERM), 0);
  Listening second({"--for", "0.2"});
  EXPECT_EQ(second.wait(), 0);
}

TEST_F(ListenTest, SaysWhoHoldsThePort) {
  const Listening program({});
  const Outcome outcome = runCli({"listen", "--grpc", program.grpc(), "--http", "off"}, m_folder);
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr(program.grpc() + " is in use by waybill-cli (process "));
}

TEST_F(ListenTest, RefusesWhatIsNoAddressAndNoCapture) {
  EXPECT_EQ(runCli({"listen", "--grpc", "somewhere"}, m_folder).exit, 2);
  writeFile(m_folder / "letter.txt", "hello, this is a letter");
  const Outcome outcome = runCli({"listen", "--capture", "letter.txt"}, m_folder);
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("letter.txt is no capture"));
  EXPECT_EQ(readFile(m_folder / "letter.txt"), "hello, this is a letter");
}

TEST_F(ListenTest, PassesEverythingOnAndNeverWaitsForIt) {
  Listening upstream({"--spans", std::to_string(2 * kSpansOfBatch)});
  Listening program({"--forward", "http://" + upstream.http()});
  Sender sender(program.grpc());
  EXPECT_TRUE(sender.send(batch(0)));
  EXPECT_TRUE(sender.send(batch(1)));
  EXPECT_EQ(upstream.wait(), 0);
  EXPECT_THAT(upstream.output(), HasSubstr(R"("spans":100,)"));
  EXPECT_TRUE(sender.send(batch(2))) << "nobody is there any more";
}

TEST_F(ListenTest, FollowsAFile) {
  writeFile(m_folder / "growing.json", "");
  Listening program({"--follow", (m_folder / "growing.json").string(), "--spans", "1"});
  writeFile(
      m_folder / "growing.json",
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8aa5a2d2c872e8321cf37308d69df2",)"
      R"("spanId":"051581bf3cb55c13","name":"late","startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]})"
      "\n");
  EXPECT_EQ(program.wait(), 0);
}

}  // namespace waybill::golden
