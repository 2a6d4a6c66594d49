// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace waybill::bench {

// A request as the batch processor of an SDK makes it: 512 spans with 10 attributes each, about ten traces, built
// once. Only its ids are written anew before it is sent again, so that sending costs next to nothing.
class LiveBatch {
 public:
  static constexpr uint32_t kSpans = 512;
  static constexpr uint32_t kSpansPerTrace = 50;

  explicit LiveBatch(uint64_t seed);

  void setIds(uint64_t number);  // other numbers, other spans and traces
  const std::string& bytes() const { return m_bytes; }

 private:
  struct Places {
    size_t traceId, spanId, parentId;  // where the ids of a span lie; 0 when it has no parent
  };
  std::string m_bytes;
  std::vector<Places> m_spans;
};

}  // namespace waybill::bench
