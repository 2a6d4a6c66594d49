// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "acceptance/plants.h"

// What waits for what.
namespace waybill::acceptance {

Plant couldBeParallel(Scene& s, bool real) {
  const uint32_t kinds = s.count(2, 5);
  const double each = std::max(14.0, s.ms(s.pick(0.3, 0.7)) / kinds);
  const bool small = !real && s.chance(0.2);
  std::vector<uint32_t> parts;
  std::vector<Step> calls;
  for (uint32_t i = 0; i < kinds; ++i) {
    const Spread own{small ? s.pick(0.5, 1.2) : each * s.pick(0.7, 1.3), s.pick(0.05, 0.3)};
    parts.push_back(s.chance(0.6) ? s.addRemote(own) : s.addLeaf(own));
    calls.push_back(s.system.call(parts.back()));
  }
  if (real) {
    Step serial = s.system.group(StepKind::Serial, calls);
    const uint32_t id = serial.id;
    serial.anyOrder = true;
    const bool sometimesAtOnce = s.chance(0.4);
    s.plant(std::move(serial));
    Plant plant = s.same(sometimesAtOnce ? "calls in a row, at once in other requests"
                                         : "calls in a row, in another order in other requests");
    const auto atOnce = [](Step& step) { step.kind = StepKind::Parallel; };
    plant.fixed = Scene::edited(plant.judged, id, atOnce);
    if (sometimesAtOnce) {
      const auto inOrder = [](Step& step) { step.anyOrder = false; };
      plant.judged = Scene::edited(plant.judged, id, inOrder);
      plant.late = Scene::edited(plant.crowd, id, atOnce);
      plant.crowd = Scene::edited(plant.crowd, id, inOrder);
    }
    plant.blamed = parts;
    plant.blamed.push_back(s.site);
    plant.crowdSize = 30;
    return plant;
  }
  std::vector<Step> steps;
  const double think = s.pick(1.5, 5);
  for (Step& call : calls) {
    steps.push_back(std::move(call));
    steps.push_back(s.system.compute({think, 0.3}));
  }
  Step serial = s.system.group(StepKind::Serial, std::move(steps));
  Plant plant;
  if (small) {
    serial.anyOrder = true;
    s.plant(std::move(serial));
    plant = s.same("short calls in any order");
  } else if (s.chance(0.3)) {
    s.plantOffPath(std::move(serial));
    plant = s.same("calls in a row that nobody waits for");
  } else {
    s.plant(std::move(serial));
    plant = s.same("calls that need each other's result: always in this order");
  }
  plant.crowdSize = 30;
  return plant;
}

Plant straggler(Scene& s, bool real) {
  const uint32_t siblings = s.count(3, 16);
  const double each = s.pick(2, 25);
  const double late = std::max({8.0, 0.8 * each, s.ms(s.pick(0.1, 0.6))});
  const uint32_t shard =
      s.chance(0.5) ? s.addRemote({each, s.pick(0.02, 0.12)}) : s.addLeaf({each, s.pick(0.02, 0.12)});
  Step fanOut = s.system.loop(s.system.call(shard), siblings, siblings);
  const uint32_t id = fanOut.id;
  const uint32_t slow = s.random.below(siblings);
  const auto slowDown = [&](Step& step) {
    step.slowIteration = slow;
    step.slowBy = {late * 1.3, 0};
  };
  if (real) {
    s.plant(std::move(fanOut));
    Plant plant = s.same("one of many parallel calls ends late");
    plant.judged = Scene::edited(plant.judged, id, slowDown);
    plant.fixed =
        Scene::edited(plant.judged, id, [](Step& step) { step.collapse = sim::Collapse::CapSlowest; });
    plant.blamed = {shard, s.site};
    if (s.chance(0.3)) plant.crowdSize = 25;
    return plant;
  }
  switch (s.random.below(4)) {
    case 0:
      s.plant(std::move(fanOut));
      return s.same("parallel calls that end about together");
    case 1:
      slowDown(fanOut);
      s.plantOffPath(std::move(fanOut));
      return s.same("a late one where nobody waits");
    case 2: {
      fanOut.times = fanOut.lanes = 2;
      fanOut.slowIteration = s.random.below(2);
      fanOut.slowBy = {late, 0};
      s.plant(std::move(fanOut));
      return s.same("two calls, one slower");
    }
    default: {
      std::vector<Step> calls;
      for (uint32_t i = 0; i < s.count(3, 6); ++i) {
        const uint32_t other = s.addRemote({each, 0.1});
        if (i == 0) s.operation(other).body[0].time.ms += late;
        calls.push_back(s.system.call(other));
      }
      s.plant(s.system.group(StepKind::Parallel, std::move(calls)));
      return s.same("different calls at once, one is slower");
    }
  }
}

Plant poolSaturation(Scene& s, bool real) {
  const uint32_t ceiling = s.count(2, 6), calls = ceiling * s.count(3, 7);
  const double each = std::max(s.pick(4, 15), s.ms(s.pick(0.2, 0.7)) * ceiling / calls);
  const uint32_t query = s.chance(0.7) ? s.add(Protocol::Sql, {each, s.pick(0.1, 0.4)})
                                       : s.add(Protocol::External, {each, s.pick(0.1, 0.4)});
  Step pool = s.system.loop(s.system.call(query), calls, ceiling);
  const uint32_t id = pool.id;
  if (real) {
    s.plant(std::move(pool));
    Plant plant = s.same("calls that wait for a connection");
    plant.fixed = Scene::edited(plant.judged, id, [&](Step& step) { step.lanes = calls; });
    plant.blamed = {query, s.site};
    if (s.chance(0.3)) plant.crowdSize = 25;
    return plant;
  }
  switch (s.random.below(4)) {
    case 0:
      pool.lanes = calls;
      s.plant(std::move(pool));
      return s.same("all at once");
    case 1:
      pool.lanes = 1;
      pool.time = {0.1, 0.2};
      s.plant(std::move(pool));
      return s.same("one after another");
    case 2: {
      std::vector<Step> waves;
      for (uint32_t i = 0; i < 3; ++i) {
        waves.push_back(s.system.loop(s.system.call(query), ceiling, ceiling));
        waves.push_back(s.system.compute({2, 0.2}));
      }
      s.plant(s.system.group(StepKind::Serial, std::move(waves)));
      return s.same("waves, each joined before the next");
    }
    default:
      pool.lanes = calls;
      pool.time = {each / ceiling * s.pick(0.5, 1.5), 0.5};
      s.plant(std::move(pool));
      return s.same("calls as the work arrives");
  }
}

}  // namespace waybill::acceptance
