// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "support/simulator/random_system.h"
#include "support/simulator/recording.h"

namespace waybill::test::sim {
namespace {

constexpr int64_t kMs = 1'000'000;

// An entry over HTTP with nothing in it yet.
System emptySystem() {
  System system;
  system.addService("web");
  system.addService("db-owner");
  Operation entry;
  entry.name = "buy";
  entry.protocol = Protocol::Http;
  system.entry = system.add(std::move(entry));
  return system;
}

uint32_t addLeaf(System& system, double ms, double sigma = 0) {
  Operation leaf;
  leaf.name = "leaf" + std::to_string(system.operations.size());
  leaf.protocol = Protocol::Sql;
  const uint32_t id = system.add(std::move(leaf));
  system.append(id, system.compute({ms, sigma}));
  return id;
}

std::string recorded(const System& system, uint64_t seed, const Noise& noise) {
  otlp::WireWriter out;
  for (uint64_t request = 0; request < 5; ++request) {
    recordTrace(out, system, simulate(system, seed, request), {0, request + 1}, kFirstRequestNs, noise);
  }
  return std::string(out.bytes());
}

using Spans = std::map<uint64_t, std::pair<int64_t, int64_t>>;
Spans timesOf(const SimulatedTrace& trace) {
  Spans out;
  for (const SimulatedSpan& span : trace.spans) out[span.id] = {span.startNs, span.endNs};
  return out;
}

TEST(Simulator, TheSameSeedIsTheSameBytes) {
  const System system = randomSystem(7, {});
  EXPECT_EQ(recorded(system, 1, {}), recorded(randomSystem(7, {}), 1, {}));
  EXPECT_NE(recorded(system, 1, {}), recorded(system, 2, {}));
  EXPECT_NE(recorded(system, 1, {}), recorded(randomSystem(8, {}), 1, {}));
}

TEST(Simulator, AnUnchangedCopyLastsAsLong) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    const System system = randomSystem(seed, {});
    const System copy = system;
    EXPECT_EQ(timesOf(simulate(system, seed, 3)), timesOf(simulate(copy, seed, 3)));
  }
}

TEST(Simulator, AChainLastsAsLongAsItsStepsTogether) {
  System system = emptySystem();
  Operation remote;
  remote.service = 1;
  remote.name = "charge";
  remote.protocol = Protocol::Grpc;
  remote.edgeOut = {2, 0};
  remote.edgeBack = {3, 0};
  const uint32_t charge = system.add(std::move(remote));
  system.append(charge, system.call(addLeaf(system, 40)));
  system.append(charge, system.compute({5, 0}));
  system.append(system.entry, system.compute({10, 0}));
  system.append(system.entry, system.call(charge));
  const SimulatedTrace trace = simulate(system, 1, 1);
  EXPECT_EQ(trace.responseNs, (10 + 2 + 40 + 5 + 3) * kMs);
  ASSERT_EQ(trace.spans.size(), 4U);  // server, client, server, query
  EXPECT_EQ(trace.spans[1].startNs, 10 * kMs);
  EXPECT_EQ(trace.spans[2].startNs, 12 * kMs);
  EXPECT_EQ(trace.spans[2].endNs, 57 * kMs);
}

TEST(Simulator, AJoinWaitsForTheLongestAndNobodyWaitsForAsyncWork) {
  System system = emptySystem();
  system.append(system.entry, system.group(StepKind::Parallel, {system.call(addLeaf(system, 10)),
                                                                system.call(addLeaf(system, 30))}));
  system.append(system.entry, system.group(StepKind::Async, {system.call(addLeaf(system, 100))}));
  const SimulatedTrace trace = simulate(system, 1, 1);
  EXPECT_EQ(trace.responseNs, 30 * kMs);
  EXPECT_EQ(trace.endToEndNs, 130 * kMs);
}

TEST(Simulator, APoolRunsNoMoreThanItsCeilingAtOnce) {
  System system = emptySystem();
  system.append(system.entry, system.loop(system.call(addLeaf(system, 10)), 10, 4));
  const SimulatedTrace trace = simulate(system, 1, 1);
  EXPECT_EQ(trace.responseNs, 30 * kMs);  // 4, 4 and 2
  for (const SimulatedSpan& span : trace.spans) {
    int running = -1;  // the root runs too
    for (const SimulatedSpan& other : trace.spans) {
      running += other.startNs <= span.startNs && span.startNs < other.endNs ? 1 : 0;
    }
    EXPECT_LE(running, 4);
  }
}

TEST(Simulator, RetriesCostTheirLimitsAndBackOffs) {
  System system = emptySystem();
  const uint32_t leaf = addLeaf(system, 20);
  system.append(system.entry, system.retry(leaf, 3, AttemptEnd::Timeout, 500, {100, 0}));
  EXPECT_EQ(simulate(system, 1, 1).responseNs, (500 + 100 + 500 + 100 + 20) * kMs);
  System fixed = system;
  fixed.operations[system.entry].body[0].firstAttempt = 2;
  EXPECT_EQ(simulate(fixed, 1, 1).responseNs, 20 * kMs);
}

TEST(Simulator, MessagesWaitInTheirQueue) {
  System system = emptySystem();
  Operation producer, consumer;
  producer.name = consumer.name = "orders";
  producer.protocol = Protocol::Producer;
  consumer.protocol = Protocol::Consumer;
  consumer.service = 1;
  const uint32_t sends = system.add(std::move(producer)), takes = system.add(std::move(consumer));
  system.append(sends, system.compute({1, 0}));
  system.append(takes, system.compute({7, 0}));
  Step step = system.publish(sends, takes, {50, 0});
  step.times = 3;
  step.batch = true;
  step.betweenMessages = {10, 0};
  system.append(system.entry, step);
  const SimulatedTrace trace = simulate(system, 1, 1);
  EXPECT_EQ(trace.responseNs, 23 * kMs);
  EXPECT_EQ(trace.endToEndNs, 80 * kMs);
  EXPECT_EQ(trace.spans.back().links.size(), 3U);
  EXPECT_EQ(trace.spans.back().startNs, 73 * kMs);
}

TEST(Simulator, AServerGoesOnAfterACallerThatGaveUpWithoutAWord) {
  System system = emptySystem();
  Operation remote;
  remote.name = "quote";
  remote.protocol = Protocol::Grpc;
  remote.service = 1;
  const uint32_t callee = system.add(std::move(remote));
  system.append(callee, system.compute({5, 0}));
  Step step = system.retry(callee, 1, AttemptEnd::Timeout, 100, {});
  step.lastFails = step.givesUpSilently = true;
  step.outlivesBy = 3;
  system.append(system.entry, step);
  const SimulatedTrace trace = simulate(system, 1, 1);
  EXPECT_EQ(trace.responseNs, 100 * kMs);
  EXPECT_EQ(trace.spans[1].endNs, 100 * kMs);
  EXPECT_FALSE(trace.spans[1].error);
  EXPECT_EQ(trace.spans[2].endNs, 405 * kMs);
}

TEST(Simulator, AMirrorMeasuresTheSameAndCostsNothing) {
  System system = emptySystem();
  Operation handler;
  handler.name = "handler";
  const uint32_t leaf = system.add(std::move(handler));
  system.append(system.entry, system.compute({1, 0}));
  system.append(system.entry, system.mirrored(leaf, system.call(addLeaf(system, 10))));
  const SimulatedTrace trace = simulate(system, 1, 1);
  ASSERT_EQ(trace.spans.size(), 3U);
  EXPECT_EQ(trace.responseNs, 11 * kMs);
  EXPECT_NEAR(static_cast<double>(trace.spans[1].startNs), 1e6, 20e3);
  EXPECT_NEAR(static_cast<double>(trace.spans[1].endNs), 11e6, 20e3);
  EXPECT_EQ(trace.spans[2].parent, trace.spans[0].id);
}

TEST(Simulator, AProcessWithoutProcessorTimeIsSlowInItselfAndInEveryCall) {
  System system = emptySystem();
  system.append(system.entry, system.compute({10, 0}));
  system.append(system.entry, system.call(addLeaf(system, 20)));
  system.services[0].slowdown = 2;
  system.services[0].starvedEdge = {5, 0};
  const SimulatedTrace trace = simulate(system, 1, 1);
  EXPECT_EQ(trace.responseNs, (20 + 5 + 20 + 5) * kMs) << "the database is not slower";
}

TEST(Simulator, AFixReusesAllOtherDraws) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    System system = randomSystem(seed, {});
    const uint32_t stalled = waitedForOnce(system).back();
    const System usual = system;
    system.insert(stalled, 0, system.compute({25, 0}));
    const SimulatedTrace slow = simulate(system, seed, 1), fast = simulate(usual, seed, 1);
    EXPECT_EQ(slow.responseNs - fast.responseNs, 25 * kMs) << seed;
    ASSERT_EQ(slow.spans.size(), fast.spans.size());
    for (size_t i = 0; i < slow.spans.size(); ++i) {
      EXPECT_EQ(slow.spans[i].id, fast.spans[i].id);
      // Whatever moves, moves as a whole or grows by the stall.
      const int64_t longer =
          (slow.spans[i].endNs - slow.spans[i].startNs) - (fast.spans[i].endNs - fast.spans[i].startNs);
      EXPECT_TRUE(longer == 0 || longer == 25 * kMs) << seed;
    }
  }
}

TEST(Simulator, LanesInsteadOfALoopReuseItsDraws) {
  System system = emptySystem();
  system.append(system.entry, system.loop(system.call(addLeaf(system, 10, 0.5)), 12, 1));
  System parallel = system, batch = system;
  parallel.operations[system.entry].body[0].lanes = 12;
  batch.operations[system.entry].body[0].collapse = Collapse::Batch;
  const SimulatedTrace one = simulate(system, 1, 1), other = simulate(parallel, 1, 1);
  int64_t sum = 0, longest = 0;
  for (size_t i = 1; i < one.spans.size(); ++i) {
    const int64_t ns = one.spans[i].endNs - one.spans[i].startNs;
    EXPECT_EQ(ns, other.spans[i].endNs - other.spans[i].startNs);
    sum += ns;
    longest = std::max(longest, ns);
  }
  EXPECT_EQ(one.responseNs, sum);
  EXPECT_EQ(other.responseNs, longest);
  EXPECT_EQ(simulate(batch, 1, 1).responseNs, longest + (sum - longest) / 10);
}

TEST(SimulatedRecording, SkewMovesEachProcessAsAWhole) {
  const System system = randomSystem(3, {});
  const SimulatedTrace trace = simulate(system, 1, 1);
  const Noise skewed{9, 50, 0};
  otlp::WireWriter straightBytes, skewedBytes;
  recordTrace(straightBytes, system, trace, {0, 1}, kFirstRequestNs, {9, 0, 0});
  recordTrace(skewedBytes, system, trace, {0, 1}, kFirstRequestNs, skewed);
  const auto straight = loaded(std::move(straightBytes)), moved = loaded(std::move(skewedBytes));
  ASSERT_EQ(straight->spanCount(), moved->spanCount());
  std::set<int64_t> shifts;
  std::map<uint64_t, const SimulatedSpan*> byId;
  for (const SimulatedSpan& span : trace.spans) byId[span.id] = &span;
  for (uint32_t i = 0; i < moved->spanCount(); ++i) {
    const SpanRow row(i);
    ASSERT_EQ(straight->spans().id(row), moved->spans().id(row));
    EXPECT_EQ(straight->spans().durationNs(row), moved->spans().durationNs(row));
    const SimulatedSpan& span = *byId.at(moved->spans().id(row).value);
    const int64_t shift = moved->spans().startNs(row) - straight->spans().startNs(row);
    EXPECT_EQ(shift, skewNs(skewed, span.service, span.instance));
    EXPECT_LE(std::abs(shift), 50 * kMs);
    shifts.insert(shift);
  }
  EXPECT_GT(shifts.size(), 1U);
}

TEST(SimulatedRecording, DroppingLeavesTheOtherSpansAsTheyAre) {
  const System system = randomSystem(4, {});
  const SimulatedTrace trace = simulate(system, 1, 1);
  const Noise noise{5, 0, 0.3};
  otlp::WireWriter bytes;
  recordTrace(bytes, system, trace, {0, 1}, kFirstRequestNs, noise);
  const auto snapshot = loaded(std::move(bytes));
  std::map<uint64_t, SpanRow> rows;
  for (uint32_t i = 0; i < snapshot->spanCount(); ++i)
    rows[snapshot->spans().id(SpanRow(i)).value] = SpanRow(i);
  EXPECT_LT(rows.size(), trace.spans.size());
  for (const SimulatedSpan& span : trace.spans) {
    EXPECT_EQ(rows.contains(span.id), !isDropped(noise, {0, 1}, span));
    if (!rows.contains(span.id)) continue;
    EXPECT_EQ(snapshot->spans().startNs(rows[span.id]), kFirstRequestNs + span.startNs);
    EXPECT_EQ(snapshot->spans().durationNs(rows[span.id]), span.endNs - span.startNs);
    EXPECT_EQ(snapshot->span(rows[span.id]).kind, span.kind);
  }
}

TEST(SimulatedRecording, LosesTheRootAndTheTimesOfAnOperation) {
  System system = emptySystem();
  const uint32_t known = addLeaf(system, 10), unknown = addLeaf(system, 20);
  system.append(system.entry, system.call(known));
  system.append(system.entry, system.call(unknown));
  const SimulatedTrace trace = simulate(system, 1, 1);
  Noise noise{5, 0, 0};
  noise.losesRoot = true;
  noise.unknownTimes = {unknown};
  otlp::WireWriter bytes;
  recordTrace(bytes, system, trace, {0, 1}, kFirstRequestNs, noise);
  const auto snapshot = loaded(std::move(bytes));
  ASSERT_EQ(snapshot->spanCount(), 2U);
  for (uint32_t i = 0; i < 2; ++i) {
    const otlp::SpanView span = snapshot->span(SpanRow(i));
    const bool isKnown = snapshot->spans().id(SpanRow(i)).value == trace.spans[1].id;
    EXPECT_EQ(span.endNs > span.startNs && span.startNs > 0, isKnown) << span.name;
  }
}

TEST(SimulatedRecording, AStreamSaysWhatItIs) {
  System system = emptySystem();
  Operation remote;
  remote.name = "Watch";
  remote.protocol = Protocol::Grpc;
  remote.service = 1;
  remote.stream = Stream::RpcMessages;
  const uint32_t stream = system.add(std::move(remote));
  system.append(stream, system.compute({5, 0}));
  system.append(system.entry, system.call(stream));
  const std::string bytes = recorded(system, 1, {});
  EXPECT_NE(bytes.find("message.type"), std::string::npos);
  system.operations[stream].protocol = Protocol::Http;
  system.operations[stream].stream = Stream::ServerSentEvents;
  EXPECT_NE(recorded(system, 1, {}).find("text/event-stream"), std::string::npos);
}

TEST(SimulatedSystems, AreOfTheSizeAskedForAndNest) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const System system = randomSystem(seed, {6, 60, 0.3, true, true, true, true, 3});
    const SimulatedTrace trace = simulate(system, seed, 0);
    EXPECT_GT(trace.spans.size(), 5U) << seed;
    EXPECT_LT(trace.spans.size(), 90U) << seed;
    std::map<uint64_t, const SimulatedSpan*> byId;
    for (const SimulatedSpan& span : trace.spans) {
      EXPECT_TRUE(byId.emplace(span.id, &span).second) << "an id twice";
      if (span.parent == 0) continue;
      ASSERT_TRUE(byId.contains(span.parent)) << "parents come first";
      EXPECT_LE(byId[span.parent]->startNs, span.startNs);
    }
  }
}

TEST(SimulatedSystems, WhatIsWaitedForOnceDelaysTheRequestByAllItLoses) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const System system = randomSystem(seed, {});
    for (const uint32_t operation : waitedForOnce(system)) {
      System slower = system;
      slower.insert(operation, 0, slower.compute({10, 0}));
      EXPECT_EQ(simulate(slower, 1, seed).responseNs - simulate(system, 1, seed).responseNs, 10 * kMs);
    }
  }
}

TEST(SimulatedSystems, AFlatSystemHasNoCulprit) {
  const System system = flatSystem(1, 12);
  const SimulatedTrace trace = simulate(system, 1, 1);
  for (size_t i = 1; i < trace.spans.size(); ++i) {
    EXPECT_LT(trace.spans[i].endNs - trace.spans[i].startNs, trace.responseNs / 6);
  }
}

}  // namespace
}  // namespace waybill::test::sim
