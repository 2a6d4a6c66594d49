// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/savings.h"

#include <cmath>
#include <memory>
#include <mutex>

#include "acceptance/table.h"
#include "analysis/population.h"
#include "analysis/trace_analysis.h"
#include "support/simulator/random_system.h"
#include "support/simulator/recording.h"

namespace waybill::acceptance {
namespace {

using analysis::NodeIndex;

// A system, some of its requests, and what the engine has learned of them.
struct Observed {
  System system;
  uint64_t seed;
  std::shared_ptr<const store::Snapshot> snapshot;
  std::shared_ptr<const analysis::Population> population;

  Observed(uint64_t s, uint32_t requests) : seed(s) {
    Random random(seed);
    sim::SystemSize size;
    size.services = 3 + random.below(6);
    size.spans = 40 + random.below(160);
    size.sigma = random.between(0.1, 0.4);
    size.stepMs = random.between(1, 6);
    system = sim::randomSystem(random.next(), size);
    otlp::WireWriter out;
    for (uint32_t i = 0; i < requests; ++i) {
      sim::recordTrace(out, system, sim::simulate(system, seed, i), {1, i + 1},
                       sim::kFirstRequestNs + int64_t{i} * 1'000'000'000, {seed, 0, 0});
    }
    snapshot = sim::loaded(std::move(out));
    population = analysis::buildPopulation(snapshot, {}, 1);
  }

  int64_t truth(uint32_t operation, double factor, uint64_t request) const {
    System faster = system;
    faster.scaleOwnTime(operation, factor);
    return sim::simulate(faster, seed, request).responseNs;
  }
};

// One request as the engine sees it.
class Request {
 public:
  Request(const Observed& observed, uint32_t number)
      : m_observed(observed),
        m_truth(sim::simulate(observed.system, observed.seed, number)),
        m_analysis(analysis::analyzeTrace(
            observed.snapshot, observed.snapshot->findTrace({1, number + 1}).value(), observed.population)),
        m_replayer(m_analysis->tree, &m_analysis->operations, &observed.population->happensBefore) {}

  int64_t durationNs() const { return m_truth.responseNs; }

  // Its spans' own time scaled. A call with two sides: those of the called side.
  int64_t predictedSavingNs(uint32_t operation, double factor) {
    const bool twoSides = sim::hasTwoSides(m_observed.system.operations[operation].protocol);
    analysis::Rewrite rewrite;
    for (const sim::SimulatedSpan& span : m_truth.spans) {
      if (span.operation != operation || (twoSides && span.kind != otlp::SpanKind::Server)) continue;
      rewrite.scaleOwn(nodeOf(span.id), factor);
    }
    return rewrite.empty() ? 0 : m_replayer.savingNs(rewrite);
  }

 private:
  NodeIndex nodeOf(uint64_t id) const {
    const analysis::TraceTree& tree = m_analysis->tree;
    uint32_t i = 0;
    while (tree.spanId(NodeIndex(i)).value != id) ++i;
    return NodeIndex(i);
  }

  const Observed& m_observed;
  sim::SimulatedTrace m_truth;
  std::shared_ptr<const analysis::TraceAnalysis> m_analysis;
  analysis::Replayer m_replayer;
};

void compare(const Observed& observed, uint32_t number, double factor, SavingScore& score) {
  Request request(observed, number);
  const auto whole = static_cast<double>(request.durationNs());
  double best = 0, bestPredicted = 0, savedByPredicted = 0;
  uint32_t truly = 0, supposedly = 0;
  for (uint32_t operation = 0; operation < observed.system.operations.size(); ++operation) {
    const double saved = whole - static_cast<double>(observed.truth(operation, factor, number));
    const auto predicted = static_cast<double>(request.predictedSavingNs(operation, factor));
    if (saved > best) best = saved, truly = operation;
    if (predicted > bestPredicted)
      bestPredicted = predicted, supposedly = operation, savedByPredicted = saved;
    score.errors.push_back(std::abs(predicted - saved) / whole);
    if (saved > 0.02 * whole) score.within10Percent.count(std::abs(predicted - saved) <= 0.1 * saved);
  }
  if (best == 0) return;
  score.bestFound.count(truly == supposedly);
  score.regrets.push_back((best - savedByPredicted) / best);
}

uint64_t systemSeed(uint64_t seed, uint32_t number) {
  return sim::mixKeys(sim::mixKeys(seed, 0x5a71), number);
}

}  // namespace

SavingScore savingScore(uint64_t seed, uint32_t systems, uint32_t requestsEach) {
  SavingScore all;
  std::mutex mutex;
  inParallel(systems, [&](uint32_t i) {
    const Observed observed(systemSeed(seed, i), 40);
    SavingScore score;
    for (uint32_t request = 0; request < requestsEach; ++request) {
      for (const double factor : {0.5, 0.1}) compare(observed, request, factor, score);
    }
    const std::lock_guard lock(mutex);
    all.within10Percent.merge(score.within10Percent);
    all.bestFound.merge(score.bestFound);
    all.regrets.insert(all.regrets.end(), score.regrets.begin(), score.regrets.end());
    all.errors.insert(all.errors.end(), score.errors.begin(), score.errors.end());
  });
  return all;
}

std::vector<double> tailErrors(uint64_t seed, uint32_t systems, uint32_t requestsEach) {
  std::vector<double> errors(systems);
  inParallel(systems, [&](uint32_t i) {
    const Observed observed(systemSeed(seed, 5000 + i), requestsEach);
    uint32_t heaviest = 0;
    int64_t shortest = INT64_MAX;
    for (uint32_t operation = 0; operation < observed.system.operations.size(); ++operation) {
      const int64_t ns = observed.truth(operation, 0, 0);
      if (ns < shortest) shortest = ns, heaviest = operation;
    }
    std::vector<double> predicted, truth;
    for (uint32_t number = 0; number < requestsEach; ++number) {
      Request request(observed, number);
      predicted.push_back(
          static_cast<double>(request.durationNs() - request.predictedSavingNs(heaviest, 0.5)));
      truth.push_back(static_cast<double>(observed.truth(heaviest, 0.5, number)));
    }
    errors[i] = std::abs(quantile(predicted, 0.99) / quantile(truth, 0.99) - 1);
  });
  return errors;
}

}  // namespace waybill::acceptance
