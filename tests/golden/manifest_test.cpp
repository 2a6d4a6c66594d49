// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Real trace files, as other people's programs wrote them: the counts of `info --json` are those of the
// manifest.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>
#include <vector>

#include "golden/program.h"

namespace waybill::golden {
namespace {

namespace fs = std::filesystem;

struct RealFile {
  std::string path, format;
  std::string spans, traces;  // empty where the file holds none
};

std::ostream& operator<<(std::ostream& out, const RealFile& file) {
  return out << file.path;
}

// Only formats that are read today; other signals have no spans.
std::vector<RealFile> realFiles() {
  std::vector<RealFile> files;
  std::istringstream lines(readFile(fs::path(WAYBILL_SHARED_DATA) / "MANIFEST.tsv"));
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '\t');) cells.push_back(cell);
    if (cells.size() < 5 || cells[0].rfind("otlp/", 0) != 0) continue;
    files.push_back({cells[0], cells[1], cells[3], cells[4]});
  }
  return files;
}

class RealTraces : public testing::TestWithParam<RealFile> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealTraces);

TEST_P(RealTraces, HaveTheCountsOfTheManifest) {
  const RealFile& file = GetParam();
  const fs::path folder = fs::path(WAYBILL_TEST_OUTPUT) / "manifest" / fs::path(file.path).filename();
  fs::create_directories(folder);
  const Outcome outcome = runCli({"info", "--json", fs::path(WAYBILL_SHARED_DATA) / file.path}, folder);
  if (file.spans.empty()) {
    // Metrics, logs and answers of other kinds: said so, not guessed at.
    EXPECT_TRUE(outcome.exit == 0 || outcome.exit == 2) << outcome.exit;
    EXPECT_EQ(outcome.exit == 2, outcome.out.empty()) << outcome.out;
    EXPECT_EQ(outcome.exit == 2, !outcome.err.empty()) << outcome.err;
    if (outcome.exit == 0) {
      EXPECT_NE(std::string::npos, outcome.out.find("\"spans\":0,\"traces\":0"));
    }
    return;
  }
  ASSERT_EQ(0, outcome.exit) << outcome.err;
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  ASSERT_EQ(simdjson::SUCCESS, parser.parse(outcome.out).get(json)) << outcome.out;
  EXPECT_EQ(file.spans, std::to_string(json["spans"].get_uint64().value()));
  EXPECT_EQ(file.traces, std::to_string(json["traces"].get_uint64().value()));
  EXPECT_EQ(file.spans, std::to_string(json["files"].at(0)["spans"].get_uint64().value()));
}

std::string testName(const testing::TestParamInfo<RealFile>& info) {
  std::string name = info.param.path;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Manifest, RealTraces, testing::ValuesIn(realFiles()), testName);

}  // namespace
}  // namespace waybill::golden
