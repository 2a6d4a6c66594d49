// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/word_matcher.h"

#include <array>

#include "query/fold_case.h"

namespace waybill::query {
namespace {

constexpr uint64_t kKnown = uint64_t{1} << 63;

// The mask of a number, found once.
template <typename Find>
uint32_t remembered(std::vector<uint64_t>& known, uint32_t number, const Find& find) {
  if (number >= known.size()) known.resize(size_t{number} + 1);
  if (known[number] == 0) known[number] = kKnown | find();
  return static_cast<uint32_t>(known[number]);
}

void writeHex(uint64_t word, char* out) {
  for (int i = 0; i < 16; ++i) out[i] = "0123456789abcdef"[word >> (60 - 4 * i) & 0xF];
}

}  // namespace

WordMatcher::WordMatcher(const store::Snapshot& snapshot, const std::vector<std::string>& words)
    : m_snapshot(snapshot), m_words(words) {
  for (size_t w = 0; w < m_words.size(); ++w) {
    m_all |= 1U << w;
    if (m_words[w].find_first_not_of("0123456789abcdef") == std::string::npos) m_hex |= 1U << w;
  }
}

uint32_t WordMatcher::find(std::string_view folded) const {
  uint32_t found = 0;
  for (size_t w = 0; w < m_words.size(); ++w) {
    if (folded.find(m_words[w]) != std::string_view::npos) found |= 1U << w;
  }
  return found;
}

uint32_t WordMatcher::findInId(std::string_view hex) const { return find(hex) & m_hex; }

uint32_t WordMatcher::ofText(StringId id) {
  return remembered(m_ofTexts, id.value, [&] { return find(foldCase(m_snapshot.text(id))); });
}

uint32_t WordMatcher::ofServices(store::ServiceSetId set) {
  return remembered(m_ofSets, set.value, [&] {
    uint32_t found = 0;
    for (const StringId service : m_snapshot.services(set)) found |= ofText(service);
    return found;
  });
}

bool WordMatcher::matches(const store::TraceSummary& trace) {
  if (m_all == 0) return true;
  uint32_t found = ofServices(trace.services);
  if (found != m_all) found |= ofText(m_snapshot.spans().name(trace.root));
  if (found != m_all && ((m_all & ~found) & ~m_hex) == 0) {
    std::array<char, 32> hex{};
    writeHex(trace.id.high, hex.data());
    writeHex(trace.id.low, hex.data() + 16);
    found |= findInId({hex.data(), hex.size()});
  }
  return found == m_all;
}

bool WordMatcher::matches(SpanRow row) {
  if (m_all == 0) return true;
  uint32_t found = ofText(m_snapshot.spans().name(row)) | ofText(m_snapshot.serviceId(row));
  if (found != m_all && ((m_all & ~found) & ~m_hex) == 0) {
    std::array<char, 16> hex{};
    writeHex(m_snapshot.spans().id(row).value, hex.data());
    found |= findInId({hex.data(), hex.size()});
  }
  return found == m_all;
}

}  // namespace waybill::query
