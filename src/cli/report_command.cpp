// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "analysis/excess_ranking.h"
#include "analysis/population.h"
#include "base/utf8.h"
#include "cli/baseline_option.h"
#include "cli/clock_option.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/report_analyses.h"
#include "cli/report_checks.h"
#include "cli/report_format.h"
#include "cli/trace_choice.h"

namespace waybill::cli {
namespace {

using analysis::ExcessRanking;
using analysis::TraceAnalysis;

struct Options : InputOptions {
  std::string trace;
  std::vector<std::string> baseline;
  bool adjustsClocks = false;
  uint32_t slowest = 0;
  bool all = false;
  std::string format = "text";
  std::string failOn;
  std::vector<std::string> budgets;
};

Result<ReportChecks> checksOf(const Options& options) {
  std::optional<analysis::Severity> failOn;
  if (!options.failOn.empty()) {
    const auto severity = parseSeverity(options.failOn);
    if (!severity.ok()) return Error{"--fail-on: " + severity.error().message + "."};
    failOn = severity.value();
  }
  std::vector<Budget> budgets;
  for (const std::string& text : options.budgets) {
    auto budget = parseBudget(text);
    if (!budget.ok()) return Error{"--budget: " + budget.error().message + "."};
    budgets.push_back(std::move(budget).value());
  }
  return ReportChecks(failOn, std::move(budgets));
}

Result<std::vector<TraceIndex>> chosenTraces(const store::Snapshot& snapshot, const Options& options) {
  const Result<TraceIndex> chosen = chooseTrace(snapshot, options.trace);
  if (!chosen.ok()) return chosen.error();
  if (options.slowest > 0) return slowestTraces(snapshot, options.slowest);
  if (!options.all) return std::vector{chosen.value()};
  std::vector<TraceIndex> all;
  for (uint32_t i = 0; i < snapshot.traceCount(); ++i) all.emplace_back(i);
  return all;
}

std::unique_ptr<ReportFormat> formatOf(const Options& options, Output& out) {
  if (options.json || options.format == "json") return jsonReport(out);
  if (options.format == "markdown") return markdownReport(out);
  if (options.format == "html") return htmlReport(out);
  return textReport(out);
}

// One trace after another is analysed, written and forgotten.
void writeReport(const store::Snapshot& snapshot, const std::vector<TraceIndex>& traces,
                 const ReportAnalyses& analyses, ReportFormat& format, ReportChecks& checks) {
  std::vector<ExcessRanking> rankings(analyses.threads());
  const bool several = traces.size() > 1;  // what one trace says of itself stands there already
  double durations = 0;
  format.begin();
  analyses.forEach(
      traces,
      [&](const TraceAnalysis& trace, unsigned thread) {
        if (several) rankings[thread].add(trace);
      },
      [&](const TraceAnalysis& trace) {
        durations += static_cast<double>(trace.tree.durationNs(trace.tree.primaryRoot));
        checks.look(trace);
        format.trace(trace);
      });
  for (size_t i = 1; i < rankings.size(); ++i) rankings[0].merge(rankings[i]);
  const auto mean = static_cast<int64_t>(durations / static_cast<double>(std::max<size_t>(1, traces.size())));
  format.end({snapshot, rankings[0].ranked(snapshot), traces.size(), mean});
}

Exit run(const Options& options) {
  Result<ReportChecks> checks = checksOf(options);
  if (!checks.ok()) {
    printError(checks.error().message);
    return Exit::BadInput;
  }
  const std::optional<Input> input = loadInput(options);
  if (!input) return Exit::BadInput;
  const Result<std::vector<TraceIndex>> traces = chosenTraces(*input->snapshot, options);
  if (!traces.ok()) {
    printError(traces.error().message);
    return Exit::BadInput;
  }
  auto population = populationFor(input->snapshot, options.baseline);
  if (!population) return Exit::BadInput;
  const ReportAnalyses analyses(input->snapshot, std::move(*population), options.adjustsClocks);
  Output out;
  const std::unique_ptr<ReportFormat> format = formatOf(options, out);
  writeReport(*input->snapshot, traces.value(), analyses, *format, checks.value());
  if (!out.finish()) return Exit::BadInput;
  for (const std::string& failure : checks.value().failures()) printError(failure);
  return checks.value().passed() ? Exit::Done : Exit::CheckFailed;
}

}  // namespace

void addReportCommand(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("report", "Which step made a request slow, why, and what fixing it would save");
  const auto options = std::make_shared<Options>();
  addInputOptions(*command, *options);
  CLI::Option* trace = addTraceOption(*command, options->trace);
  addBaselineOption(*command, options->baseline);
  addClockOption(*command, options->adjustsClocks);
  CLI::Option* slowest =
      command->add_option("--slowest", options->slowest, "Report the N slowest traces, slowest first")
          ->check(isCount())
          ->type_name("N")
          ->excludes(trace);
  command->add_flag("--all", options->all, "Report every trace, in the order of the files")
      ->excludes(trace)
      ->excludes(slowest);
  command->add_option("--format", options->format, "text, json (as --json), markdown or html (one file)")
      ->check(CLI::IsMember({"text", "json", "markdown", "html"}))
      ->type_name("FORMAT");
  command->add_option("--fail-on", options->failOn,
                      "Exit with 1 when a finding is of that severity or worse: low, medium, high, critical")
      ->type_name("SEVERITY");
  command
      ->add_option("--budget", options->budgets,
                   "Exit with 1 when a span takes longer, such as \"checkout/POST /buy<200ms\"; * for any; may be "
                   "given several times")
      ->type_name("SERVICE/OPERATION<DURATION")
      ->allow_extra_args(false);
  command->footer(
      R"(JSON: {"traces":[{"trace_id","duration_ns","stream"?,"headline","findings":[{"kind","severity","confidence","service",
"operation","peer_service"?,"sentence","saving_ns","end_to_end_saving_ns"?,
"span_ids","also_explains"?}]}],"population":[{"kind","severity",
"confidence","service","operation","peer_service"?,"sentence","saving_ns","requests","slow_requests",
"worst_trace_id","span_ids"}]}
Without --trace, --slowest and --all the slowest trace is reported. Of the slowest, streams (conversations that last
as long as both sides talk) come last, and "stream" is true for them. Findings come best first, by the time of the
request that a fix would save. What is usual is learned from --baseline, or without it from all traces of the input,
and then it chooses only words and severity: all of them may be slow. "population" ranks operations by the time they
take above usual per request, over the reported traces when there are several; time between two services stands with
the one that is called. --all needs no more
memory for more traces. --fail-on and --budget look at the reported traces.)");
  command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace waybill::cli
