// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "acceptance/table.h"

// Prints how well the engine does on planted traces.
//   waybill-acceptance [--seed S] [--cases N] [--kind B5] [--shapes]
using namespace waybill::acceptance;

int main(int argc, char** argv) {
  uint64_t seed = kTuningSeed;
  uint32_t cases = 200;
  std::string_view only;
  bool shapes = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--shapes") shapes = true;
    if (i + 1 == argc) break;
    if (argument == "--seed") seed = std::strtoull(argv[++i], nullptr, 10);
    if (argument == "--cases") cases = static_cast<uint32_t>(std::strtoul(argv[++i], nullptr, 10));
    if (argument == "--kind") only = argv[++i];
  }
  for (const Kind& kind : allKinds()) {
    if (!only.empty() && kind.id != only) continue;
    const DetectorScore score = scoreOf(kind, seed, cases);
    const int width = static_cast<int>(kind.name.size());
    if (!score.built) {
      std::printf("%-4s %-26.*s not built\n", kind.id.data(), width, kind.name.data());
      continue;
    }
    std::printf("%-4s %-26.*s precision %s  recall %s  false alarms %s  saving right %s\n", kind.id.data(), width,
                kind.name.data(), score.precision.text().c_str(), score.recall.text().c_str(),
                score.falseAlarms.text().c_str(), score.savingRight.text().c_str());
    if (!shapes) continue;
    for (const auto& [shape, share] : score.foundByShape) std::printf("       found  %s  %s\n", share.text().c_str(), shape.c_str());
    for (const auto& [shape, share] : score.alarmsByShape) std::printf("       alarms %s  %s\n", share.text().c_str(), shape.c_str());
  }
  return 0;
}
