// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "acceptance/catalogue.h"
#include "analysis/trace_analysis.h"

namespace waybill::acceptance {

// A plant as it was recorded, loaded like any file.
struct World {
  Plant plant;
  sim::SimulatedTrace truth;  // of the judged request
  std::optional<int64_t> savingNs;
  sim::Noise noise;
  std::shared_ptr<const store::Snapshot> snapshot;
  std::shared_ptr<const store::Snapshot> normal;  // what is usual is learned from it alone; null: from the snapshot
  TraceIndex judged;
  uint64_t seed = 0;  // of the simulation
  std::map<uint32_t, uint32_t> recorded;  // spans of the snapshot by operation; of calls with two sides, both
};

// Where it is learned what is usual.
enum class Usual : uint8_t {
  Here,       // from all that is loaded
  Elsewhere,  // from a store without a fault, while in the judged one every request has it
};

// The case with that number among those of a seed. Plants that save too little to be worth a finding are
// planted anew.
World makeWorld(const Kind& kind, uint64_t seed, uint64_t number, bool real, Usual usual = Usual::Here);

// What the engine said of a world.
struct Verdict {
  bool found = false;                  // a finding of the kind that shows the planted spans
  uint32_t wrong = 0;                  // findings of the kind that show others
  std::optional<int64_t> predictedNs;  // the right finding's saving
  std::optional<bool> foundItIsRight;  // of a shape: whether "found it" stands at the fault; none when nowhere
};

Verdict judge(const Kind& kind, const World& world);
Verdict judge(const Kind& kind, const World& world, const analysis::TraceAnalysis& analysis);

// The engine on one trace of a snapshot.
std::shared_ptr<const analysis::TraceAnalysis> analyzed(
    const std::shared_ptr<const store::Snapshot>& snapshot, TraceIndex trace);
std::shared_ptr<const analysis::TraceAnalysis> analyzed(const World& world);

// The population of a snapshot, with what is usual learned from it too or, when there is one, from `normal` alone.
std::shared_ptr<const analysis::Population> populationOf(
    const std::shared_ptr<const store::Snapshot>& snapshot,
    const std::shared_ptr<const store::Snapshot>& normal = nullptr);

}  // namespace waybill::acceptance
