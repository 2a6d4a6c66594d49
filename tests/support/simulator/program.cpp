// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/simulator/program.h"

#include <utility>

namespace waybill::test::sim {
namespace {

template <typename Visit>
void forEachStep(std::vector<Step>& steps, const Visit& visit) {
  for (Step& step : steps) {
    visit(step);
    forEachStep(step.steps, visit);
  }
}

}  // namespace

uint32_t System::addService(std::string name, Conventions conventions) {
  services.push_back({std::move(name), conventions});
  return static_cast<uint32_t>(services.size() - 1);
}

uint32_t System::add(Operation operation) {
  operations.push_back(std::move(operation));
  return static_cast<uint32_t>(operations.size() - 1);
}

Step System::compute(Spread time) {
  Step step;
  step.id = ++lastStepId;
  step.time = time;
  return step;
}

Step System::call(uint32_t operation) {
  Step step;
  step.kind = StepKind::Call;
  step.id = ++lastStepId;
  step.operation = operation;
  return step;
}

Step System::group(StepKind kind, std::vector<Step> steps) {
  Step step;
  step.kind = kind;
  step.id = ++lastStepId;
  step.steps = std::move(steps);
  return step;
}

Step System::loop(Step step, uint32_t times, uint32_t lanes, Spread between) {
  Step out = group(StepKind::Loop, {std::move(step)});
  out.times = times;
  out.lanes = lanes;
  out.time = between;
  return out;
}

Step System::retry(uint32_t operation, uint32_t attempts, AttemptEnd end, double limitMs, Spread backOff) {
  Step out = call(operation);
  out.kind = StepKind::Retry;
  out.times = attempts;
  out.attemptEnd = end;
  out.limitMs = limitMs;
  out.time = backOff;
  return out;
}

Step System::publish(uint32_t producer, uint32_t consumer, Spread delay) {
  Step out = call(consumer);
  out.kind = StepKind::Publish;
  out.operationOfProducer = producer;
  out.time = delay;
  return out;
}

Step System::mirrored(uint32_t leaf, Step step) {
  Step out = group(StepKind::Mirror, {std::move(step)});
  out.operation = leaf;
  return out;
}

void System::append(uint32_t operation, Step step) {
  operations[operation].body.push_back(std::move(step));
}

void System::insert(uint32_t operation, size_t at, Step step) {
  std::vector<Step>& body = operations[operation].body;
  body.insert(body.begin() + static_cast<std::ptrdiff_t>(std::min(at, body.size())), std::move(step));
}

Step* System::find(uint32_t stepId) {
  Step* found = nullptr;
  for (Operation& operation : operations) {
    forEachStep(operation.body, [&](Step& step) {
      if (step.id == stepId) found = &step;
    });
  }
  return found;
}

void System::scaleOwnTime(uint32_t operation, double factor) {
  forEachStep(operations[operation].body, [&](Step& step) {
    const bool isOwn =
        step.kind == StepKind::Compute || step.kind == StepKind::Loop || step.kind == StepKind::Retry;
    if (isOwn) step.time.ms *= factor;
  });
  operations[operation].msPerKb *= factor;
}

std::string calleeSpanName(const System& system, uint32_t operation) {
  const Operation& op = system.operations[operation];
  switch (op.protocol) {
    case Protocol::Http:
      return (op.isWrite ? "POST /" : "GET /") + op.name + "/{id}";
    case Protocol::Grpc:
      return "shop." + system.services[op.service].name + "/" + op.name;
    case Protocol::Consumer:
      return (op.stream == Stream::Receive ? "receive " : "process ") + op.name;
    default:
      return callerSpanName(system, operation);
  }
}

std::string callerSpanName(const System& system, uint32_t operation) {
  const Operation& op = system.operations[operation];
  switch (op.protocol) {
    case Protocol::Http:
    case Protocol::External:
      return op.isWrite ? "POST" : "GET";
    case Protocol::Grpc:
      return calleeSpanName(system, operation);
    case Protocol::Sql:
      return (op.isWrite ? "INSERT " : "SELECT ") + op.name;
    case Protocol::Redis:
      return op.isWrite ? "SET" : "GET";
    case Protocol::Producer:
      return "send " + op.name;
    case Protocol::Consumer:
      return calleeSpanName(system, operation);
    case Protocol::Function:
      return op.name;
  }
  return op.name;
}

}  // namespace waybill::test::sim
