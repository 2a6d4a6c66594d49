// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/workers.h"

namespace waybill::analysis {

// Puts what `visit` gives of [0, size) into groups, group after group, within a group in the order given; returns
// where each group begins, and the end. visit(begin, end, take) calls take(item) and must do the same twice.
// Each part of the input moves its own behind those of the same group in the parts before it, so that the order
// does not depend on the number of parts. `makeRoom(count)` returns where to put them.
template <typename Visit, typename GroupOf, typename MakeRoom>
std::vector<uint32_t> distribute(uint32_t size, uint32_t groups, const Workers& workers, Visit&& visit,
                                 GroupOf&& groupOf, MakeRoom&& makeRoom) {
  std::vector<std::vector<uint32_t>> at(workers.partsOf(size));
  workers.forEachPart(size, [&](uint32_t part, uint32_t begin, uint32_t end) {
    std::vector<uint32_t> counts(groups, 0);
    visit(begin, end, [&](const auto& key) { ++counts[groupOf(key)]; });
    at[part] = std::move(counts);
  });
  std::vector<uint32_t> begins(groups + size_t{1});
  uint32_t sum = 0;
  for (uint32_t group = 0; group < groups; ++group) {
    begins[group] = sum;
    for (auto& part : at) sum += std::exchange(part[group], sum);
  }
  begins[groups] = sum;
  auto* const to = makeRoom(sum);
  workers.forEachPart(size, [&](uint32_t part, uint32_t begin, uint32_t end) {
    uint32_t* const next = at[part].data();
    visit(begin, end, [&](const auto& key) { to[next[groupOf(key)]++] = key; });
  });
  return begins;
}

}  // namespace waybill::analysis
