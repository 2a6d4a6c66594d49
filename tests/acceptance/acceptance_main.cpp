// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "acceptance/agreement.h"
#include "acceptance/culprits.h"
#include "acceptance/faults.h"
#include "acceptance/judge.h"
#include "acceptance/savings.h"
#include "acceptance/table.h"
#include "acceptance/trace_text.h"

// Prints how well the engine does on planted traces, or the cases in which it fails.
//   waybill-acceptance [--seed S] [--cases N] [--kind B5] [--shapes] [--failures N] [--normal]
// With --normal the R rows learn from another store what is usual.
//   … --faults FOLDER [--misses]: labelled faults of running systems too (faults.h); alone with --kind faults
//   waybill-acceptance [--seed S] --kind fault-free: the high findings in systems without a fault
//   waybill-acceptance [--seed S] --kind agreement: where headline and first finding name different steps
namespace waybill::acceptance {
namespace {

struct Options {
  uint64_t seed = kTuningSeed;
  uint32_t cases = 200;
  uint32_t failures = 0;
  std::string_view kind;
  std::string faults;
  bool misses = false;
  bool shapes = false;
  Usual usual = Usual::Here;
};

Options readArguments(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--shapes") options.shapes = true;
    if (argument == "--normal") options.usual = Usual::Elsewhere;
    if (argument == "--misses") options.misses = true;
    if (i + 1 == argc) break;
    if (argument == "--seed") options.seed = std::strtoull(argv[++i], nullptr, 10);
    if (argument == "--cases") options.cases = static_cast<uint32_t>(std::strtoul(argv[++i], nullptr, 10));
    if (argument == "--failures")
      options.failures = static_cast<uint32_t>(std::strtoul(argv[++i], nullptr, 10));
    if (argument == "--kind") options.kind = argv[++i];
    if (argument == "--faults") options.faults = argv[++i];
  }
  return options;
}

void printScore(const Kind& kind, const DetectorScore& score, bool shapes) {
  if (!score.built) return void(std::printf("%-4s %-26s not built\n", kind.id.data(), kind.name.data()));
  std::printf("%-4s %-26s precision %s  recall %s  alarms %s  saving %s\n", kind.id.data(), kind.name.data(),
              score.precision.text().c_str(), score.recall.text().c_str(), score.falseAlarms.text().c_str(),
              score.savingRight.text().c_str());
  if (kind.isShape) {
    std::printf("       found it right %s  invented %s\n", score.foundItRight.text().c_str(),
                score.invented.text().c_str());
  }
  if (!shapes) return;
  for (const auto& [shape, share] : score.foundByShape) {
    std::printf("       found  %s  %s\n", share.text().c_str(), shape.c_str());
  }
  for (const auto& [shape, share] : score.alarmsByShape) {
    std::printf("       alarms %s  %s\n", share.text().c_str(), shape.c_str());
  }
}

void printFailure(const Kind& kind, const World& world, const analysis::TraceAnalysis& analysis,
                  uint32_t number, bool real) {
  std::printf("## %s case %u, %s: %s\n", kind.id.data(), number, real ? "a fault" : "no fault",
              world.plant.shape.c_str());
  std::printf("others loaded: %u, skew up to %.1f ms, dropped %.0f %%", world.plant.crowdSize,
              world.noise.skewMs, 100 * world.noise.dropShare);
  if (world.savingNs) std::printf(", true saving %.2f ms", static_cast<double>(*world.savingNs) * 1e-6);
  std::printf("\nheadline: %s\n", analysis.headline.c_str());
  if (analysis.trail.culprit) {
    std::printf("found it: %s %s\n", std::string(analysis.tree.serviceName(*analysis.trail.culprit)).c_str(),
                std::string(analysis.tree.name(*analysis.trail.culprit)).c_str());
  }
  if (world.plant.blamedService) {
    std::printf("blamed service: %s\n", world.plant.judged.services[*world.plant.blamedService].name.c_str());
  }
  std::printf("blamed:");
  for (const uint32_t operation : world.plant.blamed) {
    std::printf(" [%s]", calleeSpanName(world.plant.judged, operation).c_str());
  }
  std::printf("\n");
  for (const analysis::Finding& finding : analysis.findings) {
    std::printf("said: %s %s [%s %s] saves %.2f ms, confidence %s: %s\n", finding.kind.data(),
                severityName(finding.severity).data(), finding.service.c_str(), finding.operation.c_str(),
                static_cast<double>(finding.savingNs) * 1e-6, confidenceName(finding.confidence).data(),
                finding.sentence.c_str());
  }
  std::printf("%s\n", traceText(analysis.tree).c_str());
}

void printFailures(const Kind& kind, const Options& options) {
  uint32_t left = options.failures;
  for (uint32_t i = 0; i < options.cases * 2 && left > 0; ++i) {
    const bool real = i % 2 == 0;
    const World world = makeWorld(kind, options.seed, i / 2, real, options.usual);
    const auto analysis = analyzed(world);
    const Verdict verdict = judge(kind, world, *analysis);
    if (verdict.wrong == 0 && verdict.found == real && verdict.foundItIsRight.value_or(true)) continue;
    printFailure(kind, world, *analysis, i / 2, real);
    --left;
  }
}

void printKind(const Kind& kind, const Options& options) {
  if (!options.kind.empty() && kind.id != options.kind) return;
  if (options.failures > 0) {
    if (isBuilt(kind)) printFailures(kind, options);
  } else {
    const Usual usual = kind.isShape ? options.usual : Usual::Here;
    printScore(kind, scoreOf(kind, options.seed, options.cases, usual), options.shapes);
  }
}

void printRest(const Options& options) {
  const SavingScore savings = savingScore(options.seed, 40, 3);
  std::printf("saving within 10 %%: %s; best found %s; regret mean %.4f; error p90 %.4f of the request\n",
              savings.within10Percent.text().c_str(), savings.bestFound.text().c_str(), mean(savings.regrets),
              quantile(savings.errors, 0.9));
  std::printf("p99 after a fix: error %.4f at the 90th percentile, n=40\n",
              quantile(tailErrors(options.seed, 40, 200), 0.9));
  const CulpritScore culprits = culpritScore(options.seed, 300);
  std::printf("found it: right %s, named %s, invented %s\n", culprits.right.text().c_str(),
              culprits.named.text().c_str(), culprits.invented.text().c_str());
  const AgreementScore agreement = agreementScore(options.seed, 20);
  std::printf("headline and first finding name the same step %s\n", agreement.agreeing.text().c_str());
  const FaultFreeScore faultFree = faultFreeScore(options.seed, 40, 50, options.usual);
  std::printf("fault-free: %.1f high findings per 1000, traces with one %s;", faultFree.perThousand(),
              faultFree.withHighFinding.text().c_str());
  for (const auto& [kind, count] : faultFree.byKind) {
    std::printf(" %s: %llu", kind.c_str(), static_cast<unsigned long long>(count));
  }
  std::printf("\n");
}

void printFaultScore(const std::string& what, const FaultScore& score) {
  std::printf("%-22s alone %s  baseline %s  window top-1 %s  top-3 %s\n", what.c_str(), score.alone.text().c_str(),
              score.baseline.text().c_str(), score.windowFirst.text().c_str(), score.windowThree.text().c_str());
}

// False when the folder holds no faults.
bool printFaults(const Options& options) {
  const Result<FaultTable> table = scoreFaults(options.faults);
  if (!table.ok()) return std::fprintf(stderr, "%s\n", table.error().message.c_str()), false;
  const FaultTable& t = table.value();
  for (const std::string& trouble : t.troubles) std::fprintf(stderr, "%s\n", trouble.c_str());
  if (options.misses) {
    for (const std::string& fault : t.faults) std::printf("%s\n", fault.c_str());
  }
  for (const auto& [key, score] : t.byType) printFaultScore(key.first + " " + key.second, score);
  printFaultScore("all labelled faults", t.all);
  std::printf("without a finding %s; headline and first finding agree %s\n", t.all.silent.text().c_str(),
              t.all.agreeing.text().c_str());
  for (const auto& [file, share] : t.normalFiles) {
    std::printf("fault-free %s, its own baseline: traces with a high finding %s\n", file.c_str(), share.text().c_str());
  }
  return true;
}

}  // namespace
}  // namespace waybill::acceptance

int main(int argc, char** argv) {
  using namespace waybill::acceptance;
  const Options options = readArguments(argc, argv);
  for (const Kind& kind : allKinds()) printKind(kind, options);
  for (const Kind& kind : allShapes()) printKind(kind, options);
  if (options.kind == "agreement") {
    for (const std::string& example : agreementScore(options.seed, 20).examples) std::printf("%s\n", example.c_str());
  }
  if (options.kind == "fault-free") {
    for (const std::string& example : faultFreeScore(options.seed, 40, 50, options.usual).examples) {
      std::printf("%s\n", example.c_str());
    }
  }
  if (options.kind.empty() && options.failures == 0) printRest(options);
  return options.faults.empty() || printFaults(options) ? 0 : 1;
}
