// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <exception>
#include <optional>
#include <string>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace {

constexpr char kDescription[] = "Shows which step made a request slow, why, and what fixing it would save.";
constexpr char kFooter[] =
    "Every command takes one or more files: trace files, folders of them, or - for standard input. They make "
    "one\n"
    "collection. The format and the compression are found by looking at the content.\n"
    "\n"
    "Examples:\n"
    "  waybill-cli report traces.json            why the slowest trace was slow\n"
    "  waybill-cli traces --limit 10 traces/     the ten slowest traces of a folder\n"
    "  curl -s $URL | waybill-cli info -         what a download holds\n"
    "\n"
    "Exit status: 0 done, 1 a check failed, 2 wrong usage or nothing could be read. When only some of the\n"
    "files could be read, the others are named on standard error and the status is 0.\n"
    "Colours are used on a terminal unless NO_COLOR is set.";

// The first word that is no option, when no command is called so.
std::optional<std::string> unknownCommand(const CLI::App& app, int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.rfind('-', 0) == 0) continue;
    const auto commands =
        app.get_subcommands([&word](const CLI::App* command) { return command->check_name(word); });
    return commands.empty() ? std::optional(word) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace waybill::cli;
  CLI::App app(kDescription, "waybill-cli");
  app.set_version_flag("--version", "waybill-cli " WAYBILL_VERSION, "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.require_subcommand(0, 1);

  Action action;
  addInfoCommand(app, action);
  addTracesCommand(app, action);
  addSpansCommand(app, action);
  addCriticalPathCommand(app, action);
  addReportCommand(app, action);
  addListenCommand(app, action);
  app.footer(kFooter);  // last: commands inherit what is set before them

  try {
    if (const auto word = unknownCommand(app, argc, argv)) {
      printError("There is no command '" + waybill::printable(*word) + "'.\nTry 'waybill-cli --help'.");
      return static_cast<int>(Exit::BadInput);
    }
    app.parse(argc, argv);
    if (action) return static_cast<int>(action());
    printError("A command is missing.\n\n" + app.help());
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    printError(waybill::printable(error.what()) + "\nTry 'waybill-cli --help'.");
  } catch (const std::exception& error) {
    printError(error.what());
  }
  return static_cast<int>(Exit::BadInput);
}
