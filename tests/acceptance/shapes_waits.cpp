// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <string>

#include "acceptance/shapes.h"

// Who waited for whom is not what it seems.
namespace waybill::acceptance {
namespace {

Step givingUp(Scene& s, uint32_t callee, double limitMs, double outlivesBy) {
  Step step = s.system.retry(callee, 1, sim::AttemptEnd::Timeout, limitMs, {});
  step.lastFails = true;
  step.outlivesBy = outlivesBy;
  return step;
}

// Its server's span goes on long after the call got its answer.
Plant answersAtOnce(Scene& s) {
  const uint32_t callee = s.addRemote({s.pick(0.2, 1), 0.2});
  const double answered = s.pick(0.5, 3);
  Step step = givingUp(s, callee, answered, s.usualMs * s.pick(0.5, 5) / answered);
  step.givesUpSilently = true;
  s.plant(std::move(step));
  Plant plant = s.same("a server that answers at once and works on");
  plant.innocent = {callee};
  plant.untrue = {"B12"};
  plant.crowdSize = s.chance(0.5) ? kOthers : 0;
  return plant;
}

Plant clocksApart(Scene& s) {
  const uint32_t callee = s.addRemote({s.pick(4, 20), 0.2});
  s.plant(s.system.call(callee));
  Plant plant = s.same("clocks apart: servers seem to outlive their clients");
  plant.untrue = {"B12", "B13"};
  plant.skewMs = s.pick(1, 15);
  plant.crowdSize = s.chance(0.5) ? kOthers : 0;
  return plant;
}

}  // namespace

Plant clientTimeouts(Scene& s, bool real) {
  if (!real) return s.chance(0.6) ? answersAtOnce(s) : clocksApart(s);
  const uint32_t callee = s.addRemote({s.pick(1, 10), 0.2});
  s.operation(s.site).swallowsErrors = true;
  const bool says = s.chance(0.5), isDeep = s.chance(0.4);
  const double limit = says ? s.roundLimitMs(1.4 * s.usualMs) : s.ms(s.pick(0.56, 0.85));
  const double outlivesBy = std::exp(s.pick(std::log(0.1), std::log(10)));
  Step step = givingUp(s, callee, limit, outlivesBy);
  step.givesUpSilently = !says;
  step.calleeStalls = !isDeep;
  const uint32_t id = step.id;
  uint32_t deep = callee;
  if (isDeep) {
    deep = s.addLeaf({s.pick(0.5, 3), 0.15});
    s.system.append(callee, s.system.call(deep));
  }
  s.plant(std::move(step));
  Plant plant = s.same(says ? "gave up with an error" : "gave up without a word");
  plant.shape += isDeep ? ", a query below the server is slow" : ", the server is slow";
  plant.normal = Scene::edited(s.system, id, [](Step& r) { r.lastFails = false; });
  if (isDeep) plant.judged.insert(deep, 0, plant.judged.compute({limit * (1 + outlivesBy), 0}));
  plant.fixed = plant.normal;
  plant.blamed = {callee, deep};
  plant.kinds = {"B1", "B2", "B3", "B12", "B15"};
  if (!isDeep) plant.blamedService = s.operation(callee).service;
  setOthers(plant, anyOthers(s), std::nullopt);
  return plant;
}

namespace {

// A call of something that has children, and a leaf that measures the same.
struct Mirrored {
  uint32_t leaf, worker;
};

Mirrored plantMirrored(Scene& s, Spread own) {
  const Protocol protocol = s.oneOf({Protocol::Function, Protocol::Grpc, Protocol::Http});
  const Mirrored out{s.add(Protocol::Function, {0, 0}), s.add(protocol, own)};
  s.operation(out.leaf).body.clear();
  s.plant(s.system.mirrored(out.leaf, s.system.call(out.worker)));
  s.system.append(out.worker, s.system.call(s.addLeaf({s.pick(0.3, 2), 0.2})));
  return out;
}

// Fixing either alone gains next to nothing: the other takes as long.
Plant equalBranches(Scene& s) {
  const double each = s.ms(s.pick(0.5, 0.8)), longer = each * s.pick(1.005, 1.06);
  const uint32_t leaf = s.add(s.oneOf({Protocol::Sql, Protocol::External}), {longer, 0});
  const uint32_t worker = s.addRemote({each / 2, 0});
  s.system.append(worker, s.system.call(s.addLeaf({s.pick(0.3, 1), 0})));
  s.system.append(worker, s.system.compute({each / 2, 0}));
  s.plant(s.system.group(StepKind::Parallel, {s.system.call(leaf), s.system.call(worker)}));
  Plant plant = s.same("two branches of equal length, both real");
  plant.innocent = {leaf, worker};
  plant.judgesSaving = true;
  plant.fixed = plant.otherFix = s.system;
  plant.fixed->scaleOwnTime(leaf, 0);
  plant.otherFix->scaleOwnTime(worker, 0);
  plant.crowdSize = s.chance(0.5) ? kOthers : 0;
  return plant;
}

}  // namespace

Plant mirrors(Scene& s, bool real) {
  if (!real && s.chance(0.5)) {
    Plant plant = equalBranches(s);
    plant.wantsExactTimes = true;
    return plant;
  }
  std::vector<uint32_t> leaves;
  for (uint32_t level = 0, levels = s.count(1, 3); level < levels; ++level) {
    const Mirrored one = plantMirrored(s, {real ? s.pick(0.5, 3) : s.ms(s.pick(0.4, 0.7)) / levels, 0.1});
    leaves.push_back(one.leaf);
    s.site = one.worker;
  }
  Plant plant;
  if (real) {
    const Fault fault = Fault::anywhere(s, s.pick(0.58, 0.88));
    plant = s.same(leaves.size() == 1 ? "a mirror above the fault" : "mirrors above the fault");
    fault.plantInto(plant);
    setOthers(plant, anyOthers(s), fault.without(plant.judged));
  } else {
    plant = s.same("mirrors, always that long");
    plant.crowdSize = s.chance(0.5) ? kOthers : 0;
    plant.wantsExactTimes = true;
  }
  plant.innocent = leaves;
  return plant;
}

namespace {

// Calls of so many services, each the only one of its own.
std::vector<uint32_t> addCallees(Scene& s, uint32_t count) {
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t callee = s.addRemote({s.pick(1, 6), 0.2});
    s.operation(callee).service = s.system.addService("callee-" + std::to_string(i));
    out.push_back(callee);
  }
  return out;
}

void loseOnTheWay(System& system, uint32_t operation, double ms) {
  system.operations[operation].edgeOut.ms += ms * 0.5;
  system.operations[operation].edgeBack.ms += ms * 0.5;
}

Plant looksStarved(Scene& s, const std::vector<uint32_t>& callees, double lost) {
  Plant plant = s.same("");
  plant.untrue = {"B25"};
  plant.crowdSize = kOthers;
  switch (s.random.below(4)) {
    case 0:
      plant.shape = "one slow edge of several";
      loseOnTheWay(plant.judged, callees[0], lost);
      return plant;
    case 1:
      plant.shape = "two slow edges of several";
      loseOnTheWay(plant.judged, callees[0], lost / 2);
      loseOnTheWay(plant.judged, callees[1], lost / 2);
      return plant;
    case 2: {
      const uint32_t times = s.count(4, 8);
      s.plant(s.system.loop(s.system.call(callees[0]), times));
      plant = s.same("a slow callee that is called often");
      if (s.chance(0.5)) {
        loseOnTheWay(plant.judged, callees[0], lost / times);
      } else {
        plant.judged.insert(callees[0], 0, plant.judged.compute({lost / times, 0.1}));
      }
      break;
    }
    default:
      for (const uint32_t callee : callees) loseOnTheWay(s.system, callee, lost / static_cast<double>(callees.size()));
      plant = s.same("callees that are always far");
      plant.mediumIsFine = true;
  }
  plant.untrue = {"B25"};
  plant.crowdSize = kOthers;
  return plant;
}

}  // namespace

Plant starvedCaller(Scene& s, bool real) {
  const std::vector<uint32_t> callees = addCallees(s, s.count(3, 7));
  const bool atOnce = s.chance(0.3);
  std::vector<Step> calls;
  for (const uint32_t callee : callees) {
    calls.push_back(s.system.call(callee));
    if (!atOnce) calls.push_back(s.system.compute({s.pick(0.05, 0.4), 0.2}));
  }
  s.plant(s.system.group(atOnce ? StepKind::Parallel : StepKind::Serial, std::move(calls)));
  s.usualMs = sim::usualMs(s.system, s.seed);
  const double lost = s.ms(s.pick(0.58, 0.85));
  if (!real) return looksStarved(s, callees, lost);
  Plant plant = s.same(atOnce ? "calls at once" : "calls one after another");
  plant.normal = plant.fixed = s.system;
  sim::Service& caller = plant.judged.services[s.siteService()];
  caller.slowdown = s.pick(1.05, 1.5);
  caller.starvedEdge = {lost / (atOnce ? 1 : static_cast<double>(callees.size())) / 2, s.pick(0.1, 0.3)};
  const Others others = anyOthers(s);
  // A slow database looks the same, unless it is known how fast it is.
  caller.starvesLeafCalls = others != Others::None && s.chance(0.5);
  if (caller.starvesLeafCalls) plant.shape += ", of databases too";
  plant.blamedService = s.siteService();
  plant.kinds = {"B25"};
  setOthers(plant, others, std::nullopt);
  return plant;
}

}  // namespace waybill::acceptance
