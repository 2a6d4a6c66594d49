// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/ids.h"
#include "store/span_table.h"

namespace waybill::store {

// The line of a trace in the list, kept up to date as spans arrive.
struct TraceSummary {
  TraceId id;
  int64_t startNs = 0;     // earliest start, see addTimes()
  int64_t endNs = 0;       // latest end
  SpanRow newest;          // head of the chain of rows, see SpanTable::Row::olderOfTrace
  SpanRow root;            // the earliest span without a parent, else the earliest span
  uint32_t spans = 0;
  uint32_t errors = 0;     // spans with status ERROR
  ServiceSetId services;
  bool rootHasParent = false;  // no span without a parent has arrived
  bool startsAtZero = false;   // a span has the start time 0
  bool startsLater = false;    // a span has another one

  // Times within a year of 1970 are no dates but count from somewhere else, and 0 is one of them.
  static constexpr int64_t kRealTimesFromNs = int64_t{365} * 24 * 3600 * 1'000'000'000;

  int64_t rootNs = kUnknownNs;    // how long the root lasted, where it says

  static constexpr int64_t kUnknownNs = -1;

  // Of the request: how long its root lasted. Where the root has not come, or does not say, all the time that spans
  // are known of.
  int64_t durationNs() const { return rootHasParent || rootNs == kUnknownNs ? endNs - startNs : rootNs; }

  // Takes in the times of other spans of the trace, in any order. Among real dates a start of 0 says nothing
  // about when.
  void addTimes(const TraceSummary& other) {
    endNs = spans == 0 ? other.endNs : std::max(endNs, other.endNs);
    if (!startsLater || (other.startsLater && other.startNs < startNs)) {
      startNs = other.startsLater ? other.startNs : startNs;
    }
    startsAtZero = startsAtZero || other.startsAtZero;
    startsLater = startsLater || other.startsLater;
    if (startsAtZero && startNs <= kRealTimesFromNs) startNs = 0;
  }

  // What a root says of how long it lasted: one without end, or without start, nothing; one that ends before it starts
  // lasts no time.
  static int64_t rootNsOf(const SpanTable::Row& root) {
    if ((root.bits & (SpanBits::kUnfinished | SpanBits::kStartMissing)) != 0) return kUnknownNs;
    return std::max<int64_t>(0, root.durationNs);
  }

  // Whether a span is more of a root than `root`: first by having no parent, then by its start.
  bool hasBetterRoot(bool otherHasParent, int64_t otherStartNs, int64_t rootStartNs) const {
    if (spans == 0) return true;
    return otherHasParent != rootHasParent ? !otherHasParent : otherStartNs < rootStartNs;
  }
};

}  // namespace waybill::store
