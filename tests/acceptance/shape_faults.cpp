// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/shapes.h"

namespace waybill::acceptance {
Fault Fault::add(Scene& s, Where where, double share) {
  Fault fault{where, s.site, s.ms(share)};
  if (where == Where::Leaf) {
    fault.operation = s.add(s.oneOf({Protocol::External, Protocol::Sql}), {s.pick(0.5, 3), 0.15});
  } else if (where == Where::Edge) {
    fault.operation = s.addRemote({s.pick(1, 8), 0.2});
    fault.ms = std::max(fault.ms, 8.0);
  }
  if (where != Where::Own) s.plant(s.system.call(fault.operation));
  return fault;
}

Fault Fault::anywhere(Scene& s, double share) {
  return add(s, s.oneOf({Where::Own, Where::Leaf, Where::Edge}), share);
}

void Fault::make(System& system) const {
  if (where != Where::Edge) return system.insert(operation, 0, system.compute({ms, 0.08}));
  Operation& o = system.operations[operation];
  o.edgeOut.ms += ms * 0.6;
  o.edgeBack.ms += ms * 0.4;
}

void Fault::plantInto(Plant& plant) const {
  plant.normal = plant.judged;
  make(plant.judged);
  plant.fixed = plant.normal;
  plant.blamed = {operation};
  if (where == Where::Own) plant.kinds = {"B1", "B3", "B15"};
  if (where == Where::Leaf) plant.kinds = {"B2", "B3"};
  if (where == Where::Edge) plant.kinds = {"B4", "B3"};
}

System Fault::without(System system) const {
  if (where == Where::Edge) {
    system.operations[operation].edgeOut = system.operations[operation].edgeBack = {};
  } else {
    system.scaleOwnTime(operation, 0);
  }
  return system;
}

void setOthers(Plant& plant, Others others, std::optional<System> fixed) {
  plant.crowdSize = others == Others::None ? 0 : kOthers;
  plant.crowd = others == Others::Slow ? plant.judged : *plant.normal;
  if (others != Others::Usual) plant.fixed = std::move(fixed);
  constexpr const char* kTexts[] = {"; others as usual", "; no others", "; others too"};
  plant.shape += kTexts[static_cast<size_t>(others)];
}

Others anyOthers(Scene& s) {
  return s.oneOf({Others::Usual, Others::None, Others::Slow});
}

Plant flatPlant(Scene& s, std::string shape) {
  s.system = sim::flatSystem(s.seed, s.count(9, 18));
  Plant plant = s.same(std::move(shape));
  plant.isFlat = true;
  plant.wantsExactTimes = true;  // where spans are missing is time that nothing covers
  plant.crowdSize = kOthers;
  return plant;
}

}  // namespace waybill::acceptance
