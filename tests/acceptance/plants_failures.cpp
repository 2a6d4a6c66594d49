// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "acceptance/plants.h"

// Attempts, timeouts, errors.
namespace waybill::acceptance {
namespace {

uint32_t addCallee(Scene& s) {
  const Spread own{s.pick(1, 10), 0.2};
  return s.chance(0.5) ? s.addRemote(own) : s.add(s.chance(0.5) ? Protocol::External : Protocol::Sql, own);
}

Step retries(Scene& s, uint32_t callee, uint32_t attempts, bool says) {
  const bool timeouts = s.chance(0.5);
  const double wasted = std::max(30.0, s.ms(s.pick(0.3, 0.8)));
  if (!timeouts) s.operation(callee).body[0].time.ms = wasted / attempts;
  Step step = s.system.retry(callee, attempts, timeouts ? sim::AttemptEnd::Timeout : sim::AttemptEnd::Error,
                             wasted / (attempts - 1) * 0.7, {wasted / (attempts - 1) * 0.3, 0.2});
  step.saysResend = says;
  return step;
}

// A limit of a client library: the smallest that is a good part of the response.
double roundLimit(Scene& s) {
  for (const double limit : {100.0, 250.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0}) {
    if (limit > 0.25 * s.usualMs) return limit * (s.chance(0.3) ? 2 : 1) == 200 ? 250 : limit;
  }
  return 30000;
}

Step givingUp(Scene& s, uint32_t callee, double limit) {
  Step step = s.system.retry(callee, 1, sim::AttemptEnd::Timeout, limit, {});
  step.lastFails = true;
  return step;
}

}  // namespace

Plant retried(Scene& s, bool real) {
  const uint32_t callee = addCallee(s);
  const uint32_t attempts = s.count(2, 4);
  if (real) {
    Step step = retries(s, callee, attempts, s.chance(0.4));
    const uint32_t id = step.id;
    s.plant(std::move(step));
    Plant plant = s.same("attempts that fail before one succeeds");
    plant.fixed = Scene::edited(plant.judged, id, [](Step& r) { r.firstAttempt = r.times - 1; });
    plant.crowd = *plant.fixed;
    plant.blamed = {callee, s.site};
    if (s.chance(0.3)) plant.crowdSize = 25;
    return plant;
  }
  const double each = std::max(5.0, s.ms(0.4) / 3);
  s.operation(callee).body[0].time.ms = each;
  switch (s.random.below(4)) {
    case 0:
      s.plantOffPath(retries(s, callee, attempts, false));
      return s.same("retries where nobody waits");
    case 1:
      s.plant(s.system.loop(s.system.call(callee), 3, 1, {1, 0.2}));
      return s.same("three calls that all succeed");
    case 2: {
      Step fails = s.system.call(callee);
      fails.fails = true;
      const uint32_t other = s.add(Protocol::Redis, {each, 0.2});
      s.operation(s.site).swallowsErrors = true;
      s.plant(s.system.group(StepKind::Serial,
                             {std::move(fails), s.system.compute({1, 0.2}), s.system.call(other)}));
      return s.same("a fallback: another call after one that failed");
    }
    default: {
      Step last = s.system.call(callee);
      last.fails = true;
      s.operation(s.site).swallowsErrors = true;
      s.plant(s.system.group(StepKind::Serial,
                             {s.system.call(callee), s.system.compute({3, 0.2}), std::move(last)}));
      return s.same("two calls, the second fails and is not tried again");
    }
  }
}

Plant retryStorm(Scene& s, bool real) {
  const uint32_t callee = addCallee(s);
  Step step = retries(s, callee, s.count(2, 4), s.chance(0.3));
  Step once = step;
  once.firstAttempt = once.times - 1;
  Step either = s.system.group(StepKind::Either, {std::move(step), std::move(once)});
  const uint32_t id = either.id;
  either.chance = real ? s.pick(0.2, 0.7) : 0;
  s.plant(std::move(either));
  Plant plant = s.same(real ? "many requests call again and again" : "only this request calls again");
  plant.judged = Scene::edited(plant.judged, id, [](Step& e) { e.chance = 1; });
  plant.crowdSize = 40;
  if (!real) {
    if (s.chance(0.4)) {
      plant.judged = plant.crowd;
      plant.shape = "no request calls again";
    }
    return plant;
  }
  plant.fixed = plant.judged;
  plant.fixed = Scene::edited(*plant.fixed, id, [](Step& e) { e.chance = 0; });
  plant.blamed = {callee, s.site};
  return plant;
}

Plant timedOut(Scene& s, bool real) {
  if (real) {
    const bool says = s.chance(0.3);
    const uint32_t callee = says ? s.add(Protocol::Grpc, {s.pick(1, 10), 0.2}) : addCallee(s);
    s.operation(s.site).swallowsErrors = true;
    const double limit = says ? std::max(30.0, s.ms(s.pick(0.2, 0.7))) : roundLimit(s);
    Step step = givingUp(s, callee, limit);
    const uint32_t id = step.id;
    s.plant(std::move(step));
    Plant plant = s.same(says ? "DEADLINE_EXCEEDED" : "given up after a round time");
    plant.fixed = Scene::edited(plant.judged, id, [](Step& r) { r.lastFails = false; });
    plant.crowd = *plant.fixed;
    plant.blamed = {callee};
    if (s.chance(0.6)) {
      plant.crowdSize = 30;
    } else {
      plant.fixed.reset();  // nobody knows how long it would have taken
    }
    return plant;
  }
  const uint32_t callee = s.addLeaf({1, 0});
  Spread& own = s.operation(callee).body[0].time;
  const double limit = roundLimit(s);
  Step call = s.system.call(callee);
  const uint32_t id = call.id;
  Plant plant;
  switch (s.random.below(3)) {
    case 0:
      own = {limit, 0};
      s.plant(std::move(call));
      plant = s.same("long polling: a round time, without an error");
      if (s.chance(0.6)) plant.crowdSize = 30;
      return plant;
    case 1:
      own = {s.oneOf({155.0, 180.0, 205.0, 340.0, 400.0, 440.0, 700.0, 820.0}), 0.01};
      s.operation(s.site).swallowsErrors = true;
      s.plant(std::move(call));
      plant = s.same("an error after no round time");
      plant.judged = Scene::edited(plant.judged, id, [](Step& c) { c.fails = true; });
      return plant;
    default:
      s.plant(std::move(call));
      plant = s.same("a round time once, without an error");
      plant.judged.operations[callee].body[0].time = {limit, 0.001};
      plant.crowdSize = 30;
      return plant;
  }
}

Plant workAfterTimeout(Scene& s, bool real) {
  const uint32_t callee = s.addRemote({s.pick(2, 10), 0.2});
  const double limit = std::max(40.0, s.ms(s.pick(0.2, 0.6)));
  s.operation(s.site).swallowsErrors = true;
  Plant plant;
  if (real || s.chance(0.4)) {
    Step step = givingUp(s, callee, limit);
    step.calleeGoesOn = real;
    s.plant(std::move(step));
    plant = s.same(real ? "the callee goes on after its caller gave up"
                        : "the callee stops when its caller gives up");
    if (real) plant.blamed = {callee};
    plant.wantsExactTimes = true;
  } else if (s.chance(0.5)) {
    const uint32_t later = s.add(Protocol::Function, {limit, 0.2});
    s.system.append(callee, s.system.group(StepKind::Async, {s.system.call(later)}));
    s.plant(s.system.call(callee));
    plant = s.same("the callee goes on after it answered");
  } else {
    s.plant(s.system.call(callee));
    plant = s.same("nobody gives up");
  }
  plant.nothingToSave = true;
  return plant;
}

Plant errorCause(Scene& s, bool real) {
  const uint32_t middle = s.addRemote({s.pick(1, 5), 0.2});
  const uint32_t deep = s.chance(0.5) ? s.addRemote({s.pick(1, 5), 0.2}) : s.addLeaf({s.pick(1, 5), 0.2});
  Step origin = s.system.call(deep);
  const uint32_t id = origin.id;
  s.system.append(middle, std::move(origin));
  s.plant(s.system.call(middle));
  Plant plant = s.same(real ? "an error that several callers pass on" : "no error at all");
  plant.nothingToSave = true;
  if (!real) return plant;
  if (s.chance(0.3)) plant.judged.operations[s.chance(0.5) ? middle : s.site].swallowsErrors = true;
  plant.judged = Scene::edited(plant.judged, id, [](Step& c) { c.fails = true; });
  plant.blamed = {deep};
  return plant;
}

}  // namespace waybill::acceptance
