// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "acceptance/tally.h"
#include "analysis/trace_analysis.h"

namespace waybill::acceptance {

// How the headline's step and the first finding's differ; none when both are the same step, when one names none, or
// when the headline names the other one too and says why.
std::optional<std::string> disagreement(const analysis::TraceAnalysis& analysis);

// Over the judged traces of all kinds and shapes, with and without a fault, alone and with a normal store.
struct AgreementScore {
  Share agreeing;
  std::vector<std::string> examples;  // of disagreement
};
AgreementScore agreementScore(uint64_t seed, uint32_t casesEach);

}  // namespace waybill::acceptance
