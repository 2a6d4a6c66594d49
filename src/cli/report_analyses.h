// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "analysis/trace_analysis.h"

namespace waybill::cli {

// Analyses traces on all cores and hands them to `take` on this thread, in the order given, each forgotten afterwards:
// memory does not grow with their number. `work` is called for each on the thread that analysed it, with that thread's
// number.
class ReportAnalyses {
 public:
  // `adjustsClocks`: by one clock for all hosts of a trace.
  ReportAnalyses(std::shared_ptr<const store::Snapshot> snapshot, std::shared_ptr<const analysis::Population> population,
                 bool adjustsClocks = false);

  unsigned threads() const { return m_threads; }
  void forEach(const std::vector<TraceIndex>& traces,
               const std::function<void(const analysis::TraceAnalysis&, unsigned thread)>& work,
               const std::function<void(const analysis::TraceAnalysis&)>& take) const;

 private:
  std::shared_ptr<const store::Snapshot> m_snapshot;
  std::shared_ptr<const analysis::Population> m_population;
  bool m_adjustsClocks;
  unsigned m_threads;
};

}  // namespace waybill::cli
