// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/baseline_option.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "analysis/baselines.h"
#include "base/time_text.h"
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

namespace {

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

std::optional<int64_t> medianOf(const analysis::Baseline* baseline) {
  return baseline == nullptr ? std::nullopt : std::optional(baseline->medianNs);
}

}  // namespace

std::optional<std::shared_ptr<const analysis::Population>> populationFor(
    const std::shared_ptr<const store::Snapshot>& snapshot, const std::vector<std::string>& sources) {
  auto normal = normalOf(sources);
  if (!normal) return std::nullopt;
  return analysis::buildPopulation(snapshot, {}, 0, {}, std::move(*normal));
}

std::optional<NormalTimes> NormalTimes::of(const std::vector<std::string>& sources) {
  auto normal = normalOf(sources);
  return normal ? std::optional(NormalTimes(std::move(*normal))) : std::nullopt;
}

std::optional<int64_t> NormalTimes::durationNs(const store::Snapshot& snapshot, SpanRow row) const {
  if (m_normal == nullptr) return std::nullopt;
  analysis::OperationMemo memo;
  const auto operation = memo.of(snapshot, snapshot.serviceId(row), snapshot.spans().name(row));
  return medianOf(m_normal->baselines.find(analysis::wideKey(operation), analysis::Measure::Duration));
}

std::optional<int64_t> NormalTimes::durationNs(const analysis::TraceTree& tree, analysis::NodeIndex node) const {
  if (m_normal == nullptr || tree.isMissing(node)) return std::nullopt;
  return medianOf(m_normal->baselines.find(analysis::baselineKeys(tree, node), analysis::Measure::Duration));
}

std::optional<int64_t> NormalTimes::ownNs(const analysis::TraceTree& tree, analysis::NodeIndex node) const {
  if (m_normal == nullptr || tree.isMissing(node)) return std::nullopt;
  const auto server = analysis::answeringServer(tree, node);
  if (!server) return medianOf(m_normal->baselines.find(analysis::baselineKeys(tree, node), analysis::Measure::Self));
  analysis::OperationMemo memo;
  const auto operationOf = [&](analysis::NodeIndex of) {
    return memo.of(*tree.snapshot, tree.service[of.value], tree.nameId(of));
  };
  const uint64_t key = analysis::pairKey(operationOf(node), operationOf(*server));
  return medianOf(m_normal->baselines.find(key, analysis::Measure::Edge));
}

std::string normallyText(const std::optional<int64_t>& ns) {
  return ns ? ", normally " + durationText(*ns) : std::string();
}

}  // namespace waybill::cli
