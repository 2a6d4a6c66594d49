// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "analysis/detector.h"
#include "analysis/registry.h"
#include "analysis/replay.h"
#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr int64_t kMs = 1'000'000;

constexpr std::string_view kBuy = R"(
  web POST /buy             0..155ms    SERVER
    payment POST /charge    2..152ms    SERVER
      bank-api POST /auth   7..147ms    SERVER
    email POST /send        152..155ms  SERVER
)";

std::string headlineOf(std::string_view text) {
  return analysisOf(text)->headline;
}

// "web slow payment found bank-api": the steps with their marks.
std::string trailOf(const TraceAnalysis& analysis) {
  std::string out;
  for (const TrailStep& step : analysis.trail.steps) {
    out += (out.empty() ? "" : " > ") + std::string(analysis.tree.serviceName(step.node));
    if (step.slow) out += " slow";
    if (step.foundIt) out += " found";
  }
  return out;
}

// "B1 bank-api 140": kind, service blamed, saving in milliseconds.
std::vector<std::string> findingsOf(const TraceAnalysis& analysis) {
  std::vector<std::string> out;
  for (const Finding& finding : analysis.findings) {
    out.push_back(std::string(finding.kind) + " " + finding.service + " " +
                  std::to_string(finding.savingNs / kMs));
  }
  return out;
}

TEST(Headline, OfTheSampleNamesTheBank) {
  const auto analysis = analysisOf(kBuy);
  EXPECT_EQ(analysis->headline, "90 % of this request was spent in bank-api POST /auth (140 of 155 ms).");
  EXPECT_EQ(trailOf(*analysis), "web > payment slow > bank-api found");
  EXPECT_EQ(analysis->trail.culpritNs, 140 * kMs);
}

TEST(Headline, OfTheSampleDoesNotDependOnKinds) {
  for (const std::string_view kind : {"INTERNAL", "CLIENT", "SERVER"}) {
    std::string text(kBuy);
    for (size_t at = 0; (at = text.find("SERVER", at)) != std::string::npos; at += kind.size()) {
      text.replace(at, 6, kind);
    }
    EXPECT_THAT(headlineOf(text),
                HasSubstr("90 % of this request was spent in bank-api POST /auth (140 of 155 ms)."))
        << kind;
  }
}

TEST(Headline, OwnTimeOfTheRootIsItsOwn) {
  EXPECT_EQ(headlineOf("web GET / 0..100ms SERVER\n  db query 10..20ms\n"),
            "90 % of this request was spent in web GET / itself (90 of 100 ms).");
}

TEST(Headline, OfASingleSpan) {
  EXPECT_EQ(headlineOf("web GET / 0..1500ms\n"), "This trace is a single span: web GET / took 1.5 s.");
}

TEST(Headline, OfARootWithoutDuration) {
  EXPECT_EQ(headlineOf("web GET / 0..0ms\n  db q 0..5ms\n"),
            "web GET / has no duration of its own: there is nothing to explain.");
}

TEST(Headline, NamesThePeerOfALeafClient) {
  EXPECT_EQ(
      headlineOf(
          "web GET / 0..1500ms SERVER\n  payment SELECT orders 100..1300ms CLIENT {db.system=postgresql}\n"),
      "80 % of this request was spent in postgresql SELECT orders called by payment (1.2 of 1.5 s).");
}

TEST(Headline, NamesBothEndsOfAnEdge) {
  EXPECT_EQ(
      headlineOf("web GET / 0..100ms SERVER\n  web GET 5..95ms CLIENT\n    cart GET /cart 50..60ms SERVER\n"),
      "80 % of this request was spent between web and cart (80 of 100 ms).");
}

TEST(Headline, SpreadTimeInventsNoCulprit) {
  std::string text = "web GET / 0..100ms SERVER\n";
  for (int i = 0; i < 10; ++i) {
    text += "  s" + std::to_string(i) + " work " + std::to_string(10 * i) + ".." +
            std::to_string(10 * i + 10) + "ms\n";
  }
  const auto analysis = analysisOf(text);
  EXPECT_EQ(analysis->headline, "The time is spread over 9 steps; the largest is s0 work (10 %).");
  EXPECT_FALSE(analysis->trail.culprit.has_value());
  EXPECT_TRUE(analysis->findings.empty());
}

TEST(Headline, ManyCallsOfOneOperationAreNamedTogether) {
  std::string text = "web GET / 0..100ms SERVER\n";
  for (int i = 0; i < 9; ++i) {
    text += "  web SELECT " + std::to_string(10 * i) + ".." + std::to_string(10 * i + 10) +
            "ms CLIENT {db.system=mysql}\n";
  }
  EXPECT_EQ(headlineOf(text),
            "90 % of this request was spent in 9 calls of mysql SELECT called by web (90 of 100 ms).");
}

TEST(Headline, TimeSpreadBelowAStepIsSaidSo) {
  std::string text = "web GET / 0..100ms SERVER\n  payment POST 0..90ms\n";
  for (int i = 0; i < 9; ++i) {
    text += "    s" + std::to_string(i) + " work " + std::to_string(10 * i) + ".." +
            std::to_string(10 * i + 10) + "ms\n";
  }
  EXPECT_EQ(
      headlineOf(text),
      "90 % of this request was spent in payment POST and the steps below it (90 of 100 ms); no single one "
      "carries half of that.");
}

TEST(Headline, AStepThatCarriesLittleIsNotBlamed) {
  // Each step has a little more than half of its time below it; the deepest carries 20 % of the request.
  const auto analysis = analysisOf("a op 0..100ms\n  b op 0..60ms\n    c op 0..35ms\n      d op 0..20ms\n");
  EXPECT_EQ(analysis->headline, "The time is spread over 4 steps; the largest is a op (40 %).");
  EXPECT_FALSE(analysis->trail.culprit.has_value());
  EXPECT_EQ(trailOf(*analysis), "a > b > c > d");
}

TEST(OperationText, StaysSensibleWhateverTheNames) {
  const auto textOf = [](std::string_view line) { return operationText(treeOf(line), NodeIndex(0)); };
  EXPECT_EQ(textOf("cart GET 0..9ms"), "cart GET");
  EXPECT_EQ(textOf("cart \"\" 0..9ms"), "cart (no name)");
  EXPECT_EQ(textOf("cart cart.GetItems 0..9ms"), "cart.GetItems");
  EXPECT_EQ(textOf("cart Cart GET 0..9ms"), "Cart GET");
  EXPECT_EQ(textOf("cart cartoon 0..9ms"), "cart cartoon");
  EXPECT_EQ(textOf("\"\" GET 0..9ms"), "GET");
  EXPECT_EQ(textOf("\"\" \"\" 0..9ms"), "unknown_service (no name)");
  EXPECT_EQ(textOf("cart \"two\tparts\" 0..9ms"), "cart two parts");
  EXPECT_LE(textOf("cart " + std::string(5'000, 'x') + " 0..9ms").size(), 120u);
}

TEST(OperationText, PrefersTheNameOfAService) {
  const auto peerOf = [](std::string_view attributes) {
    return peerName(treeOf("a op 0..9ms CLIENT {" + std::string(attributes) + "}"), NodeIndex(0));
  };
  EXPECT_EQ(peerOf("server.address=10.0.0.1, db.system=redis"), "redis");
  EXPECT_EQ(peerOf("server.address=10.0.0.1, peer.service=bank"), "bank");
  EXPECT_EQ(peerOf("messaging.system=kafka, messaging.destination.name=orders"), "orders");
  EXPECT_EQ(peerOf("net.peer.name=db1"), "db1");
  EXPECT_EQ(peerOf("http.method=GET"), "");
  EXPECT_EQ(peerOf("server.address=17"), "");  // an int is no name
}

TEST(Findings, OfTheSampleBlameTheBankAlone) {
  const auto analysis = analysisOf(kBuy);
  EXPECT_THAT(findingsOf(*analysis), testing::ElementsAre("B1 bank-api 140"));
  const Finding& finding = analysis->findings.front();
  EXPECT_EQ(finding.severity, Severity::Critical);
  EXPECT_EQ(finding.confidence, Confidence::High);
  EXPECT_TRUE(finding.savingIsUpperBound);
  EXPECT_EQ(finding.operation, "POST /auth");
  EXPECT_THAT(finding.evidence, testing::ElementsAre(nodeOf(analysis->tree, "POST /auth")));
  EXPECT_EQ(
      finding.sentence,
      "bank-api POST /auth spends 140 ms of this 155 ms request in its own code or waiting; no child span "
      "covers it.");
}

TEST(Findings, ALeafClientBlamesItsPeer) {
  const auto analysis = analysisOf(R"(
    web POST /buy            0..155ms  SERVER
      payment POST /charge   2..152ms  SERVER
        payment POST /auth   7..147ms  CLIENT {peer.service=bank}
  )");
  EXPECT_THAT(findingsOf(*analysis), testing::ElementsAre("B2 bank 140"));
  EXPECT_EQ(analysis->findings[0].peerService, "payment");
  EXPECT_EQ(analysis->findings[0].sentence,
            "payment waits 140 ms of this 155 ms request for bank (POST /auth).");
}

TEST(Findings, CallsOfOneNameToSeveralPeersAreKeptApart) {
  const auto analysis = analysisOf(R"(
    web r 0..100ms SERVER
      web GET 0..40ms CLIENT {server.address=a}
      web GET 40..60ms CLIENT {server.address=b}
      web GET 60..90ms CLIENT {server.address=a}
  )");
  EXPECT_THAT(findingsOf(*analysis), testing::ElementsAre("B2 a 70", "B2 b 20"));
  EXPECT_THAT(analysis->findings[0].sentence, HasSubstr("in 2 calls."));
}

TEST(Findings, TimeBetweenTwoServicesIsTheNetworks) {
  const auto analysis = analysisOf(R"(
    checkout GET / 0..100ms SERVER
      checkout GET 5..90ms CLIENT
        cart GET /cart 50..54ms SERVER
  )");
  EXPECT_THAT(findingsOf(*analysis), testing::ElementsAre("B4 cart 81"));
  EXPECT_EQ(analysis->findings[0].peerService, "checkout");
  EXPECT_THAT(analysis->findings[0].sentence,
              HasSubstr("checkout → cart lost 81 ms between the two services"));
  EXPECT_THAT(analysis->findings[0].sentence, HasSubstr("cart itself needed 4 ms"));
}

TEST(Findings, OwnTimeOfOneOperationIsSummed) {
  std::string text = "web GET / 0..100ms SERVER\n";
  for (int i = 0; i < 10; ++i) {
    text += "  web render " + std::to_string(10 * i) + ".." + std::to_string(10 * i + 6) + "ms\n";
  }
  const auto analysis = analysisOf(text);
  EXPECT_THAT(findingsOf(*analysis), testing::ElementsAre("B1 web 60", "B1 web 40"));
  EXPECT_THAT(analysis->findings[0].sentence, HasSubstr("in 10 calls"));
}

TEST(Findings, SaveOnlyUntilTheNextBranch) {
  const auto analysis = analysisOf("web r 0..100ms\n  a long 0..100ms\n  b beside 0..95ms\n");
  EXPECT_THAT(findingsOf(*analysis), testing::ElementsAre("B1 a 5"));
  EXPECT_EQ(analysis->findings[0].severity, Severity::Medium);
}

TEST(Findings, AreLessSureOnDoubtfulEvidence) {
  const auto confidence = [](std::string_view text) { return analysisOf(text)->findings.at(0).confidence; };
  EXPECT_EQ(confidence("a r 0..100ms\n  b x 0..90ms\n"), Confidence::High);
  EXPECT_EQ(confidence("a r 0..100ms\nb x 0..90ms parent=99\n"), Confidence::Medium);
  EXPECT_EQ(confidence("a r 0..100ms\n  b x 0..90ms\nc lost 80..120ms parent=99\n"), Confidence::Medium);
  EXPECT_EQ(confidence("a r 0..?\n  b x 0..10ms\n    c y 5..90ms\n"), Confidence::Low);
}

TEST(Findings, NeedAMillisecond) {
  EXPECT_TRUE(analysisOf("a r 0..900us\n  b x 0..890us\n")->findings.empty());
}

TEST(Severity, GrowsWithTheShareAndTheTime) {
  EXPECT_EQ(severityOf(30, 100), Severity::Critical);
  EXPECT_EQ(severityOf(15, 100), Severity::High);
  EXPECT_EQ(severityOf(5, 100), Severity::Medium);
  EXPECT_EQ(severityOf(4, 100), Severity::Low);
  EXPECT_EQ(severityOf(1'000'000'000, INT64_MAX), Severity::Critical);
  EXPECT_EQ(smallestSavingNs(10), kMs);
  EXPECT_EQ(smallestSavingNs(1'000 * kMs), 20 * kMs);
}

TEST(Replay, ParallelBranchesWaitForEachOther) {
  const TraceTree tree = treeOf("s r 0..100ms\n  s a 0..100ms\n  s b 0..60ms\n  s c 60..90ms\n");
  const auto saving = [&](std::string_view name) {
    const std::array<NodeIndex, 1> spans{nodeOf(tree, name)};
    return savingWithoutOwnTime(tree, spans) / kMs;
  };
  EXPECT_EQ(saving("a"), 10);
  EXPECT_EQ(saving("b"), 0);
  EXPECT_EQ(saving("r"), 0);
}

TEST(Replay, WhatFollowsMovesForward) {
  const TraceTree tree = treeOf("s r 0..100ms\n  s a 10..40ms\n    s inner 15..35ms\n  s b 50..90ms\n");
  const auto saving = [&](std::string_view name) {
    const std::array<NodeIndex, 1> spans{nodeOf(tree, name)};
    return savingWithoutOwnTime(tree, spans) / kMs;
  };
  EXPECT_EQ(saving("a"), 10);
  EXPECT_EQ(saving("inner"), 20);
  EXPECT_EQ(saving("b"), 40);
  EXPECT_EQ(saving("r"), 30);
}

TEST(Replay, AnAsyncChildHoldsNothingUp) {
  const TraceTree tree = treeOf("s r 0..100ms\n  s a 10..90ms\n  s later 20..300ms\n");
  const std::array<NodeIndex, 1> spans{nodeOf(tree, "a")};
  EXPECT_EQ(savingWithoutOwnTime(tree, spans), 80 * kMs);
}

TEST(Detectors, AreListedOnceWithTheirNames) {
  std::vector<std::string_view> kinds;
  for (const Detector& detector : allDetectors()) {
    EXPECT_FALSE(detector.title.empty());
    kinds.push_back(detector.kind);
  }
  EXPECT_THAT(kinds, testing::IsSupersetOf({"B1", "B2", "B3", "B4", "B15", "B24"}));
  EXPECT_EQ(std::set(kinds.begin(), kinds.end()).size(), kinds.size());
}

TEST(AnalyzeTrace, StopsWhenAsked) {
  const auto stop = std::make_unique<std::stop_source>();
  stop->request_stop();
  EXPECT_EQ(analyzeTrace(snapshotOf(kBuy), kFirstTrace, stop->get_token()), nullptr);
}

}  // namespace
}  // namespace waybill::analysis
