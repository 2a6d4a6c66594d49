// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/report_checks.h"

#include <array>
#include <charconv>

#include "analysis/trail.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/output.h"

namespace waybill::cli {
namespace {

using analysis::Finding;
using analysis::NodeIndex;
using analysis::Severity;
using analysis::TraceAnalysis;

std::optional<int64_t> parseDuration(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 6> kUnits{
      {{"ns", 1.0}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}}};
  double amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (error != std::errc() || !(amount > 0)) return std::nullopt;
  std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
  for (const auto& [name, ns] : kUnits) {
    constexpr double kLongest = 9e18;
    if (unit == name && amount * ns < kLongest) return static_cast<int64_t>(amount * ns);
  }
  return std::nullopt;
}

bool matches(std::string_view pattern, std::string_view text) { return pattern == "*" || pattern == text; }

}  // namespace

Result<Budget> parseBudget(const std::string& text) {
  const size_t slash = text.find('/'), less = text.rfind('<');
  const auto limit = less == std::string::npos ? std::nullopt : parseDuration(std::string_view(text).substr(less + 1));
  if (slash == std::string::npos || !limit || slash > less) {
    return Error{"a budget is SERVICE/OPERATION<DURATION, such as \"checkout/POST /buy<200ms\", not \"" +
                 printable(text) + "\""};
  }
  return Budget{text.substr(0, slash), text.substr(slash + 1, less - slash - 1), *limit, text};
}

Result<Severity> parseSeverity(const std::string& text) {
  for (const Severity severity : {Severity::Low, Severity::Medium, Severity::High, Severity::Critical}) {
    if (text == analysis::severityName(severity)) return severity;
  }
  return Error{"a severity is low, medium, high or critical, not " + printable(text)};
}

ReportChecks::ReportChecks(std::optional<Severity> failOn, std::vector<Budget> budgets)
    : m_failOn(failOn), m_budgets(std::move(budgets)), m_overBudget(m_budgets.size()) {}

void ReportChecks::look(const TraceAnalysis& trace) {
  const analysis::TraceTree& tree = trace.tree;
  const auto idText = [&] { return toHex(tree.snapshot->trace(tree.trace).id); };
  for (const Finding& finding : trace.findings) {
    if (!m_failOn || finding.severity < *m_failOn) continue;
    if (m_severe.count++ > 0 && finding.savingNs <= m_severe.durationNs) continue;
    m_severe.durationNs = finding.savingNs;
    m_severe.what = finding.sentence;
    m_severe.traceId = idText();
  }
  for (size_t b = 0; b < m_budgets.size(); ++b) {
    const Budget& budget = m_budgets[b];
    for (uint32_t i = 0; i < tree.size(); ++i) {
      const NodeIndex node(i);
      if (tree.durationNs(node) < budget.limitNs || !matches(budget.service, tree.serviceName(node)) ||
          !matches(budget.operation, tree.name(node))) {
        continue;
      }
      Worst& worst = m_overBudget[b];
      if (worst.count++ > 0 && tree.durationNs(node) <= worst.durationNs) continue;
      worst.durationNs = tree.durationNs(node);
      worst.what = analysis::operationText(tree, node);
      worst.traceId = idText();
    }
  }
}

bool ReportChecks::passed() const {
  bool passed = m_severe.count == 0;
  for (const Worst& worst : m_overBudget) passed = passed && worst.count == 0;
  return passed;
}

std::vector<std::string> ReportChecks::failures() const {
  std::vector<std::string> out;
  if (m_severe.count > 0 && m_failOn) {
    out.push_back(counted(m_severe.count, "finding") + " of severity " +
                  std::string(analysis::severityName(*m_failOn)) + " or worse; the worst, in trace " +
                  m_severe.traceId + ": " + printable(m_severe.what, 1000));
  }
  for (size_t b = 0; b < m_budgets.size(); ++b) {
    const Worst& worst = m_overBudget[b];
    if (worst.count == 0) continue;
    out.push_back("Over budget (" + printable(m_budgets[b].text) + ") in " + counted(worst.count, "span") + ": " +
                  worst.what + " took " + durationText(worst.durationNs) + " in trace " + worst.traceId + ".");
  }
  return out;
}

}  // namespace waybill::cli
