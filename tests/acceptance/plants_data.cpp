// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "acceptance/plants.h"

// Instances, payloads, and traces with holes.
namespace waybill::acceptance {

Plant coldStart(Scene& s, bool real) {
  const uint32_t service = s.system.addService("function", sim::Conventions::New);
  s.system.services[service].instances = 2;
  std::vector<uint32_t> parts;
  for (uint32_t i = 0; i < s.count(2, 3); ++i) {
    parts.push_back(
        s.add(s.chance(0.5) ? Protocol::Grpc : Protocol::Http, {s.pick(3, 10), s.pick(0.05, 0.2)}));
    s.operation(parts.back()).service = service;
    s.plant(s.system.call(parts.back()));
  }
  const bool says = s.chance(0.5);
  const double cold = std::max(60.0, s.ms(s.pick(0.4, 0.9))) / static_cast<double>(parts.size());
  Plant plant = s.same("");
  plant.crowdSize = 40;
  const auto fresh = [&](System& system) {
    system.services[service].onlyInstance = 7;
    system.services[service].coldStart = says;
  };
  if (real) {
    plant.shape = says ? "a cold start that says so" : "the first request of an instance";
    plant.fixed = s.system;
    fresh(plant.judged);
    for (const uint32_t part : parts) plant.judged.insert(part, 0, plant.judged.compute({cold, 0.1}));
    plant.late = s.system;
    plant.late->services[service].onlyInstance = 7;
    plant.blamed = parts;
    plant.ancestorsAreNeutral = true;
    return plant;
  }
  if (s.chance(0.6)) {
    plant.shape = says ? "a cold start that costs nothing" : "a new instance that is fast at once";
    fresh(plant.judged);
  } else {
    plant.shape = "an instance known for long, slow this once";
    plant.judged.insert(parts[0], 0, plant.judged.compute({cold, 0.1}));
  }
  return plant;
}

Plant largePayload(Scene& s, bool real) {
  const uint32_t call = s.add(s.oneOf({Protocol::Http, Protocol::External}), {s.pick(2, 8), 0.2});
  Operation& o = s.operation(call);
  o.payloadKb = {s.pick(10, 40), s.pick(0.3, 0.8)};
  o.msPerKb = s.pick(0.08, 0.25);
  s.plant(s.system.call(call));
  Plant plant = s.same("a response of megabytes");
  plant.crowdSize = 30;
  const double enoughKb = std::max(120.0, s.ms(s.pick(0.2, 0.7))) / o.msPerKb;
  if (real) {
    plant.fixed = s.system;
    plant.judged.operations[call].payloadKb = {std::max(400.0, enoughKb), 0};
    plant.blamed = {call};
    return plant;
  }
  switch (s.random.below(3)) {
    case 0:
      plant.shape = "megabytes in no time";
      plant.judged.operations[call].payloadKb = {s.pick(400, 4000), 0};
      plant.judged.operations[call].msPerKb = 0.001;
      break;
    case 1:
      plant.shape = "slow, but not for its size";
      plant.crowd.operations[call].msPerKb = 0;
      plant.judged.operations[call].msPerKb = 0;
      plant.judged.insert(call, 0, plant.judged.compute({std::max(120.0, s.ms(0.4)), 0}));
      break;
    default:
      plant.shape = "small as always";
      break;
  }
  return plant;
}

Plant dataQuality(Scene& s, bool real) {
  const uint32_t remote = s.addRemote({s.pick(2, 10), 0.2});
  const uint32_t below = s.addLeaf({s.pick(1, 3), 0.2});
  s.system.append(remote, s.system.call(below));
  s.plant(s.system.call(remote));
  Plant plant = s.same("");
  plant.nothingToSave = true;
  if (real) {
    if (s.chance(0.4)) {
      plant.shape = "the server side is missing this once";
      plant.judged.operations[remote].unrecorded = true;
      plant.crowdSize = 30;
    } else {
      plant.shape = "spans are missing";
      plant.wantsOddities = true;
    }
    plant.blamed = {remote};
    plant.anywhere = true;
    return plant;
  }
  plant.wantsExactTimes = true;
  if (s.chance(0.5)) {
    s.plant(s.system.call(s.add(Protocol::External, {s.pick(2, 10), 0.2})));
    plant = s.same("a web service that never records anything");
    plant.crowdSize = 30;
    plant.wantsExactTimes = true;
  } else {
    plant.shape = "all is there";
  }
  plant.nothingToSave = true;
  return plant;
}

}  // namespace waybill::acceptance
