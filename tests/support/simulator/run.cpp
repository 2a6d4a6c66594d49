// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/simulator/run.h"

#include <algorithm>
#include <utility>

namespace waybill::test::sim {
namespace {

using otlp::SpanKind;

// Where in the program a request is.
struct Place {
  uint64_t key;     // of its draws: the way of steps to it
  uint64_t parent;  // span id
  uint32_t service, instance;
  bool isElsewhere = false;  // in a database or the like: who calls records it, another computes
};

// How one call differs from the others of its operation.
struct CallSpec {
  bool fails = false;
  bool timedOut = false;
  bool isSilent = false;  // no error is recorded
  int64_t giveUpAfterNs = INT64_MAX;
  int64_t stallNs = 0;  // the callee needs so much longer
  bool calleeStops = false;
  uint32_t resends = 0;
  uint64_t target = 0;
};

struct Outcome {
  int64_t endNs = 0;
  bool failed = false;
};

class Run {
 public:
  Run(const System& system, uint64_t seed, uint64_t request)
      : m_system(system), m_key(mixKeys(mixKeys(seed, 0x51a7), request)) {}

  SimulatedTrace trace() {
    const Place place{m_key, 0, system().operations[system().entry].service, 0};
    const Outcome outcome = served(system().entry, 0, place, {});
    m_out.responseNs = outcome.endNs;
    for (const SimulatedSpan& span : m_out.spans) m_out.endToEndNs = std::max(m_out.endToEndNs, span.endNs);
    return std::move(m_out);
  }

 private:
  const System& system() const { return m_system; }
  const Operation& op(uint32_t operation) const { return m_system.operations[operation]; }

  size_t open(uint32_t operation, SpanKind kind, int64_t at, const Place& place, uint32_t service,
              uint32_t instance, const CallSpec& spec) {
    SimulatedSpan span;
    span.id = mixKeys(place.key, kind == SpanKind::Server ? 0x5e4 : 0xc11) | 1;
    span.parent = place.parent;
    span.startNs = at;
    span.operation = operation;
    span.service = service;
    span.instance = instance;
    span.kind = kind;
    span.resends = spec.resends;
    span.target = spec.target != 0 ? spec.target : mixKeys(place.key, 0x7a9);
    m_out.spans.push_back(std::move(span));
    return m_out.spans.size() - 1;
  }

  void close(size_t span, int64_t at, bool error, bool timedOut = false) {
    m_out.spans[span].endNs = at;
    m_out.spans[span].error = error;
    m_out.spans[span].timedOut = timedOut;
  }

  uint32_t instanceOf(uint32_t service) const {
    const Service& s = m_system.services[service];
    if (s.onlyInstance >= 0) return static_cast<uint32_t>(s.onlyInstance);
    return static_cast<uint32_t>(mixKeys(m_key, 0x1057 + service) % s.instances);
  }

  // What happens on the called side.
  Outcome served(uint32_t operation, int64_t at, const Place& place, const CallSpec& spec) {
    const Operation& o = op(operation);
    const uint32_t instance = instanceOf(o.service);
    const SpanKind kind = o.protocol == Protocol::Consumer ? SpanKind::Consumer : SpanKind::Server;
    Place inside{place.key, place.parent, o.service, instance};
    if (o.unrecorded) {  // nor what is below it
      const size_t recorded = m_out.spans.size();
      const Outcome outcome = worked(operation, at, inside, spec);
      m_out.spans.resize(recorded);
      return outcome;
    }
    const size_t span = open(operation, kind, at, place, o.service, instance, spec);
    inside.parent = m_out.spans[span].id;
    m_out.spans[span].payloadBytes = payload(o, place);
    Outcome outcome = worked(operation, at, inside, spec);
    if (spec.timedOut && spec.calleeStops) outcome.endNs = std::min(outcome.endNs, at + spec.giveUpAfterNs);
    close(span, outcome.endNs, outcome.failed);
    return outcome;
  }

  uint64_t payload(const Operation& o, const Place& place) const {
    if (o.payloadKb.ms == 0) return 0;
    return static_cast<uint64_t>(durationAt(o.payloadKb, mixKeys(place.key, 0xb0d)) / 1000);
  }

  // The operation's program.
  Outcome worked(uint32_t operation, int64_t at, const Place& inside, const CallSpec& spec) {
    const Operation& o = op(operation);
    const auto transfer =
        static_cast<int64_t>(static_cast<double>(payload(o, inside)) * 1e-3 * o.msPerKb * 1e6);
    Outcome outcome = all(o.body, at + spec.stallNs + transfer, inside);
    outcome.failed = spec.fails || (outcome.failed && !o.swallowsErrors);
    return outcome;
  }

  SpanKind callerKind(const Operation& o, uint32_t service) const {
    if (o.protocol == Protocol::Producer) return SpanKind::Producer;
    const bool isOld = m_system.services[service].conventions == Conventions::Old;
    return o.stream == Stream::Receive && isOld ? SpanKind::Consumer : SpanKind::Client;
  }

  // A call as its caller sees it.
  Outcome called(uint32_t operation, int64_t at, Place place, const CallSpec& spec) {
    const Operation& o = op(operation);
    if (o.protocol == Protocol::Function) {
      const size_t span = open(operation, SpanKind::Internal, at, place, place.service, place.instance, spec);
      place.parent = m_out.spans[span].id;
      const Outcome outcome = worked(operation, at, place, spec);
      close(span, outcome.endNs, outcome.failed);
      return outcome;
    }
    const SpanKind kind = callerKind(o, place.service);
    const size_t span = open(operation, kind, at, place, place.service, place.instance, spec);
    place.parent = m_out.spans[span].id;
    Outcome outcome;
    const Service& caller = m_system.services[place.service];
    const bool isStarved = hasTwoSides(o.protocol) || caller.starvesLeafCalls;
    const Spread starved = isStarved ? caller.starvedEdge : Spread{};
    const int64_t sent = at + durationAt(starved, mixKeys(place.key, 0x57a7));
    if (hasTwoSides(o.protocol)) {
      outcome = served(operation, sent + durationAt(o.edgeOut, mixKeys(place.key, 0xed6e)), place, spec);
      outcome.endNs += durationAt(o.edgeBack, mixKeys(place.key, 0xbac4));
    } else {
      m_out.spans[span].payloadBytes = payload(o, place);
      place.isElsewhere = true;
      outcome = worked(operation, sent, place, spec);
    }
    outcome.endNs += durationAt(starved, mixKeys(place.key, 0x57a8));
    if (spec.timedOut) outcome = {at + spec.giveUpAfterNs, !spec.isSilent};
    close(span, outcome.endNs, outcome.failed, spec.timedOut && !spec.isSilent);
    return outcome;
  }

  Outcome all(const std::vector<Step>& steps, int64_t at, const Place& place) {
    Outcome out{at, false};
    for (const Step& step : steps) {
      const Outcome one = run(step, out.endNs, place);
      out.endNs = one.endNs;
      out.failed |= one.failed;
    }
    return out;
  }

  Outcome run(const Step& step, int64_t at, const Place& place, int64_t stallNs = 0) {
    const uint64_t key = mixKeys(place.key, step.id);
    const Place here{key, place.parent, place.service, place.instance};
    switch (step.kind) {
      case StepKind::Compute:
        return {at + ownNs(durationAt(step.time, key), place), false};
      case StepKind::Call: {
        CallSpec spec;
        spec.fails = step.fails;
        spec.stallNs = stallNs;
        spec.target = step.target != 0 ? step.target : (step.sameParameters ? mixKeys(m_key, step.id) : 0);
        return called(step.operation, at, here, spec);
      }
      case StepKind::Serial:
        return step.anyOrder ? inAnyOrder(step, at, place) : all(step.steps, at, place);
      case StepKind::Parallel: {
        Outcome out{at, false};
        for (const Step& branch : step.steps) {
          const Outcome one = run(branch, at, place);
          out.endNs = std::max(out.endNs, one.endNs);
          out.failed |= one.failed;
        }
        return out;
      }
      case StepKind::Async:
        all(step.steps, at, place);
        return {at, false};
      case StepKind::Loop:
        return loop(step, at, here);
      case StepKind::Retry:
        return retry(step, at, here);
      case StepKind::Either:
        if (unitAt(mixKeys(key, 0xe17e)) < step.chance) return run(step.steps[0], at, place);
        return step.steps.size() > 1 ? run(step.steps[1], at, place) : Outcome{at, false};
      case StepKind::Publish:
        return publish(step, at, here);
      case StepKind::Mirror:
        return mirrored(step, at, place);
    }
    return {at, false};
  }

  int64_t ownNs(int64_t ns, const Place& place) const {
    const double slowdown = place.isElsewhere ? 1 : m_system.services[place.service].slowdown;
    return slowdown == 1 ? ns : static_cast<int64_t>(static_cast<double>(ns) * slowdown);
  }

  // The leaf begins and ends within 20 µs of the steps.
  Outcome mirrored(const Step& step, int64_t at, const Place& place) {
    const Place here{mixKeys(place.key, step.id), place.parent, place.service, place.instance};
    const auto jitter = [&](uint64_t key) {
      return static_cast<int64_t>(20'000 * (2 * unitAt(mixKeys(here.key, key)) - 1));
    };
    const size_t leaf = open(step.operation, SpanKind::Internal, at + jitter(1), here, here.service, here.instance, {});
    const Outcome outcome = all(step.steps, at, place);
    close(leaf, std::max(outcome.endNs + jitter(2), m_out.spans[leaf].startNs), outcome.failed);
    return outcome;
  }

  Outcome inAnyOrder(const Step& step, int64_t at, const Place& place) {
    std::vector<size_t> order(step.steps.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[mixKeys(mixKeys(place.key, step.id), i) % i]);
    }
    Outcome out{at, false};
    for (const size_t i : order) {
      const Outcome one = run(step.steps[i], out.endNs, place);
      out.endNs = one.endNs;
      out.failed |= one.failed;
    }
    return out;
  }

  Outcome loop(const Step& step, int64_t at, const Place& place) {
    std::vector<int64_t> lanes(std::clamp<size_t>(step.lanes, 1, std::max(1U, step.times)), at);
    std::vector<int64_t> ends, lasted;
    bool failed = false;
    int64_t asked = at;  // when the iteration could start at the earliest
    for (uint32_t i = 0; i < step.times; ++i) {
      const Place here{mixKeys(place.key, i), place.parent, place.service, place.instance};
      const int64_t between = i == 0 ? 0 : durationAt(step.time, mixKeys(here.key, 0x9a9));
      const auto lane = std::min_element(lanes.begin(), lanes.end());
      asked += between;
      const int64_t start = lanes.size() == 1 ? *lane + between : std::max(*lane, asked);
      const int64_t stall = i == step.slowIteration ? durationAt(step.slowBy, mixKeys(here.key, 0x510)) : 0;
      Outcome one{start, false};
      for (const Step& part : step.steps) {
        const Outcome next = run(part, one.endNs, here, &part == &step.steps.front() ? stall : 0);
        one = {next.endNs, one.failed || next.failed};
      }
      *lane = one.endNs;
      ends.push_back(one.endNs);
      lasted.push_back(one.endNs - start);
      failed |= one.failed;
    }
    return {endOfLoop(step.collapse, at, std::move(ends), lasted), failed};
  }

  static int64_t endOfLoop(Collapse collapse, int64_t at, std::vector<int64_t> ends,
                           const std::vector<int64_t>& lasted) {
    if (ends.empty()) return at;
    if (collapse == Collapse::Batch) {
      int64_t longest = 0, sum = 0;
      for (const int64_t ns : lasted) {
        longest = std::max(longest, ns);
        sum += ns;
      }
      return at + longest + (sum - longest) / 10;
    }
    std::sort(ends.begin(), ends.end());
    if (collapse == Collapse::CapSlowest && ends.size() > 1) return ends[ends.size() - 2];
    return ends.back();
  }

  Outcome retry(const Step& step, int64_t at, const Place& place) {
    Outcome out{at, false};
    for (uint32_t i = step.firstAttempt; i < step.times; ++i) {
      const Place here{mixKeys(place.key, i), place.parent, place.service, place.instance};
      if (i > step.firstAttempt) out.endNs += durationAt(step.time, mixKeys(here.key, 0xbac0ff));
      CallSpec spec;
      spec.resends = step.saysResend ? i : 0;
      spec.target = mixKeys(place.key, 0x7a6);
      const bool isLast = i + 1 == step.times;
      const bool fails = !isLast || step.lastFails;
      if (fails && step.attemptEnd == AttemptEnd::Timeout) {
        spec.timedOut = true;
        spec.giveUpAfterNs = static_cast<int64_t>(step.limitMs * 1e6);
        // It would have answered, but too late.
        const double by = step.outlivesBy > 0 ? step.outlivesBy : 0.4 + unitAt(mixKeys(here.key, 0x57a1));
        if (step.calleeStalls) spec.stallNs = static_cast<int64_t>(step.limitMs * 1e6 * (1 + by));
        spec.calleeStops = !step.calleeGoesOn;
        spec.isSilent = step.givesUpSilently;
      } else if (fails) {
        spec.fails = true;
      }
      out = called(step.operation, out.endNs, here, spec);
    }
    return out;
  }

  // One message.
  size_t send(const Step& step, int64_t at, const Place& place) {
    called(step.operationOfProducer, at, place, {});
    for (size_t i = m_out.spans.size(); i-- > 0;) {
      if (m_out.spans[i].kind == SpanKind::Producer && m_out.spans[i].startNs == at) return i;
    }
    return m_out.spans.size() - 1;
  }

  Outcome publish(const Step& step, int64_t at, const Place& place) {
    std::vector<uint64_t> sent;
    int64_t now = at;
    for (uint32_t i = 0; i < step.times; ++i) {
      const Place here{mixKeys(place.key, i), place.parent, place.service, place.instance};
      if (i > 0) now += durationAt(step.betweenMessages, mixKeys(here.key, 0x9a9));
      const size_t producer = send(step, now, here);
      now = m_out.spans[producer].endNs;
      sent.push_back(m_out.spans[producer].id);
      if (!step.batch) consume(step, now, here, {sent.back()});
    }
    if (step.batch) consume(step, now, place, sent);
    return {now, false};
  }

  void consume(const Step& step, int64_t sentNs, const Place& place, const std::vector<uint64_t>& messages) {
    const int64_t start = sentNs + durationAt(step.time, mixKeys(place.key, 0x9e0e));
    Place there = place;
    there.key = mixKeys(place.key, 0xc05);
    there.parent = step.consumerIsChild ? messages.front() : 0;
    const size_t span = m_out.spans.size();
    served(step.operation, start, there, {});
    if (span < m_out.spans.size() && (step.batch || !step.consumerIsChild))
      m_out.spans[span].links = messages;
  }

  const System& m_system;
  uint64_t m_key;
  SimulatedTrace m_out;
};

}  // namespace

SimulatedTrace simulate(const System& system, uint64_t seed, uint64_t request) {
  return Run(system, seed, request).trace();
}

}  // namespace waybill::test::sim
