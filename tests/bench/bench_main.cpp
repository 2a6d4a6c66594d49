// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "bench/bar.h"
#include "bench/live_sender.h"

namespace waybill::bench {
namespace {

std::string noted;

struct TableOptions {
  bool table = false;
  bool quick = false;
  std::string filter;
  uint64_t seed = 1;
  bool wrong = false;
};

// Takes the arguments that are ours; Google Benchmark gets the rest when no table is wanted.
TableOptions readArguments(int argc, char** argv) {
  TableOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const bool hasNext = i + 1 < argc;
    if (argument == "--table") {
      options.table = true;
    } else if (argument == "--quick") {
      options.quick = true;
    } else if (argument == "--filter" && hasNext) {
      options.filter = argv[++i];
    } else if (argument == "--seed" && hasNext) {
      options.seed = std::strtoull(argv[++i], nullptr, 10);
    } else {
      options.wrong = true;
    }
  }
  return options;
}

int printTable(const TableOptions& options) {
  Size size;
  size.seed = options.seed;
  if (options.quick) size = Size::quick(options.seed);
  const std::shared_ptr<void> windowSystem = startWindowSystem();
  for (const Bar& bar : allBars()) {
    if (bar.name.find(options.filter) == std::string::npos) continue;
    noted.clear();
    const double value = bar.measure(size);
    std::printf("%-66s %10.3f  %-3s %s%-6g %s\n", bar.name.c_str(), value, bar.unit.c_str(),
                bar.sense == Bar::Sense::AtLeast ? ">=" : "<=", bar.limit, bar.met(value) ? "met" : "short");
    if (!noted.empty()) std::printf("#   %s\n", noted.c_str());
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

std::vector<Bar> allBars() {
  std::vector<Bar> bars;
  for (auto list : {loadBars, treeBars, analysisBars, findingsBars, layoutBars, queryBars, liveBars, paintBars, liveWindowBars, whatIfBars, startBars, hugeTraceBars, compressedBars}) {
    for (Bar& bar : list()) bars.push_back(std::move(bar));
  }
  return bars;
}

void note(const std::string& text) {
  noted = text;
}

}  // namespace waybill::bench

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], waybill::bench::kLiveSender) == 0) {
    return waybill::bench::liveSenderMain(argc, argv);
  }
  const waybill::bench::TableOptions options = waybill::bench::readArguments(argc, argv);
  if (options.table) {
    if (!options.wrong) return waybill::bench::printTable(options);
    std::fprintf(stderr,
                 "usage: waybill-bench --table [--filter TEXT] [--seed S] [--quick]\n"
                 "       waybill-bench [--benchmark_…]\n");
    return 2;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
