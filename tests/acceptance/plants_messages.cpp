// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "acceptance/plants.h"

// Messages, and work that the response does not wait for.
namespace waybill::acceptance {
namespace {

struct Queue {
  uint32_t producer, consumer;
};

Queue addQueue(Scene& s) {
  const Queue queue{s.add(Protocol::Producer, {s.pick(0.2, 1), 0.2}),
                    s.add(Protocol::Consumer, {s.pick(2, 10), 0.2})};
  s.operation(queue.consumer).name = s.operation(queue.producer).name;
  return queue;
}

}  // namespace

Plant queueDelay(Scene& s, bool real) {
  const Queue queue = addQueue(s);
  Step step = s.system.publish(queue.producer, queue.consumer, {s.pick(1, 10), 0.3});
  step.consumerIsChild = s.chance(0.7);
  const uint32_t id = step.id;
  const double delay = std::max(90.0, s.ms(s.pick(0.5, 0.8)));
  const auto wait = [&](const System& system, double ms) {
    return Scene::edited(system, id, [&](Step& p) { p.time = {ms, 0.05}; });
  };
  s.plant(std::move(step));
  Plant plant = s.same("a message waits much longer than usual");
  plant.crowdSize = 30;
  plant.endToEnd = true;
  if (real) {
    plant.fixed = s.system;
    plant.judged = wait(plant.judged, delay);
    plant.blamed = {queue.producer, queue.consumer};
    return plant;
  }
  if (s.chance(0.5)) {
    plant = s.same("messages always wait that long");
    plant.judged = plant.crowd = wait(s.system, delay);
    plant.crowdSize = 30;
  } else {
    plant = s.same("a message waits a little");
    plant.judged = wait(plant.judged, s.pick(5, 35));
    plant.crowdSize = 30;
  }
  return plant;
}

Plant waitingForBatch(Scene& s, bool real) {
  const Queue queue = addQueue(s);
  Step step = s.system.publish(queue.producer, queue.consumer, {s.pick(1, 20), 0.3});
  step.times = s.count(3, 40);
  step.batch = true;
  step.consumerIsChild = s.chance(0.5);
  Plant plant;
  if (real) {
    step.betweenMessages = {s.pick(90, 400) / (step.times - 1), 0.1};
    s.plant(std::move(step));
    plant = s.same("early messages wait for a batch to fill");
    plant.blamed = {queue.producer, queue.consumer};
  } else if (s.chance(0.4)) {
    step.times = s.count(3, 12);
    step.betweenMessages = {s.pick(0.1, 1), 0.1};
    s.plant(std::move(step));
    plant = s.same("a batch that fills at once");
  } else if (s.chance(0.5)) {
    step.times = 1;
    step.time = {s.pick(60, 200), 0.1};
    s.plant(std::move(step));
    plant = s.same("a batch of one");
  } else {
    step.batch = false;
    step.betweenMessages = {s.pick(10, 60), 0.1};
    step.times = s.count(3, 12);
    s.plant(std::move(step));
    plant = s.same("each message is taken for itself");
  }
  plant.nothingToSave = true;
  return plant;
}

Plant workAfterResponse(Scene& s, bool real) {
  const double share = real ? s.pick(0.4, 3) : s.pick(0.01, 0.1);
  const uint32_t work = s.chance(0.5) ? s.add(Protocol::Function, {}) : s.addRemote({});
  Spread& own = s.operation(work).body.front().time;
  s.site = s.system.entry;
  const bool endsEarly = !real && s.chance(0.5);
  if (endsEarly) {
    own = {s.usualMs * s.pick(0.05, 0.4), 0.05};
    s.system.insert(s.site, 0, s.system.group(StepKind::Async, {s.system.call(work)}));
  } else {
    own = {s.usualMs * share, 0.05};
    s.system.append(s.site, s.system.group(StepKind::Async, {s.system.call(work)}));
  }
  Plant plant = s.same(real        ? "work goes on after the response"
                       : endsEarly ? "work beside that ends before the response"
                                   : "a little work after the response");
  plant.nothingToSave = true;
  if (real) plant.blamed = {work};
  plant.wantsExactTimes = true;
  return plant;
}

}  // namespace waybill::acceptance
