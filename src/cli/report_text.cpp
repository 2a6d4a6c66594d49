// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <set>

#include <algorithm>

#include "analysis/registry.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/clock_option.h"
#include "cli/report_format.h"
#include "cli/trail_text.h"

namespace waybill::cli {
namespace {

using analysis::Finding;
using analysis::TraceAnalysis;
using analysis::TraceTree;

constexpr size_t kWidth = 100;
constexpr size_t kSentenceBytes = 4000;
constexpr size_t kMostOperations = 10;

void printFinding(const Finding& finding, size_t number, int64_t rootNs, bool withAdvice, Output& out) {
  const std::string label = rightAligned(std::to_string(number), 3) + ". ";
  std::string facts = analysis::savingText(finding, rootNs);
  facts.append(" · severity ").append(analysis::severityName(finding.severity));
  facts.append(" · confidence ").append(analysis::confidenceName(finding.confidence));
  std::string sentence = wrapped(printable(finding.sentence, kSentenceBytes), kWidth, label.size());
  sentence.erase(0, label.size());
  out << label << out.ink(Ink::Strong, sentence.substr(0, sentence.size() - 1)) << "\n"
      << std::string(label.size(), ' ') << out.ink(Ink::Slow, facts) << "\n"
      << (withAdvice ? wrapped(printable(finding.advice, kSentenceBytes), kWidth, label.size()) : std::string());
  if (!finding.alsoExplains.empty()) out << wrapped(analysis::alsoExplainsText(finding), kWidth, label.size());
}

void printTrace(const TraceAnalysis& trace, Output& out) {
  const TraceTree& tree = trace.tree;
  const store::TraceSummary& summary = tree.snapshot->trace(tree.trace);
  const int64_t rootNs = tree.durationNs(tree.primaryRoot);
  out << out.ink(Ink::Faint, "trace " + toHex(summary.id) + " · " +
                                 shortTimeText(tree.startNs[tree.primaryRoot.value]) + " UTC · " +
                                 counted(tree.spanCount(), "span") + " in " +
                                 counted(tree.snapshot->services(summary.services).size(), "service"))
      << "\n" << clockLines(tree) << "\n"
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

class TextReport : public ReportFormat {
 public:
  explicit TextReport(Output& out) : m_out(out) {}

  void trace(const TraceAnalysis& trace) override {
    if (m_any) rule();
    m_any = true;
    printTrace(trace, m_out);
  }

  void end(const ReportedPopulation& population) override {
    if (population.operations.empty()) return;
    rule();
    m_out << m_out.ink(Ink::Strong, "Over " + counted(population.traces, "trace") +
                                        ": operations slower than usual, by excess time per request")
          << "\n";
    for (size_t i = 0; i < std::min(kMostOperations, population.operations.size()); ++i) {
      const std::string label = rightAligned(std::to_string(i + 1), 3) + ". ";
      std::string text = wrapped(excessSentence(population.operations[i]), kWidth, label.size());
      m_out << label << text.substr(label.size());
    }
  }

 private:
  void rule() { m_out << "\n" << m_out.ink(Ink::Faint, std::string(72, '-')) << "\n\n"; }

  Output& m_out;
  bool m_any = false;
};

}  // namespace

std::string excessSentence(const analysis::OperationExcess& excess) {
  const std::string service = printable(excess.service, 60), operation = printable(excess.operation, 100);
  std::string what = service + " " + operation + " takes ";
  if (excess.isStarved) what = "The calls of " + service + " lose, whoever answers, ";
  if (!excess.peerService.empty()) {
    what = "The way from " + printable(excess.peerService, 60) + " to " + service + " " + operation + " takes ";
  }
  return what + durationText(excess.excessNs) + " more than usual per request that touches it (slower in " +
         countText(excess.slowRequests) + " of " + counted(excess.requests, "request") + ").";
}

std::unique_ptr<ReportFormat> textReport(Output& out) { return std::make_unique<TextReport>(out); }

}  // namespace waybill::cli
