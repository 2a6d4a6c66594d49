// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ingest/file_loader.h"
#include "store/snapshot.h"

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace waybill::cli {

// What every command takes.
struct InputOptions {
  std::vector<std::string> files;
  bool json = false;
};

void addInputOptions(CLI::App& command, InputOptions& options);

// A whole number of at least 1, for counts.
CLI::Validator isCount();

// Everything the files hold, and how reading them went.
struct Input {
  std::shared_ptr<const store::Snapshot> snapshot;
  ingest::LoadReport report;
  double seconds = 0;
  uint64_t peakBytes = 0;  // of resident memory, until all was loaded
};

// Says on standard error which files could not be read, and why. Nothing when none could.
std::optional<Input> loadInput(const InputOptions& options);
std::optional<Input> loadInput(const std::vector<std::string>& files);

}  // namespace waybill::cli
