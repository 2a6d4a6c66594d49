// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "acceptance/judge.h"
#include "acceptance/table.h"

// Is what the catalogue calls a fault one, and what it calls none, none? Checked on the simulated spans
// themselves, without the engine.
namespace waybill::acceptance {
namespace {

constexpr uint32_t kFew = 25;
constexpr int64_t kMs = 1'000'000;

using Spans = std::vector<sim::SimulatedSpan>;

const Kind& kind(std::string_view id) {
  return *std::find_if(allKinds().begin(), allKinds().end(), [&](const Kind& k) { return k.id == id; });
}

void forEachFault(std::string_view id, const std::function<void(const World&)>& check) {
  for (uint32_t i = 0; i < kFew; ++i) {
    SCOPED_TRACE(std::string(id) + " case " + std::to_string(i));
    check(makeWorld(kind(id), kTuningSeed, i, true));
  }
}

// The blamed spans that called: one for each call.
Spans blamedCalls(const World& world, uint32_t operation) {
  Spans out;
  for (const sim::SimulatedSpan& span : world.truth.spans) {
    if (span.operation == operation && span.kind != otlp::SpanKind::Server) out.push_back(span);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.startNs < b.startNs; });
  return out;
}

bool areInSeries(const Spans& spans) {
  for (size_t i = 1; i < spans.size(); ++i) {
    if (spans[i].startNs < spans[i - 1].endNs || spans[i].parent != spans[i - 1].parent) return false;
  }
  return true;
}

int64_t sumNs(const Spans& spans) {
  int64_t sum = 0;
  for (const sim::SimulatedSpan& span : spans) sum += span.endNs - span.startNs;
  return sum;
}

TEST(Catalogue, EveryFaultIsWorthAFindingAndIsRecorded) {
  for (const Kind& k : allKinds()) {
    forEachFault(k.id, [&](const World& world) {
      ASSERT_FALSE(world.plant.blamed.empty());
      std::set<uint64_t> recorded;
      for (uint32_t i = 0; i < world.snapshot->spanCount(); ++i)
        recorded.insert(world.snapshot->spans().id(SpanRow(i)).value);
      uint32_t shown = 0;
      for (const sim::SimulatedSpan& span : world.truth.spans) {
        const bool isBlamed = std::find(world.plant.blamed.begin(), world.plant.blamed.end(),
                                        span.operation) != world.plant.blamed.end();
        if (!isBlamed) continue;
        ++shown;
        EXPECT_TRUE(world.plant.anywhere || recorded.contains(span.id));
      }
      EXPECT_GT(shown, 0U);
      if (!world.savingNs || world.plant.nothingToSave) return;
      const int64_t whole = world.plant.endToEnd ? world.truth.endToEndNs : world.truth.responseNs;
      EXPECT_GE(*world.savingNs, std::max(kMs, whole / 50)) << world.plant.shape;
      EXPECT_LE(*world.savingNs, whole);
    });
  }
}

TEST(Catalogue, ThingsThatAreNoFaultsBlameNobody) {
  for (const Kind& k : allKinds()) {
    for (uint32_t i = 0; i < kFew; ++i) {
      const World world = makeWorld(k, kTuningSeed, i, false);
      EXPECT_TRUE(world.plant.blamed.empty()) << k.id;
      EXPECT_FALSE(world.plant.shape.empty());
    }
  }
}

TEST(Catalogue, CasesOfASeedAreAlwaysTheSameAndOthersThanOfAnother) {
  for (const Kind& k : allKinds()) {
    const World a = makeWorld(k, 1, 3, true), b = makeWorld(k, 1, 3, true),
                c = makeWorld(k, kFirstHeldOutSeed, 3, true);
    EXPECT_EQ(a.truth.responseNs, b.truth.responseNs);
    EXPECT_EQ(a.snapshot->chunks()[0]->bytes(), b.snapshot->chunks()[0]->bytes());
    EXPECT_NE(a.snapshot->chunks()[0]->bytes(), c.snapshot->chunks()[0]->bytes());
  }
}

TEST(Catalogue, RepeatedQueriesAreFiveOrMoreInARow) {
  forEachFault("B5", [](const World& world) {
    const Spans calls = blamedCalls(world, world.plant.blamed[0]);
    EXPECT_GE(calls.size(), 5U);
    EXPECT_TRUE(areInSeries(calls));
    EXPECT_GE(sumNs(calls), 10 * kMs);
    const Operation& o = world.plant.judged.operations[world.plant.blamed[0]];
    std::set<uint64_t> targets;
    for (const auto& call : calls) targets.insert(call.target);
    EXPECT_EQ(targets.size(), calls.size());
    EXPECT_TRUE(o.literal || calls.size() >= 15 || !o.scope.empty() || o.body[0].time.sigma > 0.8);
  });
  forEachFault("B6", [](const World& world) {
    const Spans calls = blamedCalls(world, world.plant.blamed[0]);
    EXPECT_GE(calls.size(), 5U);
    EXPECT_TRUE(areInSeries(calls));
  });
}

TEST(Catalogue, AStragglerEndsAloneAndLate) {
  forEachFault("B9", [](const World& world) {
    Spans calls = blamedCalls(world, world.plant.blamed[0]);
    ASSERT_GE(calls.size(), 3U);
    std::sort(calls.begin(), calls.end(), [](const auto& a, const auto& b) { return a.endNs < b.endNs; });
    EXPECT_GE(calls.back().endNs - calls[calls.size() - 2].endNs, 5 * kMs);
    EXPECT_LT(calls.back().startNs, calls.front().endNs);
  });
}

TEST(Catalogue, RetriesFailBeforeTheySucceed) {
  forEachFault("B10", [](const World& world) {
    const Spans calls = blamedCalls(world, world.plant.blamed[0]);
    ASSERT_GE(calls.size(), 2U);
    for (size_t i = 0; i + 1 < calls.size(); ++i) EXPECT_TRUE(calls[i].error);
    EXPECT_FALSE(calls.back().error);
  });
}

TEST(Catalogue, TimeoutsLastARoundTimeOrSayWhatTheyAre) {
  const std::vector<double> round{100, 250, 500, 1000, 2000, 3000, 5000, 10000, 15000, 20000, 30000, 60000};
  forEachFault("B12", [&](const World& world) {
    const Spans calls = blamedCalls(world, world.plant.blamed[0]);
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_TRUE(calls[0].error);
    const double ms = static_cast<double>(calls[0].endNs - calls[0].startNs) * 1e-6;
    const bool isRound =
        std::any_of(round.begin(), round.end(), [&](double r) { return std::abs(ms - r) < 0.01 * r; });
    EXPECT_TRUE(isRound || world.plant.judged.operations[world.plant.blamed[0]].protocol == Protocol::Grpc)
        << ms;
  });
}

TEST(Catalogue, TheCalleeWorksOnAfterItsCallerGaveUp) {
  forEachFault("B13", [](const World& world) {
    int64_t client = 0, server = 0;
    for (const sim::SimulatedSpan& span : world.truth.spans) {
      if (span.operation != world.plant.blamed[0]) continue;
      (span.kind == otlp::SpanKind::Server ? server : client) = span.endNs;
    }
    EXPECT_GE(server - client, 10 * kMs);
  });
}

TEST(Catalogue, APoolHasACeiling) {
  forEachFault("B16", [](const World& world) {
    const Spans calls = blamedCalls(world, world.plant.blamed[0]);
    EXPECT_GE(calls.size(), 5U);
    size_t most = 0;
    for (const auto& a : calls) {
      most = std::max<size_t>(
          most, static_cast<size_t>(std::count_if(calls.begin(), calls.end(), [&](const auto& b) {
            return b.startNs <= a.startNs && a.startNs < b.endNs;
          })));
    }
    EXPECT_GE(most, 2U);
    EXPECT_LE(most, 6U);
    EXPECT_LT(most, calls.size());
  });
}

TEST(Catalogue, MessagesWaitInQueuesAndForBatches) {
  forEachFault("B17", [](const World& world) {
    int64_t sent = 0, taken = 0;
    for (const sim::SimulatedSpan& span : world.truth.spans) {
      if (span.operation == world.plant.blamed[0]) sent = span.endNs;
      if (span.operation == world.plant.blamed[1]) taken = span.startNs;
    }
    EXPECT_GE(taken - sent, 50 * kMs);
    EXPECT_GE((taken - sent) * 5, world.truth.endToEndNs);
  });
  forEachFault("B18", [](const World& world) {
    const Spans sent = blamedCalls(world, world.plant.blamed[0]);
    EXPECT_GE(sent.back().endNs - sent.front().endNs, 50 * kMs);
    const bool isLinked = std::any_of(world.truth.spans.begin(), world.truth.spans.end(),
                                      [&](const auto& span) { return span.links.size() == sent.size(); });
    EXPECT_TRUE(isLinked);
  });
}

TEST(Catalogue, LargePayloadsAreLargeAndSlow) {
  forEachFault("B22", [](const World& world) {
    const bool isThere =
        std::any_of(world.truth.spans.begin(), world.truth.spans.end(), [](const auto& span) {
          return span.payloadBytes >= 300'000 && span.endNs - span.startNs >= 100 * kMs;
        });
    EXPECT_TRUE(isThere);
  });
}

TEST(Catalogue, WorkGoesOnAfterTheResponse) {
  forEachFault("B23", [](const World& world) {
    EXPECT_GE((world.truth.endToEndNs - world.truth.responseNs) * 5, world.truth.responseNs);
  });
}

}  // namespace
}  // namespace waybill::acceptance
