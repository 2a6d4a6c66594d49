// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/span_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

namespace waybill::store {
namespace {

SpanTable::Row inContext(uint32_t context) {
  SpanTable::Row row;
  row.context = ContextIndex(context);
  return row;
}

}  // namespace

TEST(SpanTable, KeepsContextsHoweverFarApart) {
  std::mt19937 random(1);
  SpanTable table;
  std::vector<uint32_t> contexts;
  for (uint32_t i = 0; i < SpanTable::kBlockRows * 40; ++i) {
    const uint32_t block = i / SpanTable::kBlockRows;
    // Some blocks stay together, some stray up or down once, some are all over.
    uint32_t context = block * 70'000 + random() % 30'000;
    if (block % 4 == 1 && i % 1000 == 999) context = UINT32_MAX;
    if (block % 4 == 2 && i % 1000 == 999) context = 0;
    if (block % 4 == 3) context = static_cast<uint32_t>(random());
    contexts.push_back(context);
    table.append(inContext(context));
  }
  for (uint32_t i = 0; i < contexts.size(); ++i) ASSERT_EQ(table.context(SpanRow(i)).value, contexts[i]) << i;
}

TEST(SpanTable, ACopyIsReadWhileContextsStray) {
  for (int round = 0; round < 50; ++round) {
    SpanTable table;
    for (uint32_t i = 0; i < 100; ++i) table.append(inContext(1000 + i));
    const SpanTable copy = table;
    std::atomic<bool> done = false;
    std::thread reader([&] {
      do {
        for (uint32_t i = 0; i < 100; ++i) ASSERT_EQ(copy.context(SpanRow(i)).value, 1000 + i);
      } while (!done);
    });
    for (uint32_t i = 0; i < 100; ++i) table.append(inContext(i * 10'000'000));
    done = true;
    reader.join();
    EXPECT_EQ(table.context(SpanRow(199)).value, 990'000'000U);
  }
}

}  // namespace waybill::store
