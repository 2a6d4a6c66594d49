// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <atomic>
#include <latch>

#include "base/append_blocks.h"
#include "base/thread_pool.h"

namespace waybill {

TEST(ThreadPool, RunsEveryTask) {
  std::atomic<int> done = 0;
  std::latch all(1000);
  ThreadPool pool(4);
  for (int i = 0; i < 1000; ++i) {
    pool.post([&](std::stop_token) {
      ++done;
      all.count_down();
    });
  }
  all.wait();
  EXPECT_EQ(done, 1000);
}

TEST(ThreadPool, DestructionStopsWhatRunsAndDropsTheRest) {
  std::atomic<bool> stopped = false;
  std::latch running(1);
  {
    ThreadPool pool(1);
    pool.post([&](std::stop_token stop) {
      running.count_down();
      while (!stop.stop_requested()) std::this_thread::yield();
      stopped = true;
    });
    running.wait();
    pool.post([](std::stop_token) { FAIL() << "must not begin"; });
  }
  EXPECT_TRUE(stopped);
}

TEST(AppendBlocks, ACopyIsNotDisturbedByTheWriter) {
  AppendBlocks<int, 4> column;
  for (int i = 0; i < 6; ++i) column.append(i);
  const AppendBlocks<int, 4> copy = column;
  for (int i = 6; i < 100; ++i) column.append(i);
  ASSERT_EQ(copy.size(), 6U);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(copy[static_cast<size_t>(i)], i);
}

TEST(CopyOnWriteBlocks, SharedBlocksAreCopiedBeforeTheyChange) {
  CopyOnWriteBlocks<int, 4> column;
  for (int i = 0; i < 6; ++i) column.append(i);
  const auto before = column.share();
  column.change(1) = 100;
  column.append(6);
  const auto after = column.share();
  column.change(1) = 200;
  EXPECT_EQ(before[1], 1);
  EXPECT_EQ(before.size(), 6U);
  EXPECT_EQ(after[1], 100);
  EXPECT_EQ(after[6], 6);
  EXPECT_EQ(column[1], 200);
}

}  // namespace waybill
