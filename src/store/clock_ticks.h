// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace waybill::store {

// How the starts of a service's spans stand to whole milliseconds and microseconds: that tells the step in which its
// clock counts. Sums, so that they depend neither on order nor on threads.
struct ClockTicks {
  uint32_t starts = 0, wholeMicroseconds = 0, wholeMilliseconds = 0;
  bool isJavaScript = false;  // by telemetry.sdk.language: its date counts milliseconds

  static constexpr int64_t kMillisecondNs = 1'000'000, kMicrosecondNs = 1'000;
  static constexpr uint32_t kFewestStarts = 8;  // fewer are round by chance

  void add(int64_t startNs) {
    if (startNs == 0) return;  // none
    ++starts;
    if (startNs % kMicrosecondNs != 0) return;
    ++wholeMicroseconds;
    wholeMilliseconds += startNs % kMillisecondNs == 0 ? 1 : 0;
  }

  void add(const ClockTicks& other) {
    starts += other.starts;
    wholeMicroseconds += other.wholeMicroseconds;
    wholeMilliseconds += other.wholeMilliseconds;
    isJavaScript = isJavaScript || other.isJavaScript;
  }

  // Nearly all starts are multiples of it; 0 when the clock counts finer.
  int64_t stepNs() const {
    if (starts < kFewestStarts) return isJavaScript ? kMillisecondNs : 0;
    const auto nearlyAll = [this](uint32_t whole) { return uint64_t{whole} * 100 >= uint64_t{starts} * 99; };
    return nearlyAll(wholeMilliseconds) ? kMillisecondNs : nearlyAll(wholeMicroseconds) ? kMicrosecondNs : 0;
  }
};

}  // namespace waybill::store
