// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "query/filter_text.h"
#include "store/snapshot.h"

namespace waybill::query {

// Which of some words occur in the names and ids of a snapshot, as a bit mask; found once per different name. Words
// have their case folded, are not empty and at most kMostItems. One thread at a time.
class WordMatcher {
 public:
  // Both must outlive it.
  WordMatcher(const store::Snapshot& snapshot, const std::vector<std::string>& words);

  uint32_t all() const { return m_all; }

  bool matches(const store::TraceSummary& trace);  // its root's name, its services, its id
  bool matches(SpanRow row);                       // its name, its service, its id

  uint32_t ofText(StringId id);
  uint32_t ofServices(store::ServiceSetId set);

 private:
  uint32_t find(std::string_view folded) const;
  uint32_t findInId(std::string_view hex) const;

  const store::Snapshot& m_snapshot;
  const std::vector<std::string>& m_words;
  uint32_t m_all = 0;
  uint32_t m_hex = 0;                           // words that can be part of an id
  std::vector<uint64_t> m_ofTexts, m_ofSets;    // by StringId, by ServiceSetId; kKnown is set where it was looked up
};

}  // namespace waybill::query
