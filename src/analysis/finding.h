// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/rewrite.h"
#include "analysis/trace_tree.h"

namespace waybill::analysis {

enum class Severity : uint8_t { Low, Medium, High, Critical };
enum class Confidence : uint8_t { Low, Medium, High };

std::string_view severityName(Severity severity);        // "low" …
std::string_view confidenceName(Confidence confidence);  // "low" …

// Critical from 30 % of the root or 1 s, high from 15 %, medium from 5 % (ANALYSIS section 6.2).
Severity severityOf(int64_t savingNs, int64_t rootDurationNs);

// Whether a part is that many per cent of the whole or more.
bool atLeastShare(int64_t partNs, int64_t wholeNs, int percent);

// A predicted time, which is no more exact than two digits: "310 ms", "1.2 s".
std::string aboutText(int64_t ns);

// Something slow, why, and what fixing it saves. Without evidence there is no finding.
struct Finding {
  std::string_view kind;   // "B2", stable
  std::string_view title;  // "Slow dependency"
  Severity severity = Severity::Low;
  Confidence confidence = Confidence::Low;
  std::string service;  // the one blamed
  std::string operation;
  std::string peerService;          // the other end of an edge; empty when there is none
  std::string sentence;             // what happened and what it cost
  std::string advice;               // what it means and what usually helps
  int64_t savingNs = 0;             // of the root's duration
  int64_t endToEndSavingNs = 0;     // of what goes on after the response: until all that the request set off is done
  bool savingIsUpperBound = false;  // not known how fast it could be: "up to"
  bool isNormal = false;            // takes no longer than in the traces that the user calls normal
  std::shared_ptr<const Rewrite> fix;  // what was replayed to find the saving; null of what saves nothing
  std::vector<NodeIndex>
      evidence;  // never empty; the first is where to look; at most kMaxEvidence

  // Kinds of smaller findings about the same spans that this one also explains, each once.
  std::vector<std::string_view> alsoExplains;

  static constexpr size_t kMaxEvidence = 200;
};

// "saves about 310 ms (64 %)", "saves up to 140 ms (90 %)", or that it saves nothing.
std::string savingText(const Finding& finding, int64_t rootDurationNs);

}  // namespace waybill::analysis
