// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <set>

#include "analysis/trace_analysis.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/trace_choice.h"
#include "cli/trail_text.h"

namespace waybill::cli {
namespace {

using analysis::Finding;
using analysis::NodeIndex;
using analysis::TraceAnalysis;
using analysis::TraceTree;

constexpr size_t kWidth = 100;
constexpr size_t kSentenceBytes = 4000;

struct Options : InputOptions {
  std::string trace;
  uint32_t slowest = 0;
  bool all = false;
};

void writeFinding(JsonWriter& json, const TraceTree& tree, const Finding& finding) {
  json.beginObject()
      .member("kind", finding.kind)
      .member("severity", analysis::severityName(finding.severity))
      .member("confidence", analysis::confidenceName(finding.confidence))
      .member("service", finding.service)
      .member("operation", finding.operation);
  if (!finding.peerService.empty()) json.member("peer_service", finding.peerService);
  json.member("sentence", finding.sentence)
      .member("saving_ns", finding.savingNs)
      .key("span_ids")
      .beginArray();
  for (const NodeIndex node : finding.evidence)
    json.value(toHex(tree.snapshot->spans().id(tree.row[node.value])));
  json.endArray().endObject();
}

std::string traceJson(const TraceAnalysis& trace) {
  const TraceTree& tree = trace.tree;
  std::string text;
  JsonWriter json(text);
  json.beginObject()
      .member("trace_id", toHex(tree.snapshot->trace(tree.trace).id))
      .member("duration_ns", tree.durationNs(tree.primaryRoot))
      .member("headline", trace.headline)
      .key("findings")
      .beginArray();
  for (const Finding& finding : trace.findings) writeFinding(json, tree, finding);
  json.endArray().endObject();
  return text;
}

void printFinding(const Finding& finding, size_t number, int64_t rootNs, bool withAdvice, Output& out) {
  const std::string label = rightAligned(std::to_string(number), 3) + ". ";
  std::string facts = finding.savingNs > 0
                          ? std::string(finding.savingIsUpperBound ? "saves up to " : "saves about ") +
                                durationText(finding.savingNs) + " (" +
                                percentText(finding.savingNs, rootNs) + ")"
                          : std::string("saves no time of this request");
  facts.append(" · severity ").append(analysis::severityName(finding.severity));
  facts.append(" · confidence ").append(analysis::confidenceName(finding.confidence));
  std::string sentence = wrapped(printable(finding.sentence, kSentenceBytes), kWidth, label.size());
  sentence.erase(0, label.size());
  out << label << out.ink(Ink::Strong, sentence.substr(0, sentence.size() - 1)) << "\n"
      << std::string(label.size(), ' ') << out.ink(Ink::Slow, facts) << "\n"
      << (withAdvice ? wrapped(printable(finding.advice, kSentenceBytes), kWidth, label.size()) : std::string());
}

void printTrace(const TraceAnalysis& trace, Output& out) {
  const TraceTree& tree = trace.tree;
  const store::TraceSummary& summary = tree.snapshot->trace(tree.trace);
  const int64_t rootNs = tree.durationNs(tree.primaryRoot);
  out << out.ink(Ink::Faint, "trace " + toHex(summary.id) + " · " +
                                 shortTimeText(tree.startNs[tree.primaryRoot.value]) + " UTC · " +
                                 counted(tree.size(), "span") + " in " +
                                 counted(tree.snapshot->services(summary.services).size(), "service"))
      << "\n\n"
      << out.ink(Ink::Strong, printable(trace.headline, kSentenceBytes)) << "\n\n";
  printTrail(trace, out);
  out << "\n";
  if (trace.findings.empty()) {
    out << "No findings: nothing here is worth a fix of its own.\n";
    return;
  }
  out << out.ink(Ink::Strong, "Findings, by the time a fix would save") << "\n";
  std::set<std::string_view> adviceGiven;  // once is enough
  for (size_t i = 0; i < trace.findings.size(); ++i) {
    const Finding& finding = trace.findings[i];
    printFinding(finding, i + 1, rootNs, adviceGiven.insert(finding.advice).second, out);
  }
}

// One trace after another: each is analyzed, written and forgotten, so memory does not grow with their
// number.
class Report {
 public:
  Report(const Input& input, bool json, Output& out) : m_snapshot(input.snapshot), m_out(out) {
    if (json) m_list.emplace(out, "{\"traces\":[");
  }

  void add(TraceIndex index) {
    const std::shared_ptr<const TraceAnalysis> trace = analysis::analyzeTrace(m_snapshot, index);
    if (m_list) {
      m_list->item(traceJson(*trace));
      return;
    }
    if (m_any) m_out << "\n" << m_out.ink(Ink::Faint, std::string(72, '-')) << "\n\n";
    m_any = true;
    printTrace(*trace, m_out);
  }

  void end() {
    if (m_list) m_list->end(",\"population\":[]");
  }

 private:
  std::shared_ptr<const store::Snapshot> m_snapshot;
  Output& m_out;
  std::optional<JsonList> m_list;
  bool m_any = false;
};

Exit run(const Options& options) {
  const std::optional<Input> input = loadInput(options);
  if (!input) return Exit::BadInput;
  const Result<TraceIndex> chosen = chooseTrace(*input->snapshot, options.trace);
  if (!chosen.ok()) {
    printError(chosen.error().message);
    return Exit::BadInput;
  }
  Output out;
  Report report(*input, options.json, out);
  if (options.all) {
    for (uint32_t i = 0; i < input->snapshot->traceCount(); ++i) report.add(TraceIndex(i));
  } else if (options.slowest > 0) {
    for (const TraceIndex trace : firstTraces(*input->snapshot, TraceOrder::Duration, options.slowest)) {
      report.add(trace);
    }
  } else {
    report.add(chosen.value());
  }
  report.end();
  return out.finish() ? Exit::Done : Exit::BadInput;
}

}  // namespace

void addReportCommand(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("report", "Which step made a request slow, why, and what fixing it would save");
  const auto options = std::make_shared<Options>();
  addInputOptions(*command, *options);
  CLI::Option* trace = addTraceOption(*command, options->trace);
  CLI::Option* slowest =
      command->add_option("--slowest", options->slowest, "Report the N slowest traces, slowest first")
          ->check(isCount())
          ->type_name("N")
          ->excludes(trace);
  command->add_flag("--all", options->all, "Report every trace, in the order of the files")
      ->excludes(trace)
      ->excludes(slowest);
  command->footer(
      R"(JSON: {"traces":[{"trace_id","duration_ns","headline","findings":[{"kind","severity","confidence","service",
"operation","peer_service"?,"sentence","saving_ns","span_ids"}]}],"population":[]}
Without --trace, --slowest and --all the slowest trace is reported. Findings come best first, by the time of the
request that a fix would save. --all needs no more memory for more traces.)");
  command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace waybill::cli
