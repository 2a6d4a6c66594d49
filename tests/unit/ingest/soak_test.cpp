// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// A good client among idle, slow and hostile ones. Seconds long by default; WAYBILL_SOAK_SECONDS=600 makes it
// the ten minutes that are worth running under the address sanitizer before a release. Named for what the
// thread sanitizer must leave out.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "ingest/receivers.h"
#include "unit/ingest/grpc_client.h"
#include "unit/ingest/grpc_receiver_fixture.h"
#include "unit/ingest/http_client.h"

namespace waybill::ingest {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using Seconds = std::chrono::duration<double>;

constexpr int kIdle = 1000, kSlow = 100, kHostile = 10;
constexpr int kSpans = 512;

Seconds soakTime() {
  const char* const wanted = std::getenv("WAYBILL_SOAK_SECONDS");
  return Seconds(wanted != nullptr ? std::atof(wanted) : 4.0);
}

size_t openDescriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<size_t>(std::distance(begin(entries), end(entries)));
}

class GrpcAndHttpSoakTest : public testing::Test {
 protected:
  void SetUp() override {
    struct rlimit limit {};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    RetentionLimits limits;
    limits.bytes = uint64_t{256} << 20;
    store->setLimits(limits);
    ReceiverOptions options;
    options.stallTimeout = std::chrono::seconds(5);
    Receivers::StartError error;
    receivers = Receivers::start({Endpoint{}, Endpoint{}, std::nullopt}, options, service, error);
    ASSERT_NE(receivers, nullptr) << error.message;
  }

  const Endpoint& endpoint(int number) const {
    return number % 2 == 0 ? *receivers->bound().grpc : *receivers->bound().http;
  }

  // Sends whole batches for a while; spans a second.
  double sendWell(Seconds time) {
    GrpcClient client(*receivers->bound().grpc);
    const std::string request = traceRequest(kSpans, 100);
    uint64_t sent = 0;
    const auto began = Clock::now();
    while (Clock::now() - began < time) {
      EXPECT_TRUE(client.call(kTraceExport, request).status.ok());
      ++sent;
    }
    acknowledged += sent * kSpans;
    return static_cast<double>(sent * kSpans) / Seconds(Clock::now() - began).count();
  }

  std::unique_ptr<LiveStore> store = LiveStore::open("").value();
  OtlpService service{*store};
  std::unique_ptr<Receivers> receivers;
  uint64_t acknowledged = 0;
};

// A byte now and then of a request that never ends.
void sendSlowly(const std::vector<std::unique_ptr<HttpClient>>& clients, const std::atomic<bool>& ended) {
  const std::string request =
      postText("/v1/traces", "content-type: application/x-protobuf\r\n", std::string(100'000, 'x'));
  for (size_t at = 0; !ended; at = (at + 1) % request.size()) {
    for (const auto& client : clients) client->send(request.substr(at, 1));
    std::this_thread::sleep_for(milliseconds(50));
  }
}

void sendGarbage(const Endpoint& endpoint, unsigned seed, const std::atomic<bool>& ended) {
  std::mt19937 random(seed);
  std::string garbage(20'000, '\0');  // made once: its making must not take the receivers' time
  for (char& c : garbage) c = static_cast<char>(random());
  while (!ended) {
    HttpClient client(endpoint);
    const std::string bytes = garbage.substr(random() % garbage.size());
    // Half of them begin as they should.
    client.send(random() % 2 == 0 ? bytes
                                  : postText("/v1/traces", "content-type: application/json\r\n", bytes));
    std::this_thread::sleep_for(milliseconds(10));
  }
}

}  // namespace

TEST_F(GrpcAndHttpSoakTest, AGoodClientIsServedAmongIdleSlowAndHostileOnes) {
  sendWell(Seconds(0.3));  // threads and buffers come to be
  const size_t descriptors = openDescriptors();
  const double alone = sendWell(soakTime() / 4);
  double beset = 0;
  {
    std::vector<std::unique_ptr<HttpClient>> idle, slow;
    for (int i = 0; i < kIdle; ++i) idle.push_back(std::make_unique<HttpClient>(endpoint(i)));
    for (int i = 0; i < kSlow; ++i) slow.push_back(std::make_unique<HttpClient>(endpoint(i)));
    std::atomic<bool> ended = false;
    std::vector<std::jthread> others;
    others.emplace_back([&] { sendSlowly(slow, ended); });
    for (int i = 0; i < kHostile; ++i) {
      others.emplace_back([&, i] { sendGarbage(endpoint(i), static_cast<unsigned>(i), ended); });
    }
    beset = sendWell(soakTime() / 2);
    ended = true;
  }
  const double after = sendWell(soakTime() / 4);
  std::cout << "spans/s alone " << alone << ", beset " << beset << ", after " << after << "\n";
  const auto giveUp = Clock::now() + std::chrono::seconds(60);
  while (openDescriptors() > descriptors && Clock::now() < giveUp)
    std::this_thread::sleep_for(milliseconds(50));
  EXPECT_LE(openDescriptors(), descriptors) << "connections were left open";
  EXPECT_GT(service.counters().refused, 0U);
  // Everything acknowledged was kept, or dropped by the limit, which says so.
  store->publish();
  const auto giveUpDropping = Clock::now() + std::chrono::seconds(60);
  const auto kept = [this] { return store->droppedSpans() + store->snapshot()->spanCount(); };
  while (kept() != acknowledged && Clock::now() < giveUpDropping)
    std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(kept(), acknowledged);
}

}  // namespace waybill::ingest
