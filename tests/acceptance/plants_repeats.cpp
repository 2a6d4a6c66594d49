// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "acceptance/plants.h"

// The same thing again and again.
namespace waybill::acceptance {
namespace {

// A repetition in the judged request; the others, if any, do the same or nothing of it.
Plant repeated(Scene& s, Step step, std::string shape, std::vector<uint32_t> blamed) {
  const System without = s.system;
  s.plant(std::move(step));
  Plant plant = s.same(std::move(shape));
  plant.blamed = std::move(blamed);
  if (s.chance(0.2)) plant.crowdSize = 25;
  if (s.chance(0.5)) plant.crowd = without;
  return plant;
}

// It costs this request nothing, but grows with the rows: worth a line of low severity.
Plant loopBeside(const Scene& s) {
  Plant plant = s.same("a loop that nobody waits for");
  plant.lowIsFine = true;
  return plant;
}

double eachMs(Scene& s, uint32_t times) {
  return std::max({s.pick(0.8, 6), 15.0 / times, s.ms(s.pick(0.15, 0.6)) / times});
}

System collapsed(const System& system, uint32_t stepId) {
  return Scene::edited(system, stepId, [](Step& step) { step.collapse = sim::Collapse::Batch; });
}

}  // namespace

Plant manyQueries(Scene& s, bool real) {
  const uint32_t query = s.add(Protocol::Sql, {});
  Operation& o = s.operation(query);
  Spread& each = o.body[0].time;
  const Spread between{s.pick(0.02, 0.4), 0.3};
  if (real) {
    uint32_t times = s.count(5, 60);
    double sigma = s.pick(0.05, 0.4);
    const uint32_t which = s.random.below(4);
    o.literal = which == 0;
    if (which == 1) times = s.count(16, 60);
    if (which == 2)
      o.scope = s.oneOf<std::string_view>(
          {"io.opentelemetry.hibernate-6.0", "opentelemetry.instrumentation.sqlalchemy",
           "OpenTelemetry.Instrumentation.EntityFrameworkCore", "gorm.io/plugin/opentelemetry"});
    if (which == 3) times = s.count(11, 40), sigma = 0.9;
    each = {eachMs(s, times), sigma};
    Step loop = s.system.loop(s.system.call(query), times, 1, between);
    const uint32_t id = loop.id;
    constexpr const char* kShapes[] = {"literal queries in a loop", "sanitized queries in a long loop",
                                       "sanitized queries of an ORM in a loop",
                                       "sanitized queries of various durations"};
    Plant plant = repeated(s, std::move(loop), kShapes[which], {query, s.site});
    plant.fixed = collapsed(plant.judged, id);
    return plant;
  }
  const uint32_t which = s.random.below(7);
  o.literal = true;
  each = {std::max(4.0, s.ms(0.4) / 6), 0.2};
  const auto loop = [&](uint32_t times, uint32_t lanes) {
    return s.system.loop(s.system.call(query), times, lanes, between);
  };
  switch (which) {
    case 0:
    case 1:
      return repeated(s, loop(s.count(2, 4), 1), "four repeats at most", {});
    case 2: {
      const uint32_t times = s.count(6, 16);
      Step step = loop(times, times);
      step.time = {};
      return repeated(s, std::move(step), "queries at once", {});
    }
    case 3: {
      Step step = loop(s.count(5, 12), 1);
      step.steps[0].sameParameters = true;
      return repeated(s, std::move(step), "the same query with the same parameter", {});
    }
    case 4:
      o.batchSize = 50;
      o.isWrite = true;
      return repeated(s, loop(s.count(6, 16), 1), "batched inserts", {});
    case 5: {
      s.plantOffPath(loop(s.count(8, 30), 1));
      return loopBeside(s);
    }
    default: {
      // Nobody knows what they ask for: the same or not.
      o.literal = false;
      each.sigma = 0.05;
      Plant plant = repeated(s, loop(s.count(5, 9), 1), "few sanitized queries of equal duration", {});
      plant.neutral = {query};
      return plant;
    }
  }
}

Plant manyCalls(Scene& s, bool real) {
  const Protocol protocol = s.oneOf({Protocol::Grpc, Protocol::Http, Protocol::External});
  const uint32_t remote = s.add(protocol, {});
  const auto each = [&](uint32_t times) {
    s.operation(remote).body[0].time = {eachMs(s, times), s.pick(0.05, 0.4)};
  };
  const Spread between{s.pick(0.02, 0.4), 0.3};
  if (real) {
    const uint32_t times = s.count(5, 40);
    each(times);
    Step loop = s.system.loop(s.system.call(remote), times, 1, between);
    const uint32_t id = loop.id;
    Plant plant = repeated(s, std::move(loop), "calls of a service in a loop", {remote, s.site});
    plant.fixed = Scene::edited(plant.judged, id, [](Step& step) { step.lanes = 8; });
    return plant;
  }
  each(5);
  switch (s.random.below(5)) {
    case 0:
    case 1:
      return repeated(s, s.system.loop(s.system.call(remote), s.count(2, 4), 1, between),
                      "four repeats at most", {});
    case 2: {
      const uint32_t times = s.count(6, 16);
      return repeated(s, s.system.loop(s.system.call(remote), times, times), "calls at once", {});
    }
    case 3: {
      const uint32_t times = s.count(12, 24);
      return repeated(s, s.system.loop(s.system.call(remote), times, s.count(5, 8)),
                      "already in several lanes", {});
    }
    default: {
      s.plantOffPath(s.system.loop(s.system.call(remote), s.count(6, 20), 1, between));
      return loopBeside(s);
    }
  }
}

Plant repeatingBlock(Scene& s, bool real) {
  const uint32_t length = s.count(2, 4);
  const uint32_t times = real ? s.count(3, 14) : 2;
  const bool noIo = !real && s.chance(0.3);
  std::vector<uint32_t> parts;
  std::vector<Step> block;
  for (uint32_t i = 0; i < length; ++i) {
    const double ms = eachMs(s, length * times);
    const Protocol protocol =
        noIo ? Protocol::Function : s.oneOf({Protocol::Sql, Protocol::Redis, Protocol::Grpc, Protocol::Http});
    parts.push_back(s.add(protocol, {ms, s.pick(0.05, 0.3)}));
    block.push_back(s.system.call(parts.back()));
  }
  const Spread between{s.pick(0.02, 0.3), 0.2};
  Step loop = s.system.loop(s.system.group(StepKind::Serial, block), times, 1, between);
  const uint32_t id = loop.id;
  if (real) {
    std::vector<uint32_t> blamed = parts;
    blamed.push_back(s.site);
    Plant plant = repeated(s, std::move(loop), "a block of calls in a loop", blamed);
    plant.fixed = collapsed(plant.judged, id);
    return plant;
  }
  if (noIo) {
    loop.times = s.count(3, 8);
    return repeated(s, std::move(loop), "a repeating block of functions", {});
  }
  if (s.chance(0.5)) return repeated(s, std::move(loop), "a block twice", {});
  loop.times = s.count(4, 8);
  loop.lanes = loop.times;
  loop.time = {};
  return repeated(s, std::move(loop), "blocks at once", {});
}

Plant duplicateCalls(Scene& s, bool real) {
  const double each = std::max(2.0, s.ms(s.pick(0.08, 0.3)));
  const Protocol protocol = s.oneOf({Protocol::Sql, Protocol::Redis, Protocol::External});
  const uint32_t call = s.add(protocol, {each, s.pick(0.05, 0.3)});
  s.operation(call).literal = true;
  const Spread between{s.pick(0.1, 3), 0.3};
  if (real && s.chance(0.3)) {
    const uint32_t lookup = s.add(Protocol::Redis, {s.pick(0.3, 0.8), 0.1});
    const uint32_t load = s.add(Protocol::Sql, {each, 0.2});
    s.operation(lookup).cacheMiss = true;
    s.operation(load).literal = s.chance(0.5);
    Step both = s.system.group(StepKind::Serial, {s.system.call(lookup), s.system.call(load)});
    const uint32_t id = both.id;
    Plant plant = repeated(s, std::move(both), "a cache miss, then the query", {lookup, load, s.site});
    plant.fixed = Scene::edited(plant.judged, id, [](Step& step) { step.steps.pop_back(); });
    return plant;
  }
  Step loop = s.system.loop(s.system.call(call), s.count(2, real ? 9 : 4), 1, between);
  const uint32_t id = loop.id;
  if (real) {
    loop.steps[0].sameParameters = true;
    Plant plant = repeated(s, std::move(loop), "the same call again", {call, s.site});
    plant.fixed = Scene::edited(plant.judged, id, [](Step& step) { step.times = 1; });
    return plant;
  }
  switch (s.random.below(3)) {
    case 0:
      return repeated(s, std::move(loop), "the same template, other parameters", {});
    case 1: {
      const uint32_t query = s.add(Protocol::Sql, {each, 0.2});
      s.operation(query).literal = false;
      loop.steps[0].operation = query;
      loop.steps[0].sameParameters = true;
      return repeated(s, std::move(loop), "the same sanitized text: parameters unknown", {});
    }
    default: {
      const uint32_t post = s.add(Protocol::External, {each, 0.2});
      s.operation(post).isWrite = true;
      loop.steps[0].operation = post;
      loop.steps[0].sameParameters = true;
      return repeated(s, std::move(loop), "writes to the same address", {});
    }
  }
}

Plant chatty(Scene& s, bool real) {
  const uint32_t kinds = s.count(2, 5), times = real ? s.count(16, 60) : s.count(5, 12);
  const uint32_t service = (s.siteService() + 1) % static_cast<uint32_t>(s.system.services.size());
  const bool cheapEdges = !real && s.chance(0.5);
  const uint32_t calls = cheapEdges ? s.count(16, 40) : times;
  const double edge = cheapEdges ? 0.002 : s.ms(s.pick(0.3, 0.6)) / calls;
  std::vector<uint32_t> parts;
  for (uint32_t i = 0; i < kinds; ++i) {
    parts.push_back(s.addRemote({cheapEdges ? 1.0 : edge * s.pick(0.05, 0.4), 0.2}));
    Operation& o = s.operation(parts.back());
    o.service = service;
    o.edgeOut = o.edgeBack = {edge / 2, 0.1};
  }
  std::vector<Step> steps;
  for (uint32_t i = 0; i < calls; ++i) steps.push_back(s.system.call(parts[s.random.below(kinds)]));
  std::vector<uint32_t> blamed = parts;
  blamed.push_back(s.site);
  Step all = s.system.group(StepKind::Serial, std::move(steps));
  if (real) return repeated(s, std::move(all), "many small calls of one service", std::move(blamed));
  return repeated(s, std::move(all),
                  cheapEdges ? "many calls, next to nothing lost between" : "a dozen calls", {});
}

}  // namespace waybill::acceptance
