// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace waybill::cli {

// What the program ends with.
enum class Exit : int { Done = 0, CheckFailed = 1, BadInput = 2 };

// What parsing the command line decided to do.
using Action = std::function<Exit()>;

// Each adds one subcommand, which sets `action` when it is chosen. A new command is a file and a line in
// main.cpp.
void addInfoCommand(CLI::App& app, Action& action);
void addTracesCommand(CLI::App& app, Action& action);
void addSpansCommand(CLI::App& app, Action& action);
void addCriticalPathCommand(CLI::App& app, Action& action);
void addReportCommand(CLI::App& app, Action& action);
void addListenCommand(CLI::App& app, Action& action);

}  // namespace waybill::cli
