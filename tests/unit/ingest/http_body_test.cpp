// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/http_body.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace waybill::ingest {
namespace {

constexpr size_t kFirst = HttpBodyMemory::kFirstBytes;

// Fills it as a socket would; false when there is no more memory.
bool append(HttpBody& body, size_t bytes, char c) {
  while (bytes > 0) {
    if (!body.grow()) return false;
    const size_t piece = std::min({bytes, body.room(), size_t{10007}});
    std::memset(body.end(), c, piece);
    body.add(piece);
    bytes -= piece;
  }
  return true;
}

TEST(HttpBody, GrowsAndKeepsWhatIsInIt) {
  HttpBodyMemory memory(16 * kFirst);
  HttpBody body(memory);
  EXPECT_EQ(body.bytes(), "");
  ASSERT_TRUE(append(body, kFirst, 'a'));
  ASSERT_TRUE(append(body, 2 * kFirst, 'b'));
  ASSERT_TRUE(append(body, 100, 'c'));
  EXPECT_EQ(body.bytes(), std::string(kFirst, 'a') + std::string(2 * kFirst, 'b') + std::string(100, 'c'));
  body.clear();
  EXPECT_EQ(body.bytes(), "");
}

TEST(HttpBody, HasZerosBehindIt) {
  HttpBodyMemory memory(0);
  HttpBody body(memory);
  ASSERT_TRUE(append(body, kFirst, 'x'));
  body.clear();
  ASSERT_TRUE(append(body, 10, 'y'));  // in memory that was used before
  EXPECT_EQ(std::string(body.bytes().data(), 10 + HttpBody::kPadding),
            std::string(10, 'y') + std::string(HttpBody::kPadding, '\0'));
  ASSERT_TRUE(append(body, kFirst - 10, 'y'));
  EXPECT_EQ(body.bytes().data()[kFirst], '\0');
}

TEST(HttpBody, LargeOnesShareWhatThereIsAndSmallOnesAlwaysFit) {
  HttpBodyMemory memory(3 * kFirst);
  HttpBody large(memory), other(memory), small(memory);
  ASSERT_TRUE(append(large, 4 * kFirst, 'l'));
  EXPECT_TRUE(append(small, kFirst, 's'));
  EXPECT_FALSE(append(other, kFirst + 1, 'o'));
  EXPECT_FALSE(append(large, 1, 'l'));
  EXPECT_EQ(large.size(), 4 * kFirst) << "what is there stays";
  large.clear();
  EXPECT_TRUE(append(other, kFirst, 'o')) << "and what is given back can be had";
  EXPECT_EQ(other.size(), 2 * kFirst);
}

}  // namespace
}  // namespace waybill::ingest
