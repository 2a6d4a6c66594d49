// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "ingest/file_loader.h"
#include "support/trace_generator.h"
#include "unit/ingest/compressed.h"
#include "unit/ingest/same_store.h"

namespace waybill::ingest {
namespace {

namespace fs = std::filesystem;
using test::TraceEncoding;
using testing::StartsWith;

// While it lives no file grows beyond `bytes`, as if the disk were full.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) : m_signal(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &m_before);
    const struct rlimit small = {bytes, m_before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &m_before);
    std::signal(SIGXFSZ, m_signal);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;

 private:
  void (*m_signal)(int);
  struct rlimit m_before {};
};

class FullDisk : public testing::Test {
 protected:
  void SetUp() override { m_path = WAYBILL_TEST_OUTPUT "/full-disk-" + std::to_string(::getpid()); }
  void TearDown() override { fs::remove(m_path); }

  std::shared_ptr<const store::Snapshot> load(std::string_view bytes, size_t threads, rlim_t limit, bool fits) {
    fs::remove(m_path);  // a store that was loaded still looks at the file that was there
    std::ofstream(m_path, std::ios::binary) << bytes;
    const SmallFiles small(limit);
    store::TraceStore store;
    const LoadReport report = loadFiles({m_path}, store, {}, {}, threads);
    const std::string expected = fits ? "" : m_path + " needs more space for what is unpacked from it than ";
    EXPECT_THAT(report.files.at(0).error, StartsWith(expected));
    EXPECT_EQ(report.files.at(0).error.empty(), fits);
    return store.snapshot();
  }

  std::string m_path;
};

}  // namespace

TEST_F(FullDisk, KeepsTheSpansOfTheJsonThatFits) {
  const std::string lines = test::generateTraces({400, 60, test::TraceShape::Mixed, 2, TraceEncoding::OtlpJsonLines});
  const auto whole = load(lines, 1, RLIM_INFINITY, true);
  for (const size_t threads : {size_t{1}, size_t{3}}) {
    const auto part = load(lines, threads, rlim_t{4} << 20, false);
    EXPECT_GT(part->spanCount(), 1000U);
    EXPECT_LT(part->spanCount(), whole->spanCount());
    expectBeginningOf(*whole, *part);
  }
}

TEST_F(FullDisk, KeepsTheSpansOfTheCompressedFileThatFit) {
  for (const TraceEncoding encoding : {TraceEncoding::OtlpProto, TraceEncoding::OtlpProtoDelimited}) {
    const std::string plain = test::generateTraces({400, 60, test::TraceShape::Mixed, 2, encoding});
    const auto whole = load(plain, 1, RLIM_INFINITY, true);
    for (const size_t threads : {size_t{1}, size_t{3}}) {
      const auto part = load(zstdStream(plain), threads, rlim_t{4} << 20, false);
      EXPECT_GT(part->spanCount(), 5000U);
      EXPECT_LT(part->spanCount(), whole->spanCount());
      expectBeginningOf(*whole, *part);
    }
  }
}

TEST_F(FullDisk, IsAllThatABombCanFill) {
  std::string bomb = test::generateTraces({20, 60, test::TraceShape::Mixed, 2, TraceEncoding::OtlpJsonLines});
  const auto whole = load(bomb, 1, RLIM_INFINITY, true);
  bomb.append(size_t{100} << 20, ' ');
  EXPECT_EQ(load(compressed(ContentCoding::Gzip, bomb), 2, rlim_t{16} << 20, false)->spanCount(), whole->spanCount());
}

TEST_F(FullDisk, TheNextFileIsTriedAgain) {
  const std::string lines = test::generateTraces({200, 60, test::TraceShape::Mixed, 2, TraceEncoding::OtlpJsonLines});
  std::ofstream(m_path, std::ios::binary) << lines;
  const SmallFiles small(rlim_t{4} << 20);
  store::TraceStore store;
  const LoadReport report = loadFiles({m_path, m_path}, store, {}, {}, 2);
  EXPECT_GT(report.files.at(0).spans, 1000U);
  EXPECT_GT(report.files.at(1).spans, 1000U);
}

}  // namespace waybill::ingest
