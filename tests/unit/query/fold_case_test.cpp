// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/fold_case.h"

#include <gtest/gtest.h>

namespace waybill::query {

TEST(FoldCase, TextsThatDifferInCaseOnlyBecomeTheSame) {
  EXPECT_EQ(foldCase("GET /Cart"), "get /cart");
  EXPECT_EQ(foldCase("Zpráva ČAU"), foldCase("ZPRÁVA čau"));
  EXPECT_EQ(foldCase("ΣΊΣΥΦΟΣ"), foldCase("σίσυφος"));
  EXPECT_EQ(foldCase("Привет, МИР"), foldCase("ПРИВЕТ, мир"));
  EXPECT_EQ(foldCase("ẞ"), "ß");
  EXPECT_EQ(foldCase("𐐀"), "𐐨") << "beyond the first 65,536 code points";
}

TEST(FoldCase, DoesNotDependOnTheLocale) {
  EXPECT_EQ(foldCase("I"), "i");
  EXPECT_EQ(foldCase("ı"), "ı");
}

TEST(FoldCase, WhatHasNoCaseStays) {
  EXPECT_EQ(foldCase(""), "");
  EXPECT_EQ(foldCase("日本語 ÷ ×"), "日本語 ÷ ×");
  EXPECT_EQ(foldCase(std::string("a\0B", 3)), std::string("a\0b", 3));
}

TEST(FoldCase, BytesThatAreNoTextStay) {
  EXPECT_EQ(foldCase("A\xFF\xC3"), "a\xFF\xC3");
  EXPECT_EQ(foldCase("\xC3\x28Z"), "\xC3\x28z");
}

}  // namespace waybill::query
