// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "acceptance/plants.h"

// Steps that are slow in themselves, or on the way.
namespace waybill::acceptance {
namespace {

constexpr uint32_t kCrowd = 30;

// Nothing stands out.
Plant flat(Scene& s) {
  s.system = sim::flatSystem(s.seed, s.count(9, 18));
  return s.same("time spread evenly over many steps");
}

// The operation computes so much longer in the judged request.
Plant stalled(Scene& s, uint32_t operation, double ms, std::string shape) {
  Plant plant = s.same(std::move(shape));
  plant.fixed = s.system;
  plant.judged.insert(operation, 0, plant.judged.compute({ms, 0}));
  plant.blamed = {operation};
  return plant;
}

// No baseline: a fix is worth at most all of the operation's own time.
void withoutCrowd(Scene& s, Plant& plant, uint32_t operation) {
  plant.crowdSize = 0;
  plant.fixed = plant.judged;
  plant.fixed->scaleOwnTime(operation, 0);
  plant.neutral = heavyOperations(plant.judged, s.seed, kJudgedRequest, 0.12);
}

}  // namespace

Plant ownTime(Scene& s, bool real) {
  if (real) {
    Plant plant = stalled(s, s.site, s.ms(s.pick(0.3, 0.85)), "own code of one step");
    plant.crowdSize = kCrowd;
    if (s.chance(0.5)) withoutCrowd(s, plant, s.site);
    return plant;
  }
  if (s.chance(0.4)) return flat(s);
  Plant plant;
  if (s.chance(0.5)) {
    const uint32_t work = s.add(Protocol::Function, {s.ms(0.5), 0.1});
    s.plantOffPath(s.system.call(work));
    plant = s.same("heavy work that nobody waits for");
  } else {
    s.system.insert(s.site, 0, s.system.compute({s.ms(s.pick(0.3, 0.8)), s.pick(0, 0.02)}));
    plant = s.same("long polling: always that long");
  }
  plant.crowdSize = kCrowd;
  return plant;
}

Plant slowDependency(Scene& s, bool real) {
  const uint32_t leaf = s.add(s.chance(0.5) ? Protocol::External : Protocol::Sql, {s.pick(0.5, 3), 0.15});
  if (real) {
    s.plant(s.system.call(leaf));
    Plant plant = stalled(s, leaf, s.ms(s.pick(0.25, 0.85)), "a call of something that records nothing");
    plant.crowdSize = kCrowd;
    if (s.chance(0.5)) withoutCrowd(s, plant, leaf);
    return plant;
  }
  if (s.chance(0.4)) return flat(s);
  s.operation(leaf).body[0].time = {s.ms(s.pick(0.3, 0.8)), s.pick(0, 0.03)};
  const bool offPath = s.chance(0.5);
  if (offPath) {
    s.plantOffPath(s.system.call(leaf));
  } else {
    s.plant(s.system.call(leaf));
  }
  Plant plant =
      s.same(offPath ? "a slow call that nobody waits for" : "long polling: the call always takes that long");
  plant.crowdSize = kCrowd;
  return plant;
}

Plant slowerThanUsual(Scene& s, bool real) {
  const double usual = s.pick(1.5, 8), sigma = s.pick(0.03, 0.35);
  const Protocol protocol = s.oneOf({Protocol::Function, Protocol::Grpc, Protocol::Sql, Protocol::Http});
  const uint32_t step = s.add(protocol, {usual, sigma});
  const double factor = std::max(2.5, std::exp(4.5 * sigma)) * s.pick(1, 3);
  const double excess = std::max({usual * (factor - 1), 2.0, s.ms(s.pick(0.05, 0.5))});
  if (real) {
    s.plant(s.system.call(step));
    Plant plant = stalled(s, step, excess, "one step much slower than in the other requests");
    plant.crowdSize = kCrowd + 10;
    plant.ancestorsAreNeutral = true;
    return plant;
  }
  Plant plant;
  const uint32_t which = s.random.below(5);
  if (which == 0) {
    Step either = s.system.group(StepKind::Either, {s.system.compute({excess, sigma})});
    either.chance = s.pick(0.25, 0.5);
    const uint32_t id = either.id;
    s.system.insert(step, 0, std::move(either));
    s.plant(s.system.call(step));
    plant = s.same("two usual durations, this one is the longer");
    plant.judged = Scene::edited(plant.judged, id, [](Step& e) { e.chance = 1; });
  } else if (which == 1) {
    s.operation(step).body[0].time = {usual, s.pick(0.7, 1.0)};
    s.plant(s.system.call(step));
    plant = s.same("durations that always vary widely");
  } else if (which == 2) {
    s.plantOffPath(s.system.call(step));
    plant = stalled(s, step, excess, "slower than usual, but nobody waits for it");
    plant.blamed.clear();
    plant.fixed.reset();
  } else if (which == 3) {
    s.operation(step).body[0].time = {0.05, sigma};
    s.plant(s.system.call(step));
    plant = stalled(s, step, s.pick(0.2, 0.7), "six times a twentieth of a millisecond");
    plant.blamed.clear();
    plant.fixed.reset();
  } else {
    s.plant(s.system.call(step));
    plant = s.same("nothing");
  }
  plant.crowdSize = kCrowd + 10;
  return plant;
}

Plant networkEdge(Scene& s, bool real) {
  const uint32_t remote = s.addRemote({s.pick(1, 8), 0.2});
  const double outShare = s.pick(0, 1);
  const double lost = std::max(8.0, s.ms(s.pick(0.16, 0.75)));
  const auto lose = [&](System& system, double ms) {
    system.operations[remote].edgeOut = {ms * outShare, 0.05};
    system.operations[remote].edgeBack = {ms * (1 - outShare), 0.05};
  };
  if (real) {
    s.plant(s.system.call(remote));
    Plant plant = s.same("time lost between two services");
    plant.blamed = {remote};
    lose(plant.judged, lost);
    plant.fixed = s.system;
    plant.crowdSize = kCrowd;
    if (s.chance(0.4)) {
      plant.crowdSize = 0;
      lose(*plant.fixed, 0);
    }
    return plant;
  }
  Plant plant;
  const uint32_t which = s.random.below(4);
  if (which == 0) {
    lose(s.system, lost);
    s.plant(s.system.call(remote));
    plant = s.same("a far service: always lost that much");
  } else if (which == 1) {
    s.operation(remote).unrecorded = true;
    s.operation(remote).body[0].time = {lost, 0.1};
    s.plant(s.system.call(remote));
    plant = s.same("the called side records nothing");
  } else if (which == 2) {
    lose(s.system, lost);
    s.plantOffPath(s.system.call(remote));
    plant = s.same("lost where nobody waits");
  } else {
    lose(s.system, s.pick(1, 3.5));
    s.plant(s.system.call(remote));
    plant = s.same("a little lost, as usual");
  }
  plant.crowdSize = kCrowd;
  return plant;
}

Plant idleGap(Scene& s, bool real) {
  const uint32_t before = s.addLeaf({s.pick(0.5, 3), 0.2}), after = s.addLeaf({s.pick(0.5, 3), 0.2});
  const uint32_t caller = s.add(s.chance(0.5) ? Protocol::Function : Protocol::Grpc, {0.3, 0.1});
  const bool pre = s.chance(0.3);
  if (!pre) s.system.append(caller, s.system.call(before));
  Step gap = s.system.compute({s.pick(0.1, 1), 0.2});
  const uint32_t id = gap.id;
  s.system.append(caller, std::move(gap));
  s.system.append(caller, s.system.call(after));
  const double ms = std::max(26.0, s.ms(s.pick(0.15, 0.7)));
  const auto idle = [&](const System& system, double length) {
    return Scene::edited(system, id, [&](Step& step) { step.time = {length, 0}; });
  };
  if (real) {
    s.plant(s.system.call(caller));
    Plant plant =
        s.same(pre ? "nothing recorded before the first call" : "nothing recorded between two calls");
    plant.fixed = s.system;
    plant.judged = idle(plant.judged, ms);
    plant.blamed = {caller};
    plant.crowdSize = kCrowd;
    if (s.chance(0.3)) {
      plant.crowdSize = 0;
      plant.fixed = idle(s.system, 0);
    }
    return plant;
  }
  Plant plant;
  const uint32_t which = s.random.below(3);
  if (which == 0) {
    s.system = idle(s.system, ms);
    s.plant(s.system.call(caller));
    plant = s.same("a gap as usual");
  } else if (which == 1) {
    s.plantOffPath(s.system.call(caller));
    plant = s.same("a gap where nobody waits");
    plant.judged = idle(plant.judged, ms);
  } else {
    s.plant(s.system.call(caller));
    plant = s.same("a small gap");
    plant.judged = idle(plant.judged, s.pick(2, 14));
  }
  plant.crowdSize = kCrowd;
  return plant;
}

}  // namespace waybill::acceptance
