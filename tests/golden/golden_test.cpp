// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "golden/golden_case.h"
#include "golden/program.h"

namespace waybill::golden {
namespace {

namespace fs = std::filesystem;

constexpr size_t kShown = 4000;

void update(const fs::path& path, const std::string& text) {
  if (text.empty()) {
    fs::remove(path);
  } else {
    writeFile(path, text);
  }
}

// Says where two texts part, rather than print megabytes.
void expectSame(const std::string& expected, const std::string& actual, const std::string& what) {
  if (expected == actual) return;
  const auto [left, right] = std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
  const auto at = static_cast<size_t>(right - actual.begin());
  const size_t lineStart = at == 0 ? 0 : actual.rfind('\n', at - 1) + 1;
  ADD_FAILURE() << what << " differs from line " << 1 + std::count(actual.begin(), right, '\n')
                << " on.\nexpected: …" << expected.substr(std::min(lineStart, expected.size()), kShown)
                << "\nactual: …" << actual.substr(lineStart, kShown);
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, Answers) {
  const fs::path source = caseFolder(GetParam());
  const fs::path folder = prepareCase(GetParam());
  const Answer answer = runCase(GetParam(), folder);
  if (std::getenv("WAYBILL_UPDATE_GOLDEN") != nullptr) {
    update(source / "expected.out", answer.out);
    update(source / "expected.err", answer.err);
    update(source / "expected.exit", answer.exit);
  }
  expectSame(readFile(source / "expected.out"), answer.out, "expected.out");
  expectSame(readFile(source / "expected.err"), answer.err, "expected.err");
  expectSame(readFile(source / "expected.exit"), answer.exit, "expected.exit");
  fs::remove_all(folder);
}

std::string testName(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(allCases()), testName);

}  // namespace
}  // namespace waybill::golden
