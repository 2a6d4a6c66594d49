// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "acceptance/judge.h"
#include "acceptance/tally.h"

namespace waybill::acceptance {

// Does "found it" stand at the right step?
struct CulpritScore {
  Share right;     // of the planted traces in which one is named
  Share named;     // of the planted traces
  Share invented;  // of traces whose time is spread evenly
};
CulpritScore culpritScore(uint64_t seed, uint32_t cases);

// What is said of systems without faults.
struct FaultFreeScore {
  Share withHighFinding;  // traces with a finding of high severity or more
  uint64_t highFindings = 0;
  std::map<std::string, uint64_t> byKind;
  std::vector<std::string> examples;  // one of a kind and system
  double perThousand() const {
    return withHighFinding.of == 0
               ? 0
               : 1000.0 * static_cast<double>(highFindings) / static_cast<double>(withHighFinding.of);
  }
};
// Elsewhere: other requests of the same system say what is usual.
FaultFreeScore faultFreeScore(uint64_t seed, uint32_t systems, uint32_t requestsEach, Usual usual = Usual::Here);

}  // namespace waybill::acceptance
