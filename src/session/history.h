// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/ids.h"

namespace waybill::session {

// A trace, and the span selected in it.
struct HistoryPlace {
  TraceIndex trace;
  std::optional<SpanRow> row;

  bool operator==(const HistoryPlace&) const = default;
};

// Back and forward through what was looked at, like a browser's. A value.
class History {
 public:
  static constexpr size_t kMaxPlaces = 500;

  void visit(const HistoryPlace& place) {
    if (!m_places.empty() && m_places[m_at] == place) return;
    // A trace first opens without a span; the span chosen then is the same visit.
    if (!m_places.empty() && m_places[m_at].trace == place.trace && !m_places[m_at].row) {
      m_places[m_at] = place;
      return;
    }
    if (!m_places.empty()) m_places.resize(m_at + 1);
    m_places.push_back(place);
    if (m_places.size() > kMaxPlaces) m_places.erase(m_places.begin());
    m_at = m_places.size() - 1;
  }

  std::optional<HistoryPlace> back() {
    if (m_places.empty() || m_at == 0) return std::nullopt;
    return m_places[--m_at];
  }

  std::optional<HistoryPlace> forward() {
    if (m_at + 1 >= m_places.size()) return std::nullopt;
    return m_places[++m_at];
  }

 private:
  std::vector<HistoryPlace> m_places;
  size_t m_at = 0;
};

}  // namespace waybill::session
