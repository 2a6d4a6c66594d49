// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/baseline_option.h"

#include <CLI/CLI.hpp>

#include "cli/input.h"
#include "cli/output.h"

namespace waybill::cli {

void addBaselineOption(CLI::App& command, std::vector<std::string>& sources) {
  command
      .add_option("--baseline", sources,
                  "Files or folders with normal traces: what is usual is learned from these alone; may be given several "
                  "times")
      ->type_name("SOURCE")
      ->allow_extra_args(false);
}

std::optional<std::shared_ptr<const analysis::Usual>> normalOf(const std::vector<std::string>& sources) {
  if (sources.empty()) return nullptr;
  const std::optional<Input> normal = loadInput(sources);
  if (!normal) return std::nullopt;
  if (normal->snapshot->traceCount() == 0) {
    printError("--baseline: there are no traces in it to learn from what is usual.");
    return std::nullopt;
  }
  return analysis::learnNormal(normal->snapshot);
}

std::optional<std::shared_ptr<const analysis::Population>> populationFor(
    const std::shared_ptr<const store::Snapshot>& snapshot, const std::vector<std::string>& sources) {
  auto normal = normalOf(sources);
  if (!normal) return std::nullopt;
  return analysis::buildPopulation(snapshot, {}, 0, {}, std::move(*normal));
}

}  // namespace waybill::cli
