// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/simulator/random_system.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "support/generator_random.h"
#include "support/simulator/run.h"

namespace waybill::test::sim {
namespace {

constexpr std::array<const char*, 12> kServiceNames{"web",   "orders",  "catalog",  "cart",
                                                    "users", "payment", "stock",    "pricing",
                                                    "mail",  "search",  "shipping", "ads"};
constexpr std::array<const char*, 12> kNouns{"quote", "item",  "account", "basket", "invoice", "rating",
                                             "label", "offer", "coupon",  "route",  "profile", "stockLevel"};

class Builder {
 public:
  Builder(uint64_t seed, const SystemSize& size) : m_random(seed), m_size(size) {
    const uint32_t shift = m_random.below(kServiceNames.size());
    for (uint32_t i = 0; i < std::min<uint32_t>(size.services, kServiceNames.size()); ++i) {
      const uint32_t service = m_system.addService(kServiceNames[(i + shift) % kServiceNames.size()],
                                                   static_cast<Conventions>(m_random.below(3)));
      m_system.services[service].instances = 1 + m_random.below(2);
    }
  }

  // From the leaves up: an operation calls only what is there already, so the number of spans is known.
  System build() {
    const uint32_t levels = 2 + m_random.below(3);
    uint32_t budget = std::max(3U, m_size.spans >> (2 * levels - 2));
    std::vector<uint32_t> below;
    for (uint32_t level = 0; level < levels; ++level, budget = std::min(budget * 3, m_size.spans / 2)) {
      std::vector<uint32_t> here;
      const uint32_t wanted = 2 + m_random.below(3);
      for (uint32_t i = 0; i < wanted; ++i) here.push_back(operation(budget, below, false));
      below.insert(below.end(), here.begin(), here.end());
    }
    m_system.entry = operation(m_size.spans, below, true);
    return std::move(m_system);
  }

 private:
  Spread own(double factor = 1) {
    return {m_size.stepMs * factor * m_random.between(0.3, 1.7), m_size.sigma};
  }

  uint32_t newOperation(Protocol protocol, uint32_t service) {
    Operation o;
    o.service = service;
    o.name = std::string(kNouns[m_system.operations.size() % kNouns.size()]) +
             std::to_string(m_system.operations.size());
    o.protocol = protocol;
    o.literal = m_random.chance(0.3);
    o.edgeOut = {m_random.between(0.1, 0.5), m_size.sigma};
    o.edgeBack = {m_random.between(0.1, 0.5), m_size.sigma};
    const uint32_t id = m_system.add(std::move(o));
    m_spans.push_back(hasTwoSides(protocol) ? 2 : 1);
    return id;
  }

  uint32_t leaf(uint32_t service) {
    constexpr std::array kKinds{Protocol::Sql, Protocol::Sql, Protocol::Redis, Protocol::External};
    const Protocol protocol = kKinds[m_random.below(kKinds.size())];
    const uint32_t id = newOperation(protocol, service);
    m_system.append(id, m_system.compute(own(protocol == Protocol::Redis ? 0.3 : 1)));
    return id;
  }

  uint32_t operation(uint32_t budget, const std::vector<uint32_t>& below, bool isEntry) {
    constexpr std::array kKinds{Protocol::Http, Protocol::Grpc, Protocol::Grpc, Protocol::Function};
    const auto service = isEntry ? 0U : m_random.below(static_cast<uint32_t>(m_system.services.size()));
    const uint32_t id =
        newOperation(isEntry ? Protocol::Http : kKinds[m_random.below(kKinds.size())], service);
    m_system.append(id, m_system.compute(own()));
    m_calledHere.clear();
    for (uint32_t tries = 0; tries < 12 && m_spans[id] < budget; ++tries) {
      if (auto step = construct(id, budget - m_spans[id], below)) {
        m_system.append(id, std::move(*step));
        m_system.append(id, m_system.compute(own(0.6)));
      }
    }
    m_callsOf[id] = m_calledHere;
    return id;
  }

  // What so many calls of it come to: a function's own calls are its caller's too.
  std::map<uint32_t, uint32_t> callsMade(uint32_t callee, uint32_t times) const {
    std::map<uint32_t, uint32_t> out{{callee, times}};
    if (m_system.operations[callee].protocol != Protocol::Function) return out;
    const auto inside = m_callsOf.find(callee);
    if (inside == m_callsOf.end()) return out;
    for (const auto& [operation, calls] : inside->second) out[operation] += calls.times * times;
    return out;
  }

  // A call of something that fits.
  std::optional<Step> oneCall(uint32_t caller, uint32_t left, const std::vector<uint32_t>& below,
                              uint32_t times) {
    uint32_t callee;
    if (!below.empty() && m_random.chance(0.7)) {
      callee = below[m_random.below(static_cast<uint32_t>(below.size()))];
      if (m_system.operations[callee].protocol == Protocol::Function &&
          m_system.operations[callee].service != m_system.operations[caller].service) {
        return std::nullopt;
      }
    } else {
      callee = leaf(m_system.operations[caller].service);
    }
    if (m_spans[callee] * times > left) return std::nullopt;
    const auto made = callsMade(callee, times);
    const bool isTooOften = std::any_of(made.begin(), made.end(), [&](const auto& call) {
      return m_calledHere[call.first].times + call.second > kMostCallsOfOne;
    });
    if (m_calledHere[callee].places == kMostPlacesOfCall || isTooOften) return std::nullopt;
    ++m_calledHere[callee].places;
    for (const auto& [operation, count] : made) m_calledHere[operation].times += count;
    m_spans[caller] += m_spans[callee] * times;
    return m_system.call(callee);
  }

  std::optional<Step> construct(uint32_t caller, uint32_t left, const std::vector<uint32_t>& below) {
    const uint32_t dice = m_random.below(20);
    if (dice < 4 && m_size.parallel) return joined(caller, left, below);
    if (dice < 6) {
      const uint32_t times = 2 + m_random.below(3);
      auto call = oneCall(caller, left, below, times);
      if (!call) return std::nullopt;
      const bool atOnce = m_random.chance(0.3) && (m_size.fanOut || times == 2);
      return m_system.loop(std::move(*call), times, atOnce ? times : 1, own(0.1));
    }
    if (dice < 7 && m_size.async) {
      // Never something that is also waited for.
      m_spans[caller] += 1;
      return m_system.group(StepKind::Async, {m_system.call(leaf(m_system.operations[caller].service))});
    }
    if (dice < 8 && m_size.queues && left > 2) return queue(caller);
    return oneCall(caller, left, below, 1);
  }

  // Branches that may begin with some own time: they need not start together.
  std::optional<Step> joined(uint32_t caller, uint32_t left, const std::vector<uint32_t>& below) {
    std::vector<Step> branches;
    const uint32_t before = m_spans[caller];
    for (uint32_t i = 0, wanted = 2 + m_random.below(2); i < wanted; ++i) {
      const uint32_t used = m_spans[caller] - before;
      if (used >= left) break;
      auto call = oneCall(caller, left - used, below, 1);
      if (!call) continue;
      std::vector<Step> steps;
      if (m_random.chance(0.5)) steps.push_back(m_system.compute(own(0.5)));
      steps.push_back(std::move(*call));
      branches.push_back(m_system.group(StepKind::Serial, std::move(steps)));
    }
    if (branches.empty()) return std::nullopt;
    return m_system.group(StepKind::Parallel, std::move(branches));
  }

  Step queue(uint32_t caller) {
    const uint32_t service = m_system.operations[caller].service;
    const uint32_t producer = newOperation(Protocol::Producer, service);
    m_system.append(producer, m_system.compute(own(0.2)));
    const uint32_t consumer =
        newOperation(Protocol::Consumer, m_random.below(static_cast<uint32_t>(m_system.services.size())));
    m_system.operations[consumer].name = m_system.operations[producer].name;
    m_system.append(consumer, m_system.compute(own()));
    m_spans[caller] += 2;
    return m_system.publish(producer, consumer, own(0.5));
  }

  Random m_random;
  SystemSize m_size;
  System m_system;
  // Of one program to one callee. In a third place it could make a block that repeats, and five calls are one after
  // another too often: those are faults.
  struct Calls {
    uint32_t places = 0, times = 0;
  };
  static constexpr uint32_t kMostPlacesOfCall = 2, kMostCallsOfOne = 4;

  std::vector<uint32_t> m_spans;              // of a call, by operation
  std::map<uint32_t, Calls> m_calledHere;     // by operation, in the program being written
  std::map<uint32_t, std::map<uint32_t, Calls>> m_callsOf;  // the same of each program written
};

}  // namespace

System randomSystem(uint64_t seed, const SystemSize& size) {
  return Builder(seed, size).build();
}

System flatSystem(uint64_t seed, uint32_t steps) {
  Random random(seed);
  System system;
  const uint32_t services = 2 + random.below(4);
  for (uint32_t i = 0; i < services; ++i) system.addService(kServiceNames[i]);
  Operation entry;
  entry.name = "front";
  entry.protocol = Protocol::Http;
  system.entry = system.add(std::move(entry));
  const double sigma = random.between(0, 0.15);
  for (uint32_t i = 0; i < steps; ++i) {
    Operation o;
    o.name = std::string(kNouns[i % kNouns.size()]) + std::to_string(i);
    o.protocol = random.chance(0.5) ? Protocol::Grpc : Protocol::Sql;
    o.service = hasTwoSides(o.protocol) ? 1 + i % (services - 1) : 0;
    o.edgeOut = o.edgeBack = {0.2, 0.1};
    const uint32_t id = system.add(std::move(o));
    system.append(id, system.compute({10, sigma}));
    system.append(system.entry, system.compute({random.between(0.1, 0.5), 0.1}));
    system.append(system.entry, system.call(id));
  }
  return system;
}

std::vector<uint32_t> waitedForOnce(const System& system) {
  std::vector<uint32_t> calls(system.operations.size(), 0);
  const auto count = [&](const auto& self, const std::vector<Step>& steps) -> void {
    for (const Step& step : steps) {
      if (step.kind == StepKind::Call || step.kind == StepKind::Retry) ++calls[step.operation];
      if (step.kind == StepKind::Loop) {
        for (const Step& part : step.steps) calls[part.operation] += 2;
      }
      self(self, step.steps);
    }
  };
  for (const Operation& o : system.operations) count(count, o.body);
  std::vector<uint32_t> found{system.entry};
  for (size_t i = 0; i < found.size(); ++i) {
    for (const Step& step : system.operations[found[i]].body) {
      if (step.kind != StepKind::Call || calls[step.operation] != 1) continue;
      const Protocol p = system.operations[step.operation].protocol;
      if (hasTwoSides(p) || p == Protocol::Function) found.push_back(step.operation);
    }
  }
  return found;
}

double usualMs(const System& system, uint64_t seed) {
  std::vector<int64_t> ns;
  for (uint64_t request = 0; request < 5; ++request)
    ns.push_back(simulate(system, seed, 1000 + request).responseNs);
  std::sort(ns.begin(), ns.end());
  return static_cast<double>(ns[2]) * 1e-6;
}

}  // namespace waybill::test::sim
