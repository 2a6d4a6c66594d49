// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/longest_index.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/generator_random.h"

namespace waybill::layout {
namespace {

TEST(LongestIndex, AgreesWithLookingAtEveryValue) {
  test::Random random(3);
  for (const uint32_t size : {1U, 3U, 4U, 5U, 16U, 17U, 63U, 64U, 65U, 257U, 1000U}) {
    std::vector<int64_t> values(size);
    for (int64_t& value : values) value = random.below(40);
    const LongestIndex index(values);
    for (uint32_t begin = 0; begin < size; ++begin) {
      for (uint32_t end = begin + 1; end <= size; end += 1 + random.below(7)) {
        const auto expected = std::max_element(values.begin() + begin, values.begin() + end) - values.begin();
        ASSERT_EQ(index.longest(values, begin, end), expected) << size << " " << begin << " " << end;
      }
    }
  }
}

}  // namespace
}  // namespace waybill::layout
