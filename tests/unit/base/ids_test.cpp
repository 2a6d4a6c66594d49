// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ids.h"

#include <gtest/gtest.h>

#include "otlp/id_reader.h"

namespace waybill {

TEST(Ids, HexIsLowerCaseAndReadsAnyCase) {
  const auto id = traceIdFromHex("4BF92F3577b34da6a3ce929d0e0e4736");
  ASSERT_TRUE(id);
  EXPECT_EQ(toHex(*id), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(toHex(*spanIdFromHex("00F067AA0BA902B7")), "00f067aa0ba902b7");
}

TEST(Ids, SixtyFourBitTraceIdIsPaddedOnTheLeft) {
  EXPECT_EQ(toHex(*traceIdFromHex("00f067aa0ba902b7")), "000000000000000000f067aa0ba902b7");
}

TEST(Ids, WrongLengthsAndDigitsAreNoIds) {
  for (const char* text : {"", "1", "xyzxyzxyzxyzxyzx", "4bf92f3577b34da6a3ce929d0e0e47361"}) {
    EXPECT_FALSE(traceIdFromHex(text)) << text;
    EXPECT_FALSE(spanIdFromHex(text)) << text;
  }
  EXPECT_FALSE(traceIdFromBytes("123456789012345"));
  EXPECT_FALSE(spanIdFromBytes("1234567"));
}

TEST(Ids, BytesAreBigEndian) {
  EXPECT_EQ(spanIdFromBytes(std::string_view("\0\0\0\0\0\0\1\2", 8))->value, 0x0102U);
}

TEST(Ids, WordsAsIdsKeepTheirIdentity) {
  EXPECT_EQ(otlp::readSpanId("span001"), otlp::readSpanId("span001"));
  EXPECT_NE(otlp::readSpanId("span001"), otlp::readSpanId("span002"));
  EXPECT_TRUE(otlp::readTraceId("checkout-17").valid());
  EXPECT_FALSE(otlp::readTraceId("").valid());
}

}  // namespace waybill
