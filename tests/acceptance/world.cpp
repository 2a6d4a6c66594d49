// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "acceptance/judge.h"

namespace waybill::acceptance {
namespace {

constexpr TraceId kJudgedId{1, 0xaced};
constexpr int64_t kSecond = 1'000'000'000;

constexpr uint32_t kNormalRequests = 40;

sim::Noise noiseFor(const Plant& plant, Random& random, bool real) {
  sim::Noise noise;
  noise.seed = random.next();
  noise.losesRoot = plant.losesRoot;
  noise.unknownTimes = plant.unknownTimes;
  if (!plant.wantsExactTimes && !plant.wantsOddities) {
    if (random.chance(real ? 0.3 : 0.5)) {
      // What looks like a fault must not become one by the clocks; the fault must still be there.
      const double largest = real ? 3 : 50;
      noise.skewMs = 0.1 * std::pow(largest / 0.1, random.unit());
    }
    if (random.chance(real ? 0.1 : 0.25)) noise.dropShare = real ? 0.1 : random.between(0.1, 0.5);
  }
  if (plant.wantsOddities) noise.dropShare = random.between(0.15, 0.5);
  if (plant.skewMs > 0) noise.skewMs = plant.skewMs;
  return noise;
}

// Spans without which the fault could not be seen: the blamed, what is above and what is below.
std::set<uint64_t> neededSpans(const Plant& plant, const sim::SimulatedTrace& trace) {
  std::map<uint64_t, uint64_t> parents;
  for (const sim::SimulatedSpan& span : trace.spans) parents[span.id] = span.parent;
  std::set<uint64_t> needed;
  for (const sim::SimulatedSpan& span : trace.spans) {  // parents first
    const bool isBlamed =
        std::find(plant.blamed.begin(), plant.blamed.end(), span.operation) != plant.blamed.end();
    const bool isBelow = needed.contains(span.parent) && !isBlamed;
    if (!isBlamed && !isBelow) continue;
    for (uint64_t id = span.id; id != 0 && needed.insert(id).second;) id = parents[id];
  }
  return needed;
}

bool hasHole(const sim::SimulatedTrace& trace, const sim::Noise& noise) {
  std::set<uint64_t> dropped;
  for (const sim::SimulatedSpan& span : trace.spans) {
    if (sim::isDropped(noise, kJudgedId, span)) {
      dropped.insert(span.id);
    } else if (dropped.contains(span.parent)) {
      return true;
    }
  }
  return false;
}

std::optional<int64_t> trueSaving(const Plant& plant, const sim::SimulatedTrace& truth, uint64_t seed) {
  if (!plant.fixed) return std::nullopt;
  const auto savedBy = [&](const System& system) {
    const sim::SimulatedTrace fixed = sim::simulate(system, seed, kJudgedRequest);
    return plant.endToEnd ? truth.endToEndNs - fixed.endToEndNs : truth.responseNs - fixed.responseNs;
  };
  const int64_t saved = savedBy(*plant.fixed);
  return plant.otherFix ? std::max(saved, savedBy(*plant.otherFix)) : saved;
}

// Every request has the fault; without it is what is usual.
void learnElsewhere(Plant& plant, bool real) {
  if (!plant.normal) plant.normal = plant.crowd;
  if (!real) {
    if (!plant.untrue.empty()) plant.mediumIsFine = false;  // that it is as usual is known now
    return;
  }
  plant.crowd = plant.judged;
  plant.crowdSize = std::max(plant.crowdSize, 1U);
  plant.fixed = plant.normal;
}

std::shared_ptr<const store::Snapshot> normalRequests(const System& system, uint64_t seed, sim::Noise noise) {
  noise.dropShare = 0;
  otlp::WireWriter out;
  for (uint32_t i = 0; i < kNormalRequests; ++i) {
    const int64_t startNs = sim::kFirstRequestNs - (kNormalRequests - i) * 2 * kSecond;
    sim::recordTrace(out, system, sim::simulate(system, seed, 10 * kFirstOther + i), {2, 1 + i}, startNs, noise);
  }
  return sim::loaded(std::move(out));
}

// Clearly more than max(1 ms, 2 %).
bool isWorthIt(int64_t savingNs, int64_t wholeNs) {
  return savingNs * 4 >= 5 * std::max<int64_t>(1'000'000, wholeNs / 50);
}

// The fault is at least half of the response.
bool isHalf(const Plant& plant, const sim::SimulatedTrace& truth, uint64_t seed) {
  const int64_t usual = sim::simulate(*plant.normal, seed, kJudgedRequest).responseNs;
  return truth.responseNs - usual >= 2'000'000 && (truth.responseNs - usual) * 2 >= truth.responseNs;
}

// Only of a call that can be compared: the called side and the calling one.
void countRecorded(World& world, const System& system, const sim::SimulatedTrace& trace,
                   const std::function<bool(const sim::SimulatedSpan&)>& isLeftOut) {
  std::set<uint64_t> kept;
  for (const sim::SimulatedSpan& span : trace.spans) {  // parents first
    if (isLeftOut(span)) continue;
    kept.insert(span.id);
    const bool hasTwoSides = sim::hasTwoSides(system.operations[span.operation].protocol);
    const bool isCaller = hasTwoSides && span.kind == otlp::SpanKind::Client;
    if (!isCaller && (span.parent == 0 || kept.contains(span.parent))) ++world.recorded[span.operation];
  }
}

void record(World& world, uint64_t seed) {
  const Plant& plant = world.plant;
  const std::set<uint64_t> needed = neededSpans(plant, world.truth);
  otlp::WireWriter out;
  sim::Noise others = world.noise;
  others.losesRoot = plant.othersLoseRoots;
  // A request each second, the judged one in the midst.
  const uint32_t before = plant.crowdSize / 2;
  for (uint32_t i = 0; i <= plant.crowdSize; ++i) {
    const int64_t startNs = sim::kFirstRequestNs + i * kSecond * 2;
    if (i == before) {
      sim::recordTrace(out, plant.judged, world.truth, kJudgedId, startNs, world.noise,
                       [&](const sim::SimulatedSpan& span) {
                         return plant.anywhere || plant.blamed.empty() || !needed.contains(span.id);
                       });
    }
    if (i == plant.crowdSize) break;
    const bool isLate = plant.late && i >= plant.crowdSize * 3 / 4;
    const System& system = isLate ? *plant.late : plant.crowd;
    const sim::SimulatedTrace other = sim::simulate(system, seed, kFirstOther + i);
    const TraceId id{1, 1 + i};
    sim::recordTrace(out, system, other, id, startNs + kSecond, others);
    countRecorded(world, system, other, [&](const auto& span) { return sim::isDropped(others, id, span); });
  }
  world.snapshot = sim::loaded(std::move(out));
  world.judged = world.snapshot->findTrace(kJudgedId).value();
}

}  // namespace

World makeWorld(const Kind& kind, uint64_t seed, uint64_t number, bool real, Usual usual) {
  uint64_t base = sim::mixKeys(seed, number * 2 + (real ? 1 : 0));
  for (const char c : kind.id) base = sim::mixKeys(base, static_cast<uint8_t>(c));
  for (uint64_t attempt = 0;; ++attempt) {
    Scene scene(sim::mixKeys(base, attempt));
    World world;
    world.seed = scene.seed;
    world.plant = kind.plant(scene, real);
    if (usual == Usual::Elsewhere) learnElsewhere(world.plant, real);
    world.truth = sim::simulate(world.plant.judged, scene.seed, kJudgedRequest);
    world.savingNs = trueSaving(world.plant, world.truth, scene.seed);
    world.noise = noiseFor(world.plant, scene.random, real);
    const int64_t whole = world.plant.endToEnd ? world.truth.endToEndNs : world.truth.responseNs;
    const bool isTooSmall = kind.isShape ? real && !isHalf(world.plant, world.truth, scene.seed)
                                         : world.savingNs && !world.plant.nothingToSave &&
                                               !isWorthIt(*world.savingNs, whole);
    const bool isTooGood = world.plant.wantsOddities && !hasHole(world.truth, world.noise);
    if ((isTooSmall || isTooGood) && attempt < 20) continue;
    record(world, scene.seed);
    if (usual == Usual::Elsewhere) world.normal = normalRequests(*world.plant.normal, scene.seed, world.noise);
    return world;
  }
}

}  // namespace waybill::acceptance
