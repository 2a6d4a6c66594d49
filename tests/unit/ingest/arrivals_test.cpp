// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <list>
#include <thread>
#include <vector>

#include "ingest/grpc_arrivals.h"

// Not named after gRPC, so that it runs under the thread sanitizer: all threads here are ours.
namespace waybill::ingest {

using std::chrono::seconds;

TEST(Arrivals, WhatArrivesInTimeIsTakenOnce) {
  GrpcArrivals arrivals(seconds(600));
  std::atomic<int> givenUp{0};
  GrpcArrivals::Call first{[&givenUp] { ++givenUp; }}, second{[&givenUp] { ++givenUp; }};
  arrivals.add(first);
  arrivals.add(second);
  EXPECT_TRUE(arrivals.take(first));
  EXPECT_FALSE(arrivals.take(first));
  EXPECT_TRUE(arrivals.take(second));
  EXPECT_EQ(givenUp, 0);
}

TEST(Arrivals, EveryCallIsAnsweredByExactlyOne) {
  constexpr int kCalls = 2000;
  std::atomic<int> givenUp{0}, taken{0};
  std::list<GrpcArrivals::Call> calls;  // they must not move
  GrpcArrivals arrivals(seconds(0));    // all are late at once, so that both sides reach for them
  for (int i = 0; i < kCalls; ++i) {
    calls.emplace_back().giveUp = [&givenUp] { ++givenUp; };
    arrivals.add(calls.back());
  }
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        for (GrpcArrivals::Call& call : calls) taken += arrivals.take(call) ? 1 : 0;
      });
    }
  }
  const auto giveUp = std::chrono::steady_clock::now() + seconds(60);
  while (givenUp + taken < kCalls && std::chrono::steady_clock::now() < giveUp) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(givenUp + taken, kCalls);
}

}  // namespace waybill::ingest
