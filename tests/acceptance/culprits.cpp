// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/culprits.h"

#include <algorithm>
#include <array>
#include <mutex>

#include "acceptance/judge.h"
#include "acceptance/table.h"
#include "acceptance/trace_text.h"

namespace waybill::acceptance {
namespace {

// A span of a blamed operation, on either side of the call.
bool isBlamed(const World& world, uint64_t spanId) {
  return std::any_of(world.truth.spans.begin(), world.truth.spans.end(), [&](const sim::SimulatedSpan& span) {
    return span.id == spanId && std::find(world.plant.blamed.begin(), world.plant.blamed.end(),
                                          span.operation) != world.plant.blamed.end();
  });
}

// One in which the fault is at least half of the response: of a smaller one something else may be the larger
// part.
World worldWithCulprit(const Kind& kind, uint64_t seed, uint32_t number, uint32_t step) {
  for (;; number += step) {
    World world = makeWorld(kind, seed, number, true);
    if (world.savingNs && *world.savingNs * 2 >= world.truth.responseNs) return world;
  }
}

void countPlanted(const World& world, CulpritScore& score) {
  const auto analysis = analyzed(world.snapshot, world.judged);
  const auto culprit = analysis->trail.culprit;
  score.named.count(culprit.has_value());
  if (culprit) score.right.count(isBlamed(world, analysis->tree.spanId(*culprit).value));
}

void countFlat(uint64_t seed, CulpritScore& score) {
  Random random(seed);
  const System system = sim::flatSystem(seed, 6 + random.below(20));
  otlp::WireWriter out;
  sim::recordTrace(out, system, sim::simulate(system, seed, 1), {1, 1}, sim::kFirstRequestNs, {});
  const auto analysis = analyzed(sim::loaded(std::move(out)), TraceIndex(0));
  score.invented.count(analysis->trail.culprit.has_value());
}

std::shared_ptr<const store::Snapshot> requestsOf(const System& system, uint64_t seed, uint32_t first, uint32_t count) {
  otlp::WireWriter out;
  for (uint32_t request = first; request < first + count; ++request) {
    sim::recordTrace(out, system, sim::simulate(system, seed, request), {1, request + 1},
                     sim::kFirstRequestNs + int64_t{request} * 1'000'000'000, {seed, 0, 0});
  }
  return sim::loaded(std::move(out));
}

}  // namespace

CulpritScore culpritScore(uint64_t seed, uint32_t cases) {
  CulpritScore all;
  std::mutex mutex;
  const auto kinds = allKinds();
  inParallel(cases, [&](uint32_t i) {
    CulpritScore score;
    const Kind& kind = kinds[std::array{0, 1, 3}[i % 3]];  // own time, dependency, edge
    countPlanted(worldWithCulprit(kind, sim::mixKeys(seed, 0xc01), i, cases), score);
    countFlat(sim::mixKeys(seed, i), score);
    const std::lock_guard lock(mutex);
    all.right.merge(score.right);
    all.named.merge(score.named);
    all.invented.merge(score.invented);
  });
  return all;
}

FaultFreeScore faultFreeScore(uint64_t seed, uint32_t systems, uint32_t requestsEach, Usual usual) {
  FaultFreeScore all;
  std::mutex mutex;
  inParallel(systems, [&](uint32_t i) {
    const uint64_t systemSeed = sim::mixKeys(sim::mixKeys(seed, 0xfa17), i);
    Random random(systemSeed);
    sim::SystemSize size;
    size.services = 2 + random.below(7);
    size.spans = 10 + random.below(80);
    size.sigma = random.between(0.05, 0.4);
    size.stepMs = random.between(0.5, 8);
    size.queues = random.chance(0.3);
    const System system = sim::randomSystem(random.next(), size);
    const auto snapshot = requestsOf(system, systemSeed, 0, requestsEach);
    const bool isElsewhere = usual == Usual::Elsewhere;
    const auto normal = isElsewhere ? requestsOf(system, systemSeed, requestsEach, requestsEach) : nullptr;
    const auto population = populationOf(snapshot, normal);
    FaultFreeScore score;
    for (uint32_t trace = 0; trace < snapshot->traceCount(); ++trace) {
      const auto analysis = analysis::analyzeTrace(snapshot, TraceIndex(trace), population);
      uint64_t high = 0;
      for (const analysis::Finding& finding : analysis->findings) {
        if (finding.severity < analysis::Severity::High) continue;
        ++high;
        if (++score.byKind[std::string(finding.kind)] == 1) {
          score.examples.push_back("system " + std::to_string(i) + " " + std::string(finding.kind) + ": " +
                                   finding.sentence + "\n" + traceText(analysis->tree));
        }
      }
      score.highFindings += high;
      score.withHighFinding.count(high > 0);
    }
    const std::lock_guard lock(mutex);
    all.withHighFinding.merge(score.withHighFinding);
    all.highFindings += score.highFindings;
    all.examples.insert(all.examples.end(), score.examples.begin(), score.examples.end());
    for (const auto& [kind, count] : score.byKind) all.byKind[kind] += count;
  });
  return all;
}

}  // namespace waybill::acceptance
