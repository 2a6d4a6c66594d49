// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <atomic>
#include <map>
#include <tuple>
#include <string>
#include <thread>

#include "acceptance/agreement.h"
#include "acceptance/culprits.h"
#include "acceptance/savings.h"
#include "acceptance/table.h"
#include "analysis/population.h"
#include "analysis/trace_analysis.h"
#include "bench/bar.h"
#include "bench/measure.h"
#include "support/simulator/random_system.h"
#include "support/simulator/recording.h"

// How right the findings are (ANALYSIS section 6.5), and how soon those of simulated systems are there.
// Planted cases come from the seed of the run plus kFirstHeldOutSeed: nobody has tuned on them.
namespace waybill::bench {
namespace {

namespace sim = test::sim;
using acceptance::DetectorScore;
using acceptance::Kind;
using acceptance::Usual;

uint64_t heldOut(const Size& size) {
  return acceptance::kFirstHeldOutSeed + size.seed;
}
// The target asks for 200 cases each; a quick run proves that it runs.
uint32_t casesOf(const Size& size) {
  return size.repetitions > 1 ? 200 : 4;
}
uint32_t systemsOf(const Size& size) {
  return size.repetitions > 1 ? 40 : 3;
}

// One measurement serves the bars of a detector.
const DetectorScore& scoreOf(const Kind& kind, const Size& size, Usual usual) {
  static std::map<std::tuple<std::string_view, uint64_t, Usual>, DetectorScore> known;
  const auto [entry, isNew] = known.try_emplace({kind.id, size.seed * 1000 + casesOf(size), usual});
  if (isNew) entry->second = acceptance::scoreOf(kind, heldOut(size), casesOf(size), usual);
  return entry->second;
}

Bar detectorBar(const Kind& kind, const std::string& what, double limit, acceptance::Share DetectorScore::* share,
                Usual usual = Usual::Here, Bar::Sense sense = Bar::Sense::AtLeast) {
  const std::string name = std::string(kind.id) + " " + std::string(kind.name) +
                           (usual == Usual::Elsewhere ? ", with a baseline: " : ": ") + what;
  return {name, "", sense, limit, [&kind, share, usual](const Size& size) {
            const DetectorScore& score = scoreOf(kind, size, usual);
            note(score.built ? (score.*share).text() + "; false alarms " + score.falseAlarms.text()
                             : "not built");
            return (score.*share).value();
          }};
}

Bar savingBar() {
  return {"predicted saving within 10 % of re-simulation", "", Bar::Sense::AtLeast, 0.95,
          [](const Size& size) {
            const acceptance::SavingScore score = acceptance::savingScore(heldOut(size), systemsOf(size), 3);
            note(score.within10Percent.text() + "; best operation found " + score.bestFound.text() +
                 ", regret " + std::to_string(acceptance::mean(score.regrets)));
            return score.within10Percent.value();
          }};
}

Bar tailBar() {
  return {"predicted p99 after a fix, error at the 90th percentile", "%", Bar::Sense::AtMost, 1,
          [](const Size& size) {
            const auto errors =
                acceptance::tailErrors(heldOut(size), systemsOf(size), size.repetitions > 1 ? 200 : 20);
            note("n=" + std::to_string(errors.size()) + " systems");
            return 100 * acceptance::quantile(errors, 0.9);
          }};
}

std::vector<Bar> culpritBars() {
  const auto score = [](const Size& size) {
    return acceptance::culpritScore(heldOut(size), size.repetitions > 1 ? 300 : 6);
  };
  return {{"found it stands at the planted step", "", Bar::Sense::AtLeast, 0.95,
           [score](const Size& size) {
             const acceptance::CulpritScore s = score(size);
             note(s.right.text() + "; named in " + s.named.text());
             return s.right.value();
           }},
          {"culprits invented in flat traces", "", Bar::Sense::AtMost, 0.02,
           [score](const Size& size) {
             const acceptance::CulpritScore s = score(size);
             note(s.invented.text());
             return s.invented.value();
           }},
          {"headline and first finding name the same step, or it says why not", "", Bar::Sense::AtLeast, 1,
           [](const Size& size) {
             const auto s = acceptance::agreementScore(heldOut(size), size.repetitions > 1 ? 40 : 2);
             note(s.agreeing.text());
             return s.agreeing.value();
           }},
          {"high findings in 1,000 traces without a fault, with a baseline", "", Bar::Sense::AtMost, 2,
           [](const Size& size) {
             const acceptance::FaultFreeScore s =
                 acceptance::faultFreeScore(heldOut(size), systemsOf(size), 50, Usual::Elsewhere);
             note("traces with one " + s.withHighFinding.text());
             return s.perThousand();
           }},
          {"high findings in 1,000 traces without a fault", "", Bar::Sense::AtMost, 2, [](const Size& size) {
             const acceptance::FaultFreeScore s =
                 acceptance::faultFreeScore(heldOut(size), systemsOf(size), 50);
             std::string text = "traces with one " + s.withHighFinding.text();
             for (const auto& [kind, count] : s.byKind) text += " " + kind + ":" + std::to_string(count);
             note(text);
             return s.perThousand();
           }}};
}

// So many traces of about 50 spans, of ten systems.
std::shared_ptr<const store::Snapshot> manyTraces(uint64_t traces, uint64_t seed) {
  std::vector<sim::System> systems;
  for (uint64_t i = 0; i < 10; ++i) systems.push_back(sim::randomSystem(seed * 100 + i, {.spans = 65}));
  otlp::WireWriter out;
  for (uint64_t i = 0; i < traces; ++i) {
    const sim::System& system = systems[i % systems.size()];
    sim::recordTrace(out, system, sim::simulate(system, seed, i), {1, i + 1},
                     sim::kFirstRequestNs + static_cast<int64_t>(i) * 1'000'000, {seed, 0, 0});
  }
  return sim::loaded(std::move(out));
}

// Everything that is said of every trace, on two threads.
size_t analyzeAll(const std::shared_ptr<const store::Snapshot>& snapshot) {
  const auto population = analysis::buildPopulation(snapshot, {}, 2);
  std::atomic<uint32_t> next = 0;
  std::atomic<size_t> findings = 0;
  const auto work = [&] {
    analysis::OperationMemo memo;
    for (uint32_t i = next++; i < snapshot->traceCount(); i = next++) {
      findings += analysis::analyzeTrace(snapshot, TraceIndex(i), population, {}, &memo)->findings.size();
    }
  };
  const std::jthread other(work);
  work();
  return findings;
}

Bar manyTracesBar() {
  return {"all findings of 10,000 simulated traces of 50 spans, two cores", "s", Bar::Sense::AtMost, 3,
          [](const Size& size) {
            const auto snapshot = manyTraces(size.spans / 100, size.seed);
            size_t findings = 0;
            const double processor = secondsOf([&] { findings = analyzeAll(snapshot); });
            note(std::to_string(snapshot->traceCount()) + " traces, " +
                 std::to_string(snapshot->spanCount()) + " spans, " + std::to_string(findings) +
                 " findings; processor time of both cores, halved");
            return processor / 2;
          }};
}

}  // namespace

std::vector<Bar> findingsBars() {
  std::vector<Bar> bars;
  for (const Kind& kind : acceptance::allKinds()) {
    bars.push_back(detectorBar(kind, "precision", 0.95, &DetectorScore::precision));
    bars.push_back(detectorBar(kind, "recall", 0.90, &DetectorScore::recall));
  }
  for (const Kind& kind : acceptance::allShapes()) {
    for (const Usual usual : {Usual::Here, Usual::Elsewhere}) {
      bars.push_back(detectorBar(kind, "precision", 0.95, &DetectorScore::precision, usual));
      bars.push_back(detectorBar(kind, "recall", 0.90, &DetectorScore::recall, usual));
      bars.push_back(detectorBar(kind, "found it is right", 0.95, &DetectorScore::foundItRight, usual));
      bars.push_back(
          detectorBar(kind, "found it invented", 0.02, &DetectorScore::invented, usual, Bar::Sense::AtMost));
    }
  }
  bars.push_back(savingBar());
  bars.push_back(tailBar());
  for (Bar& bar : culpritBars()) bars.push_back(std::move(bar));
  bars.push_back(manyTracesBar());
  return bars;
}

}  // namespace waybill::bench
