// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/enclosing.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace waybill::analysis {
namespace {

std::vector<int64_t> endsOf(const SpanColumns& spans, const std::vector<uint32_t>& members) {
  std::vector<int64_t> ends;
  ends.reserve(members.size());
  for (const uint32_t m : members) ends.push_back(spans.endNs[m]);
  return ends;
}

}  // namespace

LatestEnds::LatestEnds(const std::vector<int64_t>& ends) : m_size(std::bit_ceil(ends.size() + 1)) {
  m_tree.assign(2 * m_size, INT64_MIN);
  std::copy(ends.begin(), ends.end(), m_tree.begin() + static_cast<ptrdiff_t>(m_size));
  for (size_t i = m_size - 1; i > 0; --i) m_tree[i] = std::max(m_tree[2 * i], m_tree[2 * i + 1]);
}

std::optional<size_t> LatestEnds::lastOf(size_t count, int64_t endNs) const {
  for (size_t i = count + m_size; i > 1; i /= 2) {
    if (i % 2 == 0 || m_tree[i - 1] < endNs) continue;
    size_t node = i - 1;
    while (node < m_size) node = m_tree[2 * node + 1] >= endNs ? 2 * node + 1 : 2 * node;
    return node - m_size;
  }
  return std::nullopt;
}

Enclosing::Enclosing(const SpanColumns& spans, std::vector<uint32_t> members)
    : m_spans(spans), m_members(std::move(members)), m_ends(endsOf(spans, m_members)) {}

std::optional<uint32_t> Enclosing::of(int64_t startNs, int64_t endNs) const {
  const auto after = std::upper_bound(m_members.begin(), m_members.end(), startNs,
                                      [this](int64_t start, uint32_t m) { return start < m_spans.startNs[m]; });
  const auto found = m_ends.lastOf(static_cast<size_t>(after - m_members.begin()), endNs);
  return found ? std::optional(m_members[*found]) : std::nullopt;
}

}  // namespace waybill::analysis
