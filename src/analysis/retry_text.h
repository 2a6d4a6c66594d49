// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "analysis/attempts.h"
#include "analysis/candidate.h"

// What the two detectors of retries have in common; nobody else needs it.
namespace waybill::analysis {

// The retried calls of one operation under any parent.
struct RetriedOperation {
  std::vector<Attempts> calls;
  size_t tries() const;
};

// As findAttempts(), once for all that ask on one thread.
const std::vector<Attempts>& attemptsOf(const TraceFacts& facts);

// By the first try.
std::vector<RetriedOperation> retriedOperations(const TraceFacts& facts);

// Only the last try of each is made.
Candidate withoutRetries(const RetriedOperation& retried);

// Whom the call goes to and what is called: "bank-api POST /auth". Plain text.
std::string calledText(const TraceFacts& facts, NodeIndex call);

// Share of the traces with this call in which it is tried again, and how many such traces are known; 0 of 0 when too
// little is known.
struct RetryShare {
  uint64_t retried = 0, traces = 0;
  bool isStorm() const;  // at least 5 %, and more than one
};
RetryShare usualRetries(const TraceFacts& facts, NodeIndex call);

}  // namespace waybill::analysis
