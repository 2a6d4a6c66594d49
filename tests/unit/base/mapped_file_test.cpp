// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mapped_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <thread>

namespace waybill {
namespace {

namespace fs = std::filesystem;

class MappedFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    m_folder = fs::temp_directory_path() / ("waybill-mapped-" + std::to_string(::getpid()));
    fs::create_directories(m_folder);
  }
  void TearDown() override { fs::remove_all(m_folder); }

  std::string write(const std::string& name, const std::string& content) const {
    const std::string path = (m_folder / name).string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  fs::path m_folder;
};

// Reads every byte, as a parser would.
unsigned sum(std::string_view bytes) {
  return std::accumulate(bytes.begin(), bytes.end(), 0U, [](unsigned s, char c) { return s + static_cast<unsigned char>(c); });
}

}  // namespace

TEST_F(MappedFileTest, ShowsTheBytesAndZerosBehindThem) {
  for (const size_t size : {size_t{1}, size_t{4095}, size_t{4096}, size_t{4097}}) {
    const auto file = MappedFile::open(write("a", std::string(size, 'x')));
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(file.value()->bytes(), std::string(size, 'x'));
    for (size_t i = 0; i < MappedFile::kPadding; ++i) EXPECT_EQ(file.value()->bytes().data()[size + i], '\0');
  }
}

TEST_F(MappedFileTest, AnEmptyFileIsFine) {
  const auto file = MappedFile::open(write("empty", ""));
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE(file.value()->bytes().empty());
}

TEST_F(MappedFileTest, SaysWhyItCannotOpen) {
  EXPECT_NE(MappedFile::open((m_folder / "nothing").string()).error().message.find("No such file"), std::string::npos);
  EXPECT_NE(MappedFile::open(m_folder.string()).error().message.find("is a folder"), std::string::npos);
}

TEST_F(MappedFileTest, LivesThroughTruncation) {
  const std::string path = write("cut", std::string(64 * 1024, 'x'));
  const auto file = MappedFile::open(path).value();
  fs::resize_file(path, 100);
  EXPECT_EQ(file->change(), MappedFile::Change::Shortened);
  EXPECT_EQ(sum(file->bytes().substr(8192)), 0U);  // would be SIGBUS
  EXPECT_TRUE(file->damaged());
  EXPECT_EQ(file->change(), MappedFile::Change::Unreadable);
}

TEST_F(MappedFileTest, ManyThreadsMayMeetTheSameLoss) {
  const std::string path = write("cut2", std::string(4 << 20, 'x'));
  const auto file = MappedFile::open(path).value();
  fs::resize_file(path, 0);
  std::vector<std::jthread> readers;
  for (int i = 0; i < 4; ++i) readers.emplace_back([&] { EXPECT_EQ(sum(file->bytes()), 0U); });
}

TEST_F(MappedFileTest, NoticesDeletionAndOverwriting) {
  const std::string deleted = write("deleted", "abc");
  const auto gone = MappedFile::open(deleted).value();
  EXPECT_EQ(gone->change(), MappedFile::Change::None);
  fs::remove(deleted);
  EXPECT_EQ(gone->change(), MappedFile::Change::Removed);
  EXPECT_EQ(gone->bytes(), "abc");  // the mapping holds what it held

  const std::string path = write("over", "abc");
  const auto over = MappedFile::open(path).value();
  fs::last_write_time(path, fs::last_write_time(path) + std::chrono::seconds(2));
  EXPECT_EQ(over->change(), MappedFile::Change::WrittenOver);
}

}  // namespace waybill
