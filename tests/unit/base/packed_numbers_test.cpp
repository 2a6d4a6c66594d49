// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/packed_numbers.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace waybill {
namespace {

void expectReadsBack(const std::vector<uint64_t>& numbers) {
  PackedNumbers packed;
  for (const uint64_t number : numbers) packed.push_back(number);
  for (int round = 0; round < 2; ++round) {  // before and after it is finished
    ASSERT_EQ(packed.size(), numbers.size());
    for (size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(packed[i], numbers[i]) << i;
    packed.finish();
  }
  std::array<uint64_t, PackedNumbers::kBlock> block;
  size_t seen = 0;
  for (size_t b = 0; b < packed.blocks(); ++b) {
    packed.unpack(b, block.data());
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < PackedNumbers::kBlock && seen < numbers.size(); ++i, ++seen) {
      ASSERT_EQ(block[i], numbers[seen]) << seen;
      least = std::min(least, block[i]);
    }
    ASSERT_EQ(packed.leastOf(b), least);
  }
  ASSERT_EQ(seen, numbers.size());
}

TEST(PackedNumbers, ReadBackWhateverTheirSpread) {
  std::mt19937_64 random(1);
  for (const size_t size : {0, 1, 2, 63, 127, 128, 129, 256, 1000}) {
    for (int bits = 0; bits <= 64; ++bits) {
      SCOPED_TRACE(std::to_string(size) + " of " + std::to_string(bits) + " bits");
      const uint64_t mask = bits == 0 ? 0 : ~uint64_t{0} >> (64 - bits);
      const uint64_t base = random() & ~mask;
      std::vector<uint64_t> numbers(size);
      for (uint64_t& number : numbers) number = base + (random() & mask);
      expectReadsBack(numbers);
    }
  }
}

TEST(PackedNumbers, ReadBackWhereBlocksDifferInWidth) {
  std::mt19937_64 random(2);
  std::vector<uint64_t> numbers;
  for (int block = 0; block < 40; ++block) {
    const int shift = static_cast<int>(random() % 64);
    for (size_t i = 0; i < PackedNumbers::kBlock; ++i) numbers.push_back(block % 5 == 0 ? 7 : random() >> shift);
  }
  numbers.insert(numbers.end(), {0, UINT64_MAX, 1, UINT64_MAX - 1});
  expectReadsBack(numbers);
}

}  // namespace
}  // namespace waybill
