// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden/golden_case.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "golden/made_input.h"
#include "golden/program.h"

namespace waybill::golden {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(WAYBILL_SOURCE_DIR) / "tests" / "golden";
const fs::path kSamples = fs::path(WAYBILL_SOURCE_DIR) / "resources" / "samples";

bool canRun(const fs::path& folder) {
  if (!fs::exists(folder / "cmd")) return false;
  return ::geteuid() != 0 || readFile(folder / "setup").find("unreadable ") == std::string::npos;
}

void replaceAll(std::string& text, const std::string& what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// Puts `by` between each `before` and the next `after` on its line.
void replaceBetween(std::string& text, const std::string& before, const std::string& after,
                    const std::string& by) {
  for (size_t at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
    at += before.size();
    const size_t end = text.find(after, at);
    if (end == std::string::npos || text.find('\n', at) < end) continue;
    text.replace(at, end - at, by);
  }
}

// Without what differs from run to run and from machine to machine.
std::string steady(std::string text) {
  replaceAll(text, kSamples.string(), "SAMPLES");
  replaceBetween(text, "\"load_seconds\":", ",", "0");
  replaceBetween(text, "\"peak_rss_bytes\":", "}", "0");
  replaceBetween(text, "read in ", ",", "0 ms");
  replaceBetween(text, ", at most ", " of memory", "0 MB");
  return text;
}

struct Run {
  std::vector<std::string> arguments;
  fs::path input = "/dev/null";
};

Run parseRun(const std::string& line) {
  Run run;
  std::istringstream words(line);
  bool isInput = false;
  for (std::string word; words >> word;) {
    if (word == "<") {
      isInput = true;
      continue;
    }
    if (word.rfind("@SAMPLES/", 0) == 0) {
      word = kSamples / word.substr(9);
    } else if (word[0] == '@') {
      word.erase(0, 1);
    }
    if (isInput) {
      run.input = word;
    } else {
      run.arguments.push_back(word);
    }
  }
  return run;
}

}  // namespace

std::vector<std::string> allCases() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(kCases)) {
    if (entry.is_directory() && canRun(entry.path())) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

fs::path caseFolder(const std::string& name) {
  return kCases / name;
}

fs::path prepareCase(const std::string& name) {
  const fs::path folder = fs::path(WAYBILL_TEST_OUTPUT) / "golden" / name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  fs::copy(caseFolder(name), folder, fs::copy_options::recursive);
  std::istringstream setup(readFile(folder / "setup"));
  for (std::string line; std::getline(setup, line);) makeInput(line, folder);
  return folder;
}

Answer runCase(const std::string& name, const fs::path& folder) {
  Answer answer;
  bool allDone = true;
  std::istringstream runs(readFile(caseFolder(name) / "cmd"));
  for (std::string line; std::getline(runs, line);) {
    if (line.empty()) continue;
    const Run run = parseRun(line);
    const Outcome outcome = runCli(run.arguments, folder, run.input);
    answer.out += "$ " + line + "\n" + steady(outcome.out);
    answer.err += steady(outcome.err);
    answer.exit += std::to_string(outcome.exit) + "\n";
    allDone = allDone && outcome.exit == 0;
  }
  if (allDone) answer.exit.clear();
  return answer;
}

}  // namespace waybill::golden
