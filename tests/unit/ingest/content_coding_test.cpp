// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/content_coding.h"

#include <gtest/gtest.h>

#include <random>

#include "unit/ingest/compressed.h"

namespace waybill::ingest {
namespace {

constexpr size_t kMiB = size_t{1} << 20;
constexpr ContentCoding kCodings[] = {ContentCoding::Gzip, ContentCoding::Deflate, ContentCoding::Zstd};

// Half noise, half repetition, so that every coder has something to do.
std::string sample(size_t bytes) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < bytes) {
    for (int i = 0; i < 32; ++i) text += static_cast<char>(random());
    text.append(32, 'x');
  }
  text.resize(bytes);
  return text;
}

DecodeStatus statusOf(ContentCoding coding, std::string_view bytes, size_t limit = kMiB) {
  std::string out = "what was there before";
  const DecodeStatus status = decode(coding, bytes, limit, out);
  EXPECT_LE(out.size(), limit);
  if (status != DecodeStatus::Ok) {
    EXPECT_EQ(out, "");
  }
  return status;
}

}  // namespace

TEST(ContentCoding, NamesAreReadInAnyCase) {
  EXPECT_EQ(contentCoding(""), ContentCoding::Identity);
  EXPECT_EQ(contentCoding("identity"), ContentCoding::Identity);
  EXPECT_EQ(contentCoding("GZip"), ContentCoding::Gzip);
  EXPECT_EQ(contentCoding(" gzip "), ContentCoding::Gzip);
  EXPECT_EQ(contentCoding("deflate"), ContentCoding::Deflate);
  EXPECT_EQ(contentCoding("zlib"), ContentCoding::Deflate);
  EXPECT_EQ(contentCoding("zstd"), ContentCoding::Zstd);
  for (const char* unknown : {"br", "snappy", "gzip, gzip", "gzi"}) EXPECT_EQ(contentCoding(unknown), std::nullopt);
}

TEST(ContentCoding, IsRecognisedByTheFirstBytes) {
  for (const ContentCoding coding : kCodings) EXPECT_EQ(sniffCoding(compressed(coding, "spans")), coding);
  EXPECT_EQ(sniffCoding(""), ContentCoding::Identity);
  EXPECT_EQ(sniffCoding("\x0A"), ContentCoding::Identity);
  EXPECT_EQ(sniffCoding("\x0A\x10 a message"), ContentCoding::Identity);
  EXPECT_EQ(sniffCoding("{\"resourceSpans\":[]}"), ContentCoding::Identity);
}

TEST(ContentCoding, WhatWasCompressedComesBack) {
  for (const size_t bytes : {size_t{0}, size_t{1}, size_t{1000}, size_t{65536}, kMiB - 1, kMiB}) {
    const std::string text = sample(bytes);
    for (const ContentCoding coding : kCodings) {
      std::string out;
      EXPECT_EQ(decode(coding, compressed(coding, text), kMiB, out), DecodeStatus::Ok) << bytes;
      EXPECT_TRUE(out == text) << bytes;
    }
  }
}

TEST(ContentCoding, IdentityIsCopied) {
  std::string out;
  EXPECT_EQ(decode(ContentCoding::Identity, "spans", 5, out), DecodeStatus::Ok);
  EXPECT_EQ(out, "spans");
  EXPECT_EQ(decode(ContentCoding::Identity, "spans", 4, out), DecodeStatus::TooLarge);
}

TEST(ContentCoding, PartsThatFollowEachOtherAreOneText) {
  for (const ContentCoding coding : {ContentCoding::Gzip, ContentCoding::Zstd}) {
    std::string out;
    EXPECT_EQ(decode(coding, compressed(coding, "resource ") + compressed(coding, "spans"), kMiB, out), DecodeStatus::Ok);
    EXPECT_EQ(out, "resource spans");
  }
}

TEST(ContentCoding, AZstdStreamThatDoesNotTellItsSizeIsRead) {
  const std::string text = sample(300'000);
  std::string out;
  EXPECT_EQ(decode(ContentCoding::Zstd, zstdStream(text), kMiB, out), DecodeStatus::Ok);
  EXPECT_TRUE(out == text);
}

TEST(ContentCoding, OneByteTooMuchIsTooLarge) {
  const std::string text = sample(kMiB + 1);
  for (const ContentCoding coding : kCodings) {
    EXPECT_EQ(statusOf(coding, compressed(coding, text)), DecodeStatus::TooLarge);
    EXPECT_EQ(statusOf(coding, compressed(coding, "x"), 0), DecodeStatus::TooLarge);
  }
  EXPECT_EQ(statusOf(ContentCoding::Zstd, zstdStream(text)), DecodeStatus::TooLarge);
}

TEST(ContentCoding, BombsAreBounded) {
  const std::string zeros(32 * kMiB, '\0');
  for (const ContentCoding coding : kCodings) {
    const std::string bomb = compressed(coding, zeros);
    EXPECT_LT(bomb.size(), kMiB);
    EXPECT_EQ(statusOf(coding, bomb), DecodeStatus::TooLarge);
  }
  EXPECT_EQ(statusOf(ContentCoding::Zstd, zstdStream(zeros)), DecodeStatus::TooLarge);
}

TEST(ContentCoding, CutAndDamagedTextsAreRefused) {
  const std::string text = sample(100'000);
  for (const ContentCoding coding : kCodings) {
    const std::string whole = compressed(coding, text);
    for (const size_t kept : {size_t{0}, size_t{1}, size_t{5}, whole.size() / 2, whole.size() - 1}) {
      EXPECT_EQ(statusOf(coding, whole.substr(0, kept)), DecodeStatus::Damaged) << kept;
    }
    std::string changed = whole;
    changed[whole.size() / 2] = static_cast<char>(~changed[whole.size() / 2]);
    EXPECT_EQ(statusOf(coding, changed), DecodeStatus::Damaged);
    EXPECT_EQ(statusOf(coding, whole + "more"), DecodeStatus::Damaged);
    EXPECT_EQ(statusOf(coding, text), DecodeStatus::Damaged);
  }
}

}  // namespace waybill::ingest
