// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "architecture/rules.h"

namespace waybill::architecture {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = WAYBILL_SOURCE_DIR;

bool isSource(const fs::path& path) {
  static const std::set<std::string> kSuffixes{".cpp", ".h", ".proto", ".cmake", ".sh", ".py"};
  return path.filename() == "CMakeLists.txt" || kSuffixes.count(path.extension().string()) > 0;
}

SourceFile readSource(const fs::path& path) {
  SourceFile file;
  file.path = fs::relative(path, kRoot).generic_string();
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) file.lines.push_back(line);
  return file;
}

// Everything we write, in order of path.
const std::vector<SourceFile>& sources() {
  static const std::vector<SourceFile> files = [] {
    std::vector<SourceFile> found{readSource(kRoot / "CMakeLists.txt")};
    for (const char* folder : {"src", "ui", "tests", "proto", "packaging"}) {
      if (!fs::exists(kRoot / folder)) continue;
      for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kRoot / folder)) {
        if (entry.is_regular_file() && isSource(entry.path())) found.push_back(readSource(entry.path()));
      }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return found;
  }();
  return files;
}

void expectNone(const std::vector<Violation>& violations) {
  for (const Violation& violation : violations) ADD_FAILURE() << violation;
}

void expectNoneIn(const std::vector<SourceFile>& files, std::vector<Violation> (*rule)(const SourceFile&)) {
  for (const SourceFile& file : files) expectNone(rule(file));
}

std::vector<std::string> namesIn(const fs::path& folder, bool onlyFolders) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (!onlyFolders || entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  return names;
}

TEST(Repository, IsFound) {
  const auto holds = [](const char* path) {
    return std::any_of(sources().begin(), sources().end(),
                       [path](const SourceFile& f) { return f.path == path; });
  };
  EXPECT_TRUE(holds("src/base/ids.h"));
  EXPECT_TRUE(holds("tests/architecture/rules.cpp"));
}

TEST(Repository, LayersIncludeOnlyAlongTheArrows) {
  expectNoneIn(sources(), checkArrows);
}
TEST(Repository, EveryFolderOfTheEngineIsALayer) {
  expectNone(checkLayersExist(namesIn(kRoot / "src", true)));
}
TEST(Repository, TheEngineDoesNotKnowQt) {
  expectNoneIn(sources(), checkQt);
}
TEST(Repository, ViewsDoNotKnowEachOther) {
  expectNoneIn(sources(), checkViews);
}
TEST(Repository, OnlyRegistriesNameConcreteThings) {
  expectNoneIn(sources(), checkRegistries);
}
TEST(Repository, OnlyTheChartsFolderIncludesQtCharts) {
  expectNoneIn(sources(), checkCharts);
}
TEST(Repository, OnlyTheThemeNamesColours) {
  expectNoneIn(sources(), checkColours);
}
TEST(Repository, GeneratedProtobufHeadersStayWhereTheyBelong) {
  expectNoneIn(sources(), checkProtobuf);
}
TEST(Repository, EverySourceNamesItsLicence) {
  expectNoneIn(sources(), checkLicence);
}
TEST(Repository, NoFileIsTooLong) {
  expectNoneIn(sources(), checkSize);
}
TEST(Repository, TheRootHoldsNothingElse) {
  expectNone(checkRoot(namesIn(kRoot, false)));
}

}  // namespace
}  // namespace waybill::architecture
