// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "unit/formats/reading.h"

namespace waybill::tests {
namespace {

struct RealFile {
  std::string path, format;
  uint32_t spans = 0, traces = 0;
};

// The rows of MANIFEST.tsv: what independent readers found in files of other projects.
std::vector<RealFile> manifest() {
  std::vector<RealFile> files;
  std::ifstream table(WAYBILL_SHARED_DATA "/MANIFEST.tsv");
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    std::istringstream row(line);
    RealFile file;
    std::string bytes, spans, traces;
    std::getline(row, file.path, '\t');
    std::getline(row, file.format, '\t');
    std::getline(row, bytes, '\t');
    std::getline(row, spans, '\t');
    std::getline(row, traces, '\t');
    file.spans = spans.empty() ? 0 : static_cast<uint32_t>(std::stoul(spans));
    file.traces = traces.empty() ? 0 : static_cast<uint32_t>(std::stoul(traces));
    files.push_back(file);
  }
  return files;
}

TEST(RealFiles, OpenWithTheCountsOfTheManifest) {
  ASSERT_TRUE(std::filesystem::exists(WAYBILL_SHARED_DATA "/MANIFEST.tsv"));
  int read = 0;
  int refused = 0;
  for (const RealFile& file : manifest()) {
    const std::string path = WAYBILL_SHARED_DATA "/" + file.path;
    const bool isOtlp = file.format == "OTLP JSON" || file.format.find("({\"result\"") != std::string::npos;
    if (!std::filesystem::exists(path)) {
      ASSERT_FALSE(isOtlp) << path;  // the manifest names two files of other formats that are not there
      continue;
    }
    store::TraceStore store;
    const auto loaded = ingest::loadFiles({path}, store).files.at(0);
    if (isOtlp) {
      ++read;
      EXPECT_EQ(loaded.error, "") << file.path;
      EXPECT_EQ(loaded.spans, file.spans) << file.path;
      EXPECT_EQ(loaded.traces, file.traces) << file.path;
    } else {
      ++refused;
      EXPECT_EQ(loaded.spans, 0U) << file.path;
      EXPECT_GT(loaded.error.size(), 20U) << file.path;
    }
    lookAtEverything(*store.snapshot());
  }
  EXPECT_GT(read, 40);
  EXPECT_GT(refused, 10);
}

}  // namespace
}  // namespace waybill::tests
