// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Detectors side by side say what they say one after another.
#include <gtest/gtest.h>

#include "analysis/population.h"
#include "analysis/registry.h"
#include "analysis_support.h"
#include "random_trace.h"

namespace waybill::analysis {
namespace {

using namespace test;

// Calls that say what they ask for, so that every kind of reading is done.
void addAttributes(RandomTrace& random, Spans& spans) {
  for (SpanSpec& span : spans) {
    const std::string id = std::to_string(random.below(3));
    if (random.oneIn(3)) {
      span.attributes = {{"db.system", "postgresql"}, {"db.statement", "SELECT * FROM orders WHERE id = " + id}};
    } else if (random.oneIn(3)) {
      span.attributes = {{"http.request.method", "GET"}, {"url.full", "http://shop/item/100" + id}};
    }
    if (random.oneIn(5)) span.attributes.emplace_back("http.response.body.size", "900000");
    if (random.oneIn(9)) span.attributes.emplace_back("db.client.connection.wait_time", "3");
    if (random.oneIn(9)) span.attributes.emplace_back("faas.coldstart", "true");
  }
}

Spans manyTraces(RandomTrace& random, uint64_t traces) {
  Spans out;
  for (uint64_t trace = 0; trace < traces; ++trace) {
    Spans spans = random.make(1 + random.below(60));
    addAttributes(random, spans);
    for (SpanSpec& span : spans) span.trace = TraceId{0, 1 + trace};
    out.insert(out.end(), spans.begin(), spans.end());
  }
  return out;
}

void expectSame(const std::vector<Finding>& a, const std::vector<Finding>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].kind, b[i].kind);
    ASSERT_EQ(a[i].savingNs, b[i].savingNs);
    ASSERT_EQ(a[i].severity, b[i].severity);
    ASSERT_EQ(a[i].confidence, b[i].confidence);
    ASSERT_EQ(a[i].evidence, b[i].evidence);
    ASSERT_EQ(a[i].sentence, b[i].sentence);
    ASSERT_EQ(a[i].alsoExplains, b[i].alsoExplains);
  }
}

size_t expectThreadsDoNotMatter(const std::shared_ptr<const store::Snapshot>& snapshot,
                                std::shared_ptr<const Population> population) {
  size_t found = 0;
  for (uint32_t trace = 0; trace < snapshot->traceCount(); ++trace) {
    const auto alone = analyzeTrace(snapshot, TraceIndex(trace), population);
    const auto together = explain(*alone, alone->operations, {3, 1});
    if (!together) {
      ADD_FAILURE() << "nobody asked for a stop";
      return found;
    }
    expectSame(alone->findings, *together);
    found += together->size();
  }
  return found;
}

TEST(ExplainOnThreads, FindsTheSameAsOneThread) {
  constexpr int kStores = kTrees / 5'000;
  size_t found = 0;
  onEachTrace(kStores, 8'000'000, [&](RandomTrace& random) {
    const Spans spans = manyTraces(random, 40);
    const auto snapshot = snapshotOf(std::span<const SpanSpec>(spans));
    found += expectThreadsDoNotMatter(snapshot, nullptr);
    found += expectThreadsDoNotMatter(snapshot, buildPopulation(snapshot, {}, 1));
  });
  EXPECT_GT(found, 100u);
}

TEST(ExplainOnThreads, FindsNothingAfterAStop) {
  RandomTrace random(1);
  const Spans spans = manyTraces(random, 1);
  const auto snapshot = snapshotOf(std::span<const SpanSpec>(spans));
  const auto analysis = analyzeTrace(snapshot, kFirstTrace);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(explain(*analysis, analysis->operations, {2, 1}, stop.get_token()).has_value());
  EXPECT_FALSE(explain(*analysis, analysis->operations, {}, stop.get_token()).has_value());
}

// What is asked of very many spans is read from their bytes alone, and is what the whole span says.
TEST(SemanticsOfManySpans, OneThingIsReadAsAllOfThem) {
  RandomTrace random(2);
  Spans spans(SemanticsReader::kRemembered + 1'000);
  for (size_t i = 0; i < spans.size(); ++i) {
    spans[i].id = i + 1;
    spans[i].parent = i == 0 ? 0 : 1;
    spans[i].startNs = kEpochNs + i;
    spans[i].endNs = kEpochNs + spans.size();
  }
  addAttributes(random, spans);
  const TraceTree tree = buildTraceTree(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
  SemanticsReader narrow(tree), wide(tree);
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex node(i);
    const SpanSemantics& says = wide.of(node);
    ASSERT_EQ(narrow.callKeyOf(node), wide.callOf(node).key);
    ASSERT_EQ(narrow.startedCold(node), says.coldStart);
    ASSERT_EQ(narrow.poolWaitNs(node), says.poolWaitNs);
    ASSERT_EQ(narrow.payloadOf(node).requestBytes, says.requestBytes);
    ASSERT_EQ(narrow.payloadOf(node).responseBytes, says.responseBytes);
  }
  // Those read first are forgotten, and read again.
  EXPECT_EQ(wide.of(NodeIndex(0)).queryText, readSemantics(*tree.snapshot, tree.row[0]).queryText);
  EXPECT_EQ(wide.callOf(NodeIndex(0)).key, narrow.callKeyOf(NodeIndex(0)));
}

}  // namespace
}  // namespace waybill::analysis
