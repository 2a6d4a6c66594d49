// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/data_quality.h"

#include "analysis/candidate.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

std::string counted(size_t count, std::string_view one, std::string_view many) {
  return countText(count) + " " + std::string(count == 1 ? one : many);
}

void say(std::string& sentence, std::string text) {
  sentence += sentence.empty() ? "" : "; ";
  sentence += text;
}

std::string sentenceFor(const DataQuality& quality) {
  std::string out;
  if (!quality.orphans.empty()) {
    say(out, counted(quality.orphans.size(), "span names a parent that is not", "spans name parents that are not") +
                 " in the trace");
  }
  if (!quality.holes.empty()) {
    say(out, "the server side of " + counted(quality.holes.size(), "call", "calls") + " is missing (sampled out?)");
  }
  if (!quality.detached.empty()) {
    say(out, counted(quality.detached.size(), "span lies", "spans lie") + " wholly outside the time of the parent");
  }
  if (quality.clocksDisagree) {
    say(out, counted(quality.clipped.size(), "span sticks", "spans stick") +
                 " out of the parent's time (clocks of the machines disagree)");
  }
  out[0] = out[0] >= 'a' && out[0] <= 'z' ? static_cast<char>(out[0] - 'a' + 'A') : out[0];
  return out + ". Times there are a guess.";
}

}  // namespace

void detectDataQuality(const TraceFacts& facts, std::vector<Finding>& out) {
  const DataQuality& quality = facts.quality;
  if (quality.good()) return;
  std::vector<NodeIndex> evidence;
  for (const auto* nodes : {&quality.orphans, &quality.holes, &quality.detached}) {
    evidence.insert(evidence.end(), nodes->begin(), nodes->end());
  }
  if (quality.clocksDisagree) evidence.insert(evidence.end(), quality.clipped.begin(), quality.clipped.end());
  Finding finding = remark(facts, std::move(evidence), Severity::Low, Confidence::High);
  finding.confidence = Confidence::High;  // that something is missing is certain
  finding.sentence = sentenceFor(quality);
  finding.advice =
      "Other findings on these spans are less sure for it. Check that every service exports all its spans (sampling "
      "decided once, at the root; queues of exporters not full), and that the machines' clocks are synchronised.";
  out.push_back(std::move(finding));
}

}  // namespace waybill::analysis
