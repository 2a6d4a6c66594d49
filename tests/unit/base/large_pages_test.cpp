// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/large_pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace waybill {
namespace {

constexpr size_t kMany = kLargeBytes / sizeof(uint64_t) + 1000;

TEST(LargePages, HoldWhatIsWrittenFromEndToEnd) {
  LargeColumn<uint64_t> column(kMany);
  for (size_t i = 0; i < column.size(); ++i) column[i] = i * 3;
  LargeColumn<uint64_t> copy = column;
  copy.push_back(7);
  EXPECT_TRUE(std::equal(column.begin(), column.end(), copy.begin()));
  EXPECT_EQ(column.back(), (kMany - 1) * 3);
  EXPECT_EQ(copy.back(), 7U);
}

TEST(LargePages, KeepTheValueAVectorWasMadeOf) {
  const auto vector = largeVector<uint64_t>(kMany, 42);
  EXPECT_EQ(vector.size(), kMany);
  EXPECT_EQ(std::count(vector.begin(), vector.end(), 42U), static_cast<std::ptrdiff_t>(kMany));
}

TEST(LargePages, ReservingMovesNothingLater) {
  std::vector<uint64_t> vector;
  reserveLarge(vector, kMany);
  const uint64_t* const data = vector.data();
  vector.resize(kMany);
  EXPECT_EQ(vector.data(), data);
}

TEST(LargePages, AreNotAskedForWhereThereIsLittle) {
  const auto few = makeLarge<uint32_t>(3);
  std::fill(few.get(), few.get() + 3, 1U);
  EXPECT_EQ(few[2], 1U);
  useLargePages(nullptr, 0);
  EXPECT_TRUE(LargeColumn<uint32_t>().empty());
}

}  // namespace
}  // namespace waybill
