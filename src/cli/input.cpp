// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/input.h"

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <system_error>

#include "base/utf8.h"
#include "cli/output.h"
#include "store/trace_store.h"

namespace waybill::cli {
namespace {

constexpr size_t kMessageBytes = 5000;  // a path may have 4096
constexpr uint64_t kFolderMessages = 5;

uint64_t peakResidentBytes() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#ifdef __APPLE__
  return static_cast<uint64_t>(usage.ru_maxrss);
#else
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
#endif
}

// Files the user named get a sentence each. What else lies in a folder is mentioned, not complained about,
// unless nothing at all could be read.
void printProblems(const ingest::LoadReport& report) {
  const bool anyRead = report.anyRead();
  uint64_t leftOut = 0;
  for (const ingest::LoadedFile& file : report.files) {
    if (file.error.empty()) continue;
    const bool byTheWay = file.fromFolder && file.format.empty();
    if (byTheWay && (++leftOut > kFolderMessages || anyRead)) continue;
    printError(printable(file.error, kMessageBytes));
  }
  if (anyRead && leftOut > 0) {
    printError(counted(leftOut, "file") + " of the folders could not be read as traces; 'info' lists them.");
  } else if (leftOut > kFolderMessages) {
    printError(counted(leftOut - kFolderMessages, "more file") + " could not be read as traces.");
  }
}

}  // namespace

void addInputOptions(CLI::App& command, InputOptions& options) {
  command.add_option("FILE", options.files, "Trace files, folders, or - for standard input")
      ->required()
      ->type_name("");
  command.add_flag("--json", options.json, "Print one JSON document instead of text");
}

CLI::Validator isCount() {
  return CLI::Validator(
      [](const std::string& text) {
        uint32_t count = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        const bool good = error == std::errc() && end == text.data() + text.size() && count > 0;
        return good ? std::string() : "it takes a whole number of at least 1, not " + text;
      },
      "");
}

std::optional<Input> loadInput(const InputOptions& options) { return loadInput(options.files); }

std::optional<Input> loadInput(const std::vector<std::string>& files) {
  const auto begin = std::chrono::steady_clock::now();
  Input input;
  {
    store::TraceStore store;
    input.report = ingest::loadFiles(files, store);
    store.publish();
    input.snapshot = store.snapshot();
  }
  input.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  input.peakBytes = peakResidentBytes();

  printProblems(input.report);
  if (!input.report.anyRead()) return std::nullopt;
  return input;
}

}  // namespace waybill::cli
