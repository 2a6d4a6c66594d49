// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/population.h"

namespace CLI {
class App;
}

namespace waybill::cli {

// --baseline SOURCE…: what is usual is learned from these alone.
void addBaselineOption(CLI::App& command, std::vector<std::string>& sources);

// What the traces of the snapshot are compared with: the sources, or without any, all that is loaded. None when nothing
// of the sources could be read, or they hold no trace; that is said on standard error then.
std::optional<std::shared_ptr<const analysis::Population>> populationFor(
    const std::shared_ptr<const store::Snapshot>& snapshot, const std::vector<std::string>& sources);

// What is usual by the sources; null without any. None as above.
std::optional<std::shared_ptr<const analysis::Usual>> normalOf(const std::vector<std::string>& sources);

}  // namespace waybill::cli
