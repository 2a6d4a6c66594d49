// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/finding.h"

#include <algorithm>

#include "analysis/detector.h"
#include "base/time_text.h"

namespace waybill::analysis {

std::string_view severityName(Severity severity) {
  switch (severity) {
    case Severity::Low:
      return "low";
    case Severity::Medium:
      return "medium";
    case Severity::High:
      return "high";
    case Severity::Critical:
      return "critical";
  }
  return "low";
}

std::string_view confidenceName(Confidence confidence) {
  switch (confidence) {
    case Confidence::Low:
      return "low";
    case Confidence::Medium:
      return "medium";
    case Confidence::High:
      return "high";
  }
  return "low";
}

bool atLeastShare(int64_t partNs, int64_t wholeNs, int percent) {
  return static_cast<double>(partNs) * 100 >= static_cast<double>(wholeNs) * percent;
}

Severity severityOf(int64_t savingNs, int64_t rootDurationNs) {
  constexpr int64_t kSecondNs = 1'000'000'000;
  if (savingNs >= kSecondNs || atLeastShare(savingNs, rootDurationNs, 30)) return Severity::Critical;
  if (atLeastShare(savingNs, rootDurationNs, 15)) return Severity::High;
  if (atLeastShare(savingNs, rootDurationNs, 5)) return Severity::Medium;
  return Severity::Low;
}

int64_t smallestSavingNs(int64_t rootDurationNs) {
  constexpr int64_t kMilliNs = 1'000'000;
  return std::max(kMilliNs, rootDurationNs / 50);
}

std::string aboutText(int64_t ns) {
  int64_t unit = 1;
  while (ns / unit >= 100) unit *= 10;
  return durationText((ns / unit + (ns % unit * 2 >= unit ? 1 : 0)) * unit);
}

std::string savingText(const Finding& finding, int64_t rootDurationNs) {
  const bool afterwards = finding.savingNs == 0 && finding.endToEndSavingNs > 0;
  const int64_t ns = afterwards ? finding.endToEndSavingNs : finding.savingNs;
  if (ns == 0) return "saves no time of this request";
  const std::string saves = "saves " + (finding.savingIsUpperBound ? "up to " + durationText(ns) : "about " + aboutText(ns));
  if (afterwards) return saves + " until all that the request set off is done; none of the response";
  return saves + " (" + percentText(ns, rootDurationNs) + ")";
}

}  // namespace waybill::analysis
