// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/file_follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "base/bytes.h"
#include "support/trace_dsl.h"

namespace waybill::ingest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string message(uint64_t trace) {
  return test::encode(test::parseTrace("web GET / 0..10ms SERVER trace=" + std::to_string(trace) + "\n"));
}

std::string framed(const std::string& record) {
  std::string length(4, '\0');
  storeBigEndian32(length.data(), static_cast<uint32_t>(record.size()));
  return length + record;
}

std::string zstd(const std::string& bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
  return packed;
}

std::string jsonLine(int trace) {
  return R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"000000000000000000000000000000)" +
         std::to_string(10 + trace) +
         R"(","spanId":"00000000000000aa","name":"a","startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]})"
         "\n";
}

class FileFollowerTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    m_folder = fs::path(WAYBILL_TEST_OUTPUT) / (std::string("file_follower_") + test->name());
    fs::remove_all(m_folder);
    fs::create_directories(m_folder);
    m_path = (m_folder / "traces.json").string();
  }
  void TearDown() override { fs::remove_all(m_folder); }

  void write(const std::string& bytes, std::ios::openmode mode = std::ios::app) const {
    std::ofstream(m_path, std::ios::binary | mode) << bytes;
  }
  void follow() {
    auto follower = FileFollower::start(m_path, *m_store);
    ASSERT_TRUE(follower.ok()) << follower.error().message;
    m_follower = std::move(follower).value();
  }
  std::string problemOf(const std::string& bytes) {
    write(bytes, std::ios::trunc);
    const auto follower = FileFollower::start(m_path, *m_store);
    return follower.ok() ? std::string() : follower.error().message;
  }
  testing::AssertionResult reaches(uint32_t spans) const {
    return eventually([&] { return m_store->snapshot()->spanCount() >= spans; }) &&
                   m_store->snapshot()->spanCount() == spans
               ? testing::AssertionSuccess()
               : testing::AssertionFailure() << m_store->snapshot()->spanCount() << " spans";
  }
  static bool eventually(const std::function<bool()>& holds) {
    const auto giveUp = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > giveUp) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  uint64_t diagnostics(DiagnosticKind kind) const { return m_store->snapshot()->diagnostics().count(kind); }

  fs::path m_folder;
  std::string m_path;
  std::unique_ptr<LiveStore> m_store = LiveStore::open("").value();
  std::unique_ptr<FileFollower> m_follower;
};

}  // namespace

TEST_F(FileFollowerTest, ReadsWhatIsThereAndThenWhatComes) {
  write(jsonLine(1) + jsonLine(2));
  follow();
  ASSERT_TRUE(reaches(2));
  write(jsonLine(3));
  ASSERT_TRUE(reaches(3));
  EXPECT_EQ(m_follower->status().records, 3U);
}

TEST_F(FileFollowerTest, WaitsForTheRestOfAHalfWrittenLine) {
  const std::string line = jsonLine(1);
  write(line + line.substr(0, 40));
  follow();
  ASSERT_TRUE(reaches(1));
  ASSERT_TRUE(eventually([&] { return m_follower->status().bytes == line.size() + 40; }));
  write(jsonLine(1).substr(40, 60));
  write(jsonLine(1).substr(100));
  ASSERT_TRUE(reaches(2));
  EXPECT_EQ(diagnostics(DiagnosticKind::UnreadableRecord), 0U);
}

TEST_F(FileFollowerTest, ReadsMessagesBehindTheirLength) {
  write(framed(message(1)) + framed(message(2)).substr(0, 20));
  follow();
  ASSERT_TRUE(reaches(1));
  write(framed(message(2)).substr(20) + framed(zstd(message(3))) + framed(zstd(jsonLine(4))));
  ASSERT_TRUE(reaches(4));
}

TEST_F(FileFollowerTest, GoesOnWithTheNewFileAfterRotation) {
  write(jsonLine(1));
  follow();
  ASSERT_TRUE(reaches(1));
  write(jsonLine(2));
  fs::rename(m_path, m_folder / "traces-2026-01-01T00-00-00.000.json");
  write(jsonLine(3));
  ASSERT_TRUE(reaches(3));
  EXPECT_EQ(m_follower->status().rotations, 1);
  write(jsonLine(4));
  ASSERT_TRUE(reaches(4));
}

TEST_F(FileFollowerTest, SaysWhenARotationCutARecord) {
  write(jsonLine(1) + jsonLine(2).substr(0, 30));
  follow();
  ASSERT_TRUE(reaches(1));
  fs::rename(m_path, m_folder / "old.json");
  write(jsonLine(3));
  ASSERT_TRUE(reaches(2));
  EXPECT_EQ(diagnostics(DiagnosticKind::TruncatedTail), 1U);
}

TEST_F(FileFollowerTest, BeginsAnewWhenTheFileIsCut) {
  write(jsonLine(1) + jsonLine(2));
  follow();
  ASSERT_TRUE(reaches(2));
  write(jsonLine(3), std::ios::trunc);
  ASSERT_TRUE(reaches(3));
}

TEST_F(FileFollowerTest, SurvivesDamagedAndOtherRecords) {
  write("{\"resourceMetrics\":[{}]}\n{broken\n\n" + jsonLine(1));
  follow();
  ASSERT_TRUE(reaches(1));
  ASSERT_TRUE(eventually([&] { return diagnostics(DiagnosticKind::UnreadableRecord) == 1; }));
  EXPECT_EQ(diagnostics(DiagnosticKind::OtherSignal), 1U);
}

TEST_F(FileFollowerTest, WaitsForAnEmptyFile) {
  write("");
  follow();
  write(framed(message(1)));
  ASSERT_TRUE(reaches(1));
}

TEST_F(FileFollowerTest, RefusesWhatItCannotFollow) {
  EXPECT_THAT(problemOf(zstd(jsonLine(1))), HasSubstr("compressed as a whole"));
  EXPECT_THAT(problemOf("hello, this is a letter"), HasSubstr("cannot be followed"));
  EXPECT_FALSE(FileFollower::start((m_folder / "none").string(), *m_store).ok());
  EXPECT_FALSE(FileFollower::start(m_folder.string(), *m_store).ok());
}

}  // namespace waybill::ingest
