// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/input.h"

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>

#include "cli/output.h"
#include "store/trace_store.h"

namespace waybill::cli {
namespace {

constexpr size_t kMessageBytes = 1000;

uint64_t peakResidentBytes() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#ifdef __APPLE__
  return static_cast<uint64_t>(usage.ru_maxrss);
#else
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
#endif
}

}  // namespace

void addInputOptions(CLI::App& command, InputOptions& options) {
  command.add_option("FILE", options.files, "Trace files, folders, or - for standard input")
      ->required()
      ->type_name("");
  command.add_flag("--json", options.json, "Print one JSON document instead of text");
}

std::optional<Input> loadInput(const InputOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  Input input;
  {
    store::TraceStore store;
    input.report = ingest::loadFiles(options.files, store);
    store.publish();
    input.snapshot = store.snapshot();
  }
  input.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  input.peakBytes = peakResidentBytes();

  for (const ingest::LoadedFile& file : input.report.files) {
    if (!file.error.empty()) printError(plain(file.error, kMessageBytes));
  }
  if (!input.report.anyRead()) return std::nullopt;
  return input;
}

}  // namespace waybill::cli
