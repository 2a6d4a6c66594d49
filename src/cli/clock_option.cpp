// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/clock_option.h"

namespace waybill::cli {

void addClockOption(CLI::App& command, bool& adjusts) {
  command.add_flag("--adjust-clock-skew", adjusts,
                   "Bring the clocks of all hosts together, as far as calls that nest tell how far they are apart");
}

analysis::TraceTree treeOf(const std::shared_ptr<const store::Snapshot>& snapshot, TraceIndex trace, bool adjusts) {
  return analysis::buildTraceTree(snapshot, trace, {}, adjusts ? analysis::clocksToAdjust(snapshot, trace) : nullptr);
}

std::string clockLines(const analysis::TraceTree& tree) {
  std::string out;
  if (tree.clocks == nullptr) return out;
  for (const analysis::HostClock& host : tree.clocks->apart()) {
    out += "times adjusted: " + analysis::clockText(host) + "\n";
  }
  return out;
}

}  // namespace waybill::cli
