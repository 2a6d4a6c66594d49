// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "analysis/registry.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/report_format.h"

namespace waybill::cli {
namespace {

using analysis::Finding;
using analysis::TraceAnalysis;
using analysis::TraceTree;
using analysis::TrailStep;

constexpr size_t kSentenceBytes = 4000;
constexpr size_t kMostOperations = 20;

// Plain text in Markdown: nothing in it is markup.
std::string escaped(std::string_view text, size_t bytes = kSentenceBytes) {
  std::string out;
  for (const char c : printable(text, bytes)) {
    if (std::string_view("\\`*_{}[]<>()#|!~&").find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

class MarkdownReport : public ReportFormat {
 public:
  explicit MarkdownReport(Output& out) : m_out(out) {}

  void trace(const TraceAnalysis& trace) override {
    const TraceTree& tree = trace.tree;
    const int64_t rootNs = tree.durationNs(tree.primaryRoot);
    m_out << (m_any ? "\n" : "") << "## Trace `" << toHex(tree.snapshot->trace(tree.trace).id) << "`\n\n**"
          << escaped(trace.headline) << "**\n\n";
    m_any = true;
    for (const TrailStep& step : trace.trail.steps) {
      m_out << "- " << durationText(step.onPathNs) << " " << escaped(analysis::operationText(tree, step.node))
            << (step.foundIt ? " **← found it**" : step.slow ? " ← slow because of the next" : "") << "\n";
    }
    m_out << "\n";
    if (trace.findings.empty()) m_out << "No findings: nothing here is worth a fix of its own.\n";
    size_t number = 0;
    for (const Finding& finding : trace.findings) {
      m_out << std::to_string(++number) << ". **" << escaped(finding.sentence) << "**  \n   "
            << analysis::savingText(finding, rootNs) << " · severity " << analysis::severityName(finding.severity)
            << " · confidence " << analysis::confidenceName(finding.confidence) << " · " << finding.kind << " "
            << finding.title << "  \n   " << escaped(finding.advice) << "\n";
      if (!finding.alsoExplains.empty()) m_out << "   " << analysis::alsoExplainsText(finding) << "\n";
    }
  }

  void end(const ReportedPopulation& population) override {
    if (population.operations.empty()) return;
    m_out << "\n## Operations slower than usual, over " << counted(population.traces, "trace")
          << "\n\n| service | operation | more than usual, per request | slower in | of requests |\n"
          << "|---|---|--:|--:|--:|\n";
    for (size_t i = 0; i < std::min(kMostOperations, population.operations.size()); ++i) {
      const analysis::OperationExcess& of = population.operations[i];
      m_out << "| " << escaped(of.service, 60) << " | " << escaped(analysis::excessPlace(of), 200) << " | "
            << durationText(of.excessNs) << " | " << countText(of.slowRequests) << " | " << countText(of.requests)
            << " |\n";
    }
  }

 private:
  Output& m_out;
  bool m_any = false;
};

}  // namespace

std::unique_ptr<ReportFormat> markdownReport(Output& out) { return std::make_unique<MarkdownReport>(out); }

}  // namespace waybill::cli
