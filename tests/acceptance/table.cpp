// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/table.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "analysis/registry.h"

namespace waybill::acceptance {
namespace {

void count(DetectorScore& score, const World& world, const Verdict& verdict, bool real) {
  if (real && verdict.foundItIsRight) score.foundItRight.count(*verdict.foundItIsRight);
  if (!real) score.invented.count(!verdict.foundItIsRight.value_or(true));
  if (real) {
    score.recall.count(verdict.found);
    score.foundByShape[world.plant.shape].count(verdict.found);
    if (verdict.found || verdict.wrong > 0) score.precision.count(verdict.found && verdict.wrong == 0);
    if (verdict.predictedNs && world.savingNs && !world.plant.nothingToSave) {
      const double off = static_cast<double>(*verdict.predictedNs - *world.savingNs);
      score.savingRight.count(std::abs(off) <= 0.1 * static_cast<double>(*world.savingNs));
    }
    return;
  }
  score.falseAlarms.count(verdict.wrong > 0);
  score.alarmsByShape[world.plant.shape].count(verdict.wrong > 0);
  if (verdict.wrong > 0) score.precision.count(false);
}

}  // namespace

bool isBuilt(const Kind& kind) {
  const std::string_view needed = kind.isShape ? kind.detector : kind.id;
  const auto detectors = analysis::allDetectors();
  return needed.empty() ||
         std::any_of(detectors.begin(), detectors.end(), [&](const auto& d) { return d.kind == needed; });
}

void inParallel(uint32_t n, const std::function<void(uint32_t)>& work) {
  std::atomic<uint32_t> next = 0;
  std::vector<std::jthread> threads;
  for (uint32_t t = 0; t < std::max(1U, std::thread::hardware_concurrency()); ++t) {
    threads.emplace_back([&] {
      for (uint32_t i = next++; i < n; i = next++) work(i);
    });
  }
}

DetectorScore scoreOf(const Kind& kind, uint64_t seed, uint32_t cases, Usual usual) {
  DetectorScore score;
  score.built = isBuilt(kind);
  if (!score.built) return score;
  std::mutex mutex;
  inParallel(cases * 2, [&](uint32_t i) {
    const bool real = i % 2 == 0;
    const World world = makeWorld(kind, seed, i / 2, real, usual);
    const Verdict verdict = judge(kind, world);
    const std::lock_guard lock(mutex);
    count(score, world, verdict, real);
  });
  return score;
}

}  // namespace waybill::acceptance
