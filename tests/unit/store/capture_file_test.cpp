// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/capture_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "base/bytes.h"

namespace waybill::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Any bytes that begin like a TracesData message do for the file.
std::string message(char fill, size_t size) { return "\x0A" + std::string(size - 1, fill); }

std::string framed(const std::string& bytes) {
  std::string length(4, '\0');
  storeBigEndian32(length.data(), static_cast<uint32_t>(bytes.size()));
  return length + bytes;
}

class CaptureFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    m_folder = fs::path(WAYBILL_TEST_OUTPUT) / (std::string("capture_file_") + test->name());
    fs::remove_all(m_folder);
    fs::create_directories(m_folder);
    m_path = (m_folder / "live.otlp").string();
  }
  void TearDown() override { fs::remove_all(m_folder); }

  void write(const std::string& bytes) const { std::ofstream(m_path, std::ios::binary) << bytes; }
  std::string read() const {
    std::ifstream file(m_path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path m_folder;
  std::string m_path;
};

}  // namespace

TEST_F(CaptureFileTest, AppendsFramesThatCanBeReadAtOnce) {
  auto file = CaptureFile::open(m_path);
  ASSERT_TRUE(file.ok()) << file.error().message;
  const std::string a = message('a', 10), b = message('b', 5000);
  const std::array<std::string_view, 3> messages{a, std::string_view(), b};
  const auto stored = file.value()->append(messages);
  ASSERT_TRUE(stored.ok());
  ASSERT_EQ(stored.value().size(), 2U) << "an empty message holds nothing and is not written";
  EXPECT_EQ(stored.value()[0].message, a);
  EXPECT_EQ(stored.value()[1].message, b);
  EXPECT_EQ(read(), framed(a) + framed(b));
  EXPECT_EQ(file.value()->bytes(), read().size());
}

TEST_F(CaptureFileTest, ContinuesWhereItEndedAndCutsATornTail) {
  const std::string a = message('a', 100), b = message('b', 200);
  for (const size_t torn : {1U, 3U, 4U, 5U, 203U}) {
    write(framed(a) + framed(b).substr(0, torn));
    auto file = CaptureFile::open(m_path);
    ASSERT_TRUE(file.ok()) << file.error().message;
    EXPECT_EQ(file.value()->tornBytes(), torn);
    ASSERT_EQ(file.value()->found().size(), 1U);
    EXPECT_EQ(file.value()->found()[0].message, a);
    ASSERT_TRUE(file.value()->append(std::array<std::string_view, 1>{b}).ok());
    EXPECT_EQ(read(), framed(a) + framed(b));
  }
}

TEST_F(CaptureFileTest, CutsZerosThatAPowerFailureLeftBehind) {
  const std::string a = message('a', 100);
  write(framed(a) + std::string(4096, '\0'));
  auto file = CaptureFile::open(m_path);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file.value()->tornBytes(), 4096U);
  EXPECT_EQ(read(), framed(a));
}

TEST_F(CaptureFileTest, LeavesOtherFilesAlone) {
  for (const std::string& bytes : {std::string("{\"resourceSpans\":[]}"), std::string("hello, this is a letter"),
                                  framed(message('a', 50)) + "\xFF\xFF\xFF\xFFzzzzzzzzzzzz"}) {
    write(bytes);
    const auto file = CaptureFile::open(m_path);
    ASSERT_FALSE(file.ok());
    EXPECT_THAT(file.error().message, HasSubstr("choose another file"));
    EXPECT_EQ(read(), bytes);
  }
  EXPECT_FALSE(CaptureFile::open(m_folder.string()).ok());
  EXPECT_FALSE(CaptureFile::open((m_folder / "no" / "such").string()).ok());
}

TEST_F(CaptureFileTest, HasOneWriter) {
  EXPECT_FALSE(CaptureFile::isLeftOver(m_path)) << "not there";
  auto file = CaptureFile::open(m_path);
  ASSERT_TRUE(file.ok());
  const auto second = CaptureFile::open(m_path);
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, HasSubstr("another Waybill"));
  EXPECT_FALSE(CaptureFile::isLeftOver(m_path));
  file = Error{""};
  EXPECT_TRUE(CaptureFile::isLeftOver(m_path));
}

TEST_F(CaptureFileTest, MessagesStayWhereTheyAreInLaterWindows) {
  auto file = CaptureFile::temporary();
  ASSERT_TRUE(file.ok());
  const std::string big = message('x', size_t{60} << 20);
  std::vector<CaptureFile::Stored> all;
  for (int i = 0; i < 10; ++i) {  // 600 MB: beyond the first window
    auto stored = file.value()->append(std::array<std::string_view, 1>{big});
    ASSERT_TRUE(stored.ok()) << stored.error().message;
    all.push_back(stored.value().front());
  }
  EXPECT_NE(all.front().chunk, all.back().chunk);
  for (const auto& stored : all) {
    EXPECT_EQ(stored.message.size(), big.size());
    EXPECT_EQ(stored.message.front(), '\x0A');
    EXPECT_EQ(stored.message.back(), 'x');
  }
}

TEST_F(CaptureFileTest, TakesThePlaceOfAnother) {
  write(framed(message('o', 10)));
  auto file = CaptureFile::open(m_path + ".new", m_path);
  ASSERT_TRUE(file.ok());
  const std::string mine = message('n', 20);
  const auto stored = file.value()->append(std::array<std::string_view, 1>{mine});
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(stored.value().front().chunk->file(), m_path);
  ASSERT_TRUE(file.value()->replace(m_path).ok());
  EXPECT_EQ(read(), framed(mine));
  EXPECT_FALSE(fs::exists(m_path + ".new"));
}

}  // namespace waybill::store
