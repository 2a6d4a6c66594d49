// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "analysis/forest.h"

// Parts of GrowingTree; nobody else needs them.
namespace waybill::analysis {

// Whether each span of the forest means the same whatever comes: no copies, shared ids, circles or missing times, and
// no start that another span may turn out to be a missing one.
bool mayGrow(const Forest& forest);

// The forest, which may grow, with spans put in that have arrived since: what buildForest() makes of all of them.
// `snapshot` is of the same store and not older. None, and nothing odd, when the new spans are not so plain themselves. O(n + k log n).
std::optional<Forest> grownForest(Forest forest, const store::Snapshot& snapshot, SpanColumns added,
                                  const Workers& workers, Oddities& odd);

}  // namespace waybill::analysis
