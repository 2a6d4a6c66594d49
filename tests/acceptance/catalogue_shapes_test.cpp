// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "acceptance/judge.h"
#include "acceptance/table.h"

// Are the shapes what they are called? Checked on the simulated spans and on what is recorded, without the engine.
namespace waybill::acceptance {
namespace {

constexpr uint32_t kFew = 25;
constexpr int64_t kMs = 1'000'000;

using Span = sim::SimulatedSpan;

void forEachCase(std::string_view id, bool real, const std::function<void(const World&)>& check) {
  const auto kind = std::find_if(allShapes().begin(), allShapes().end(), [&](const Kind& k) { return k.id == id; });
  for (uint32_t i = 0; i < kFew; ++i) {
    const World world = makeWorld(*kind, kTuningSeed, i, real);
    SCOPED_TRACE(std::string(id) + " case " + std::to_string(i) + ": " + world.plant.shape);
    check(world);
  }
}

bool isOf(const Span& span, const std::vector<uint32_t>& operations) {
  return std::find(operations.begin(), operations.end(), span.operation) != operations.end();
}

std::set<uint64_t> recordedIds(const World& world) {
  std::set<uint64_t> ids;
  for (uint32_t i = 0; i < world.snapshot->spanCount(); ++i) ids.insert(world.snapshot->spans().id(SpanRow(i)).value);
  return ids;
}

TEST(Shapes, TheFaultIsHalfOfTheResponseAndRecorded) {
  for (const Kind& k : allShapes()) {
    forEachCase(k.id, true, [](const World& world) {
      const Plant& plant = world.plant;
      ASSERT_TRUE(!plant.blamed.empty() || plant.blamedService);
      ASSERT_TRUE(plant.normal);
      ASSERT_FALSE(plant.kinds.empty());
      const int64_t usual = sim::simulate(*plant.normal, world.seed, kJudgedRequest).responseNs;
      EXPECT_GE((world.truth.responseNs - usual) * 100, world.truth.responseNs * 50);
      EXPECT_GE(world.savingNs.value_or(world.truth.responseNs) * 2, world.truth.responseNs);
      const std::set<uint64_t> recorded = recordedIds(world);
      for (const Span& span : world.truth.spans) {
        EXPECT_TRUE(!isOf(span, plant.blamed) || span.parent == 0 || recorded.contains(span.id));
      }
    });
  }
}

TEST(Shapes, ThingsThatMisleadAreNoFaults) {
  for (const Kind& k : allShapes()) {
    forEachCase(k.id, false, [](const World& world) {
      const Plant& plant = world.plant;
      EXPECT_TRUE(plant.blamed.empty() && !plant.blamedService);
      EXPECT_TRUE(plant.isFlat || !plant.innocent.empty() || !plant.untrue.empty() || !plant.partlyUnknown.empty());
    });
  }
}

TEST(Shapes, ANormalStoreHoldsNoFaultAndAllRequestsOfTheOtherDo) {
  for (const Kind& k : allShapes()) {
    for (uint32_t i = 0; i < kFew; ++i) {
      const World world = makeWorld(k, kTuningSeed, i, true, Usual::Elsewhere);
      ASSERT_NE(world.normal, nullptr);
      EXPECT_EQ(world.normal->traceCount(), 40U);
      EXPECT_GE(world.snapshot->traceCount(), 2U);
      // A trace is as long as its stream, or nobody knows how long.
      if (k.id == "R4" || !world.plant.unknownTimes.empty()) continue;
      const auto median = [](const store::Snapshot& snapshot) {
        std::vector<int64_t> ns;
        for (uint32_t t = 0; t < snapshot.traceCount(); ++t) ns.push_back(snapshot.trace(TraceIndex(t)).durationNs());
        std::sort(ns.begin(), ns.end());
        return ns[ns.size() / 2];
      };
      EXPECT_LT(median(*world.normal), median(*world.snapshot)) << k.id << " " << i;
    }
  }
}

TEST(Shapes, AServerOutlivesTheClientThatGaveUp) {
  forEachCase("R1", true, [](const World& world) {
    const Span *client = nullptr, *server = nullptr;
    for (const Span& span : world.truth.spans) {
      if (span.operation != world.plant.blamed[0]) continue;
      (span.kind == otlp::SpanKind::Server ? server : client) = &span;
    }
    ASSERT_TRUE(client && server);
    const int64_t limit = client->endNs - client->startNs;
    const double by = static_cast<double>(server->endNs - client->endNs) / static_cast<double>(limit);
    EXPECT_GT(by, 0.09);
    EXPECT_LT(by, 11);
    EXPECT_LT(server->startNs, client->startNs + limit / 2) << "it waited for the server";
  });
}

TEST(Shapes, AMirrorLiesOverASiblingThatHasChildren) {
  forEachCase("R2", true, [](const World& world) {
    std::set<uint64_t> parents;
    for (const Span& span : world.truth.spans) parents.insert(span.parent);
    for (const Span& leaf : world.truth.spans) {
      if (!isOf(leaf, world.plant.innocent)) continue;
      EXPECT_FALSE(parents.contains(leaf.id));
      EXPECT_TRUE(std::any_of(world.truth.spans.begin(), world.truth.spans.end(), [&](const Span& other) {
        return other.parent == leaf.parent && parents.contains(other.id) &&
               std::abs(other.startNs - leaf.startNs) <= kMs / 50 && std::abs(other.endNs - leaf.endNs) <= kMs / 50;
      }));
    }
  });
}

TEST(Shapes, OfTwoEqualBranchesNeitherAloneSavesMuch) {
  forEachCase("R2", false, [](const World& world) {
    if (!world.plant.judgesSaving) return;
    EXPECT_LE(*world.savingNs * 10, world.truth.responseNs);
    EXPECT_FALSE(world.noise.dropShare > 0);
  });
}

TEST(Shapes, AllCallsOfAStarvedCallerLoseTime) {
  forEachCase("R3", true, [](const World& world) {
    const sim::SimulatedTrace usual = sim::simulate(*world.plant.normal, world.seed, kJudgedRequest);
    std::map<uint64_t, int64_t> usually;
    const auto lost = [](const sim::SimulatedTrace& trace, const Span& client) {
      for (const Span& server : trace.spans) {
        if (server.parent == client.id) return client.endNs - client.startNs - (server.endNs - server.startNs);
      }
      return int64_t{-1};
    };
    for (const Span& span : usual.spans) usually[span.id] = lost(usual, span);
    std::set<uint32_t> callees;
    for (const Span& span : world.truth.spans) {
      if (span.kind != otlp::SpanKind::Client || lost(world.truth, span) < 0) continue;
      if (span.service != *world.plant.blamedService) {
        EXPECT_EQ(lost(world.truth, span), usually[span.id]);
        continue;
      }
      EXPECT_GT(lost(world.truth, span), 2 * usually[span.id]);
      callees.insert(world.plant.judged.operations[span.operation].service);
    }
    EXPECT_GE(callees.size(), 3U);
  });
}

TEST(Shapes, NoTwoStreamsLastAlike) {
  forEachCase("R4", false, [](const World& world) {
    std::vector<int64_t> ns;
    for (uint64_t request = 0; request < 20; ++request) {
      for (const Span& span : sim::simulate(world.plant.crowd, world.seed, request).spans) {
        const bool isOutermost = span.parent == 0 || span.kind != otlp::SpanKind::Server;
        if (isOutermost && isOf(span, world.plant.innocent)) ns.push_back(span.endNs - span.startNs);
      }
    }
    ASSERT_GE(ns.size(), 20U);
    std::sort(ns.begin(), ns.end());
    EXPECT_GT(ns[ns.size() * 9 / 10], 2 * ns[ns.size() / 10]);
  });
}

TEST(Shapes, SeveralSpansNameARootThatIsNotRecorded) {
  forEachCase("R6", true, [](const World& world) {
    const uint64_t root = world.truth.spans.front().id;
    const std::set<uint64_t> recorded = recordedIds(world);
    EXPECT_FALSE(recorded.contains(root));
    EXPECT_GE(std::count_if(world.truth.spans.begin(), world.truth.spans.end(),
                            [&](const Span& span) { return span.parent == root && recorded.contains(span.id); }),
              1);
  });
}

TEST(Shapes, TimesThatAreUnknownAreRecordedWrongly) {
  std::set<int> ways;
  forEachCase("R7", false, [&](const World& world) {
    for (uint32_t i = 0; i < world.snapshot->spanCount(); ++i) {
      const otlp::SpanView span = world.snapshot->span(SpanRow(i));
      if (span.startNs == 0) ways.insert(0);
      if (span.endNs == 0) ways.insert(1);
      if (span.startNs > span.endNs && span.endNs > 0) ways.insert(2);
    }
  });
  EXPECT_EQ(ways.size(), 3U);
}

}  // namespace
}  // namespace waybill::acceptance
