// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/scene.h"

#include "support/simulator/run.h"

namespace waybill::acceptance {

Scene::Scene(uint64_t s) : random(s), seed(s) {
  sim::SystemSize size;
  size.services = count(2, 8);
  size.spans = count(6, 50);
  size.sigma = pick(0.02, 0.35);
  size.stepMs = pick(0.5, 6);
  size.parallel = chance(0.7);
  size.async = chance(0.3);
  size.fanOut = false;  // three alike at once may by chance hold a true straggler
  system = sim::randomSystem(random.next(), size);
  usualMs = sim::usualMs(system, seed);
  const std::vector<uint32_t> sites = sim::waitedForOnce(system);
  site = sites[random.below(static_cast<uint32_t>(sites.size()))];
}

uint32_t Scene::add(Protocol protocol, Spread own) {
  Operation o;
  o.protocol = protocol;
  o.name =
      oneOf({"ledger", "tariff", "voucher", "parcel", "segment"}) + std::to_string(system.operations.size());
  o.service = siteService();
  if (sim::hasTwoSides(protocol) || protocol == Protocol::Consumer) {
    o.service = (o.service + 1 + random.below(static_cast<uint32_t>(system.services.size() - 1))) %
                static_cast<uint32_t>(system.services.size());
  }
  o.edgeOut = {pick(0.05, 0.3), 0.1};
  o.edgeBack = {pick(0.05, 0.3), 0.1};
  o.literal = chance(0.5);
  const uint32_t id = system.add(std::move(o));
  system.append(id, system.compute(own));
  return id;
}

void Scene::plant(Step step) {
  const size_t at = random.below(static_cast<uint32_t>(operation(site).body.size() + 1));
  system.insert(site, at, system.compute({pick(0.05, 0.6), 0.2}));
  system.insert(site, at, std::move(step));
  system.insert(site, at, system.compute({pick(0.05, 0.6), 0.2}));
}

void Scene::plantOffPath(Step step) {
  system.insert(site, 1, system.group(StepKind::Async, {std::move(step)}));
}

double Scene::roundLimitMs(double least) const {
  for (const double limit : {100.0, 250.0, 500.0, 1000.0, 2000.0, 3000.0, 5000.0, 10000.0, 15000.0, 30000.0}) {
    if (limit >= least) return limit;
  }
  return 60000;
}

Plant Scene::same(std::string shape) const {
  Plant plant;
  plant.shape = std::move(shape);
  plant.judged = system;
  plant.crowd = system;
  return plant;
}

namespace {

// Operations that, changed so, save at least that share of the response.
template <typename Change>
std::vector<uint32_t> worth(const System& system, uint64_t seed, uint64_t request, double share, const Change& change) {
  std::vector<uint32_t> heavy;
  const int64_t whole = sim::simulate(system, seed, request).responseNs;
  for (uint32_t i = 0; i < system.operations.size(); ++i) {
    System without = system;
    change(without, i);
    const int64_t saved = whole - sim::simulate(without, seed, request).responseNs;
    if (static_cast<double>(saved) >= share * static_cast<double>(whole)) heavy.push_back(i);
  }
  return heavy;
}

}  // namespace

std::vector<uint32_t> heavyOperations(const System& system, uint64_t seed, uint64_t request, double share) {
  return worth(system, seed, request, share, [](System& s, uint32_t operation) { s.scaleOwnTime(operation, 0); });
}

std::vector<uint32_t> heavyEdges(const System& system, uint64_t seed, uint64_t request, double share) {
  return worth(system, seed, request, share, [](System& s, uint32_t operation) {
    s.operations[operation].edgeOut = s.operations[operation].edgeBack = {};
  });
}

}  // namespace waybill::acceptance
