// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "unit/formats/reading.h"

namespace waybill::tests {
namespace {

using testing::HasSubstr;

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3));
  return out;
}

std::string utf16(std::string_view ascii, bool littleEndian) {
  std::string out = littleEndian ? "\xFF\xFE" : "\xFE\xFF";
  for (const char c : ascii) {
    if (littleEndian) out += c;
    out += '\0';
    if (!littleEndian) out += c;
  }
  return out;
}

const std::string kJson =
    documentOf(R"("traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174")");

void expectSpans(const std::string& bytes, uint32_t spans, std::string_view container) {
  const Reading reading = readBytes(bytes);
  EXPECT_EQ(reading.spans(), spans) << reading.file.error;
  EXPECT_EQ(reading.file.container, container);
}

TEST(Containers, AreUnpacked) {
  expectSpans(kJson, 1, "none");
  expectSpans(gzip(kJson), 1, "gzip");
  expectSpans(gzip(kJson + "\n") + gzip(kJson), 2, "gzip");
  expectSpans(gzip(kJson) + std::string(512, '\0'), 1, "gzip");
  expectSpans(zstd(kJson), 1, "zstd");
  expectSpans(zstd(kJson + "\n") + zstd(kJson), 2, "zstd");
  expectSpans(gzip(protoOf(3)), 3, "gzip");
  expectSpans(zstd(bigEndianLength(protoOf(3)) + bigEndianLength(protoOf(1))), 4, "zstd");
  expectSpans(utf16(kJson, true), 1, "UTF-16");
  expectSpans(utf16(kJson, false), 1, "UTF-16");
}

TEST(Containers, NestThreeDeepAndNoDeeper) {
  expectSpans(gzip(zstd(kJson)), 1, "gzip + zstd");
  expectSpans(gzip(gzip(gzip(kJson))), 1, "gzip + gzip + gzip");
  EXPECT_THAT(readBytes(gzip(gzip(gzip(gzip(kJson))))).file.error, HasSubstr("packed more than 3 times"));
}

TEST(Containers, ReadTheCollectorsMessages) {
  const auto packed = [](std::string_view message) { return bigEndianLength(zstd(message)); };
  expectSpans(packed(protoOf(2)) + packed(protoOf(3)), 5, "zstd per message");
  expectSpans(packed(kJson) + packed(kJson), 2, "zstd per message");
  expectSpans(gzip(packed(kJson)), 1, "gzip + zstd per message");
  const Reading cut = readBytes((packed(kJson) + packed(kJson)).substr(0, packed(kJson).size() + 20));
  EXPECT_EQ(cut.spans(), 1U);
  EXPECT_EQ(cut.count(DiagnosticKind::TruncatedTail), 1U);
  const Reading damaged = readBytes(packed(kJson) + "garbage garbage" + packed(kJson));
  EXPECT_EQ(damaged.spans(), 2U);
  EXPECT_EQ(damaged.count(DiagnosticKind::UnreadableRecord), 1U);
  const Reading large = readBytes(packed(kJson) + packed(std::string(size_t{70} << 20, ' ')) + packed(kJson));
  EXPECT_EQ(large.spans(), 2U);
  EXPECT_EQ(large.count(DiagnosticKind::MessageTooLarge), 1U);
}

TEST(Containers, ReadWhatATruncatedOneStillHolds) {
  std::string lines;
  for (int i = 0; i < 2000; ++i)
    lines += documentOf("\"spanId\":\"" + std::to_string(1000000000000000 + i * 7919) + "\"") + "\n";
  for (const std::string& packed : {gzip(lines), zstd(lines)}) {
    const Reading reading = readBytes(packed.substr(0, packed.size() * 9 / 10));
    EXPECT_GE(reading.count(DiagnosticKind::TruncatedTail), 1U);
    EXPECT_EQ(reading.file.error, "");
    for (size_t size = 0; size < packed.size(); size += packed.size() / 50) {
      lookAtEverything(*readBytes(packed.substr(0, size)).snapshot);
    }
  }
  EXPECT_GT(readBytes(gzip(lines).substr(0, gzip(lines).size() * 9 / 10)).spans(), 100U);
}

TEST(Containers, DamageIsOneSentence) {
  std::string bytes = gzip(kJson);
  bytes[12] = '\x7F';
  bytes[13] = '\x7F';
  EXPECT_THAT(readBytes(bytes).file.error, HasSubstr("damaged gzip at byte"));
  std::string frame = zstd(kJson);
  frame[6] = '\xFF';
  frame[9] = '\xFF';
  EXPECT_FALSE(readBytes(frame).file.error.empty());
}

TEST(Containers, ABombOfZerosIsRefusedAtOnce) {
  const Reading reading = readBytes(gzip(std::string(size_t{200} << 20, '\0')));
  EXPECT_THAT(reading.file.error, HasSubstr("binary data, all zeros"));
}

}  // namespace
}  // namespace waybill::tests
