// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/trace_order.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/time_text.h"

namespace waybill::ui {
namespace {

constexpr uint32_t kStopEvery = 1 << 14;  // traces between two looks at the stop token
constexpr qsizetype kMostWords = 32;      // bits of a mask; more words than that are left out

// Which words of the filter occur in a text, as a bit mask, found once per different text.
class WordMatcher {
 public:
  WordMatcher(const store::Snapshot& snapshot, const QString& filter) : m_snapshot(snapshot) {
    static const QString kBlank = QStringLiteral(" ");
    m_words = filter.simplified().toCaseFolded().split(kBlank, Qt::SkipEmptyParts).mid(0, kMostWords);
    for (const QString& word : m_words) {
      const std::string text = word.toStdString();
      const bool hex = text.find_first_not_of("0123456789abcdef") == std::string::npos;
      m_hexWords.push_back(hex ? text : std::string());
      m_anyHex = m_anyHex || hex;
    }
    m_all = m_words.size() == kMostWords ? UINT32_MAX : (1U << m_words.size()) - 1;
  }

  bool matches(const store::TraceSummary& trace) {
    if (m_all == 0) return true;
    uint32_t found = ofText(m_snapshot.spans().name(trace.root)) | ofServices(trace.services);
    if (found != m_all && m_anyHex) found |= ofId(trace.id);
    return found == m_all;
  }

 private:
  uint32_t ofText(StringId id) {
    const auto [at, isNew] = m_texts.try_emplace(id.value, 0);
    if (!isNew) return at->second;
    const std::string_view utf8 = m_snapshot.text(id);
    const QString text = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())).toCaseFolded();
    for (qsizetype w = 0; w < m_words.size(); ++w) {
      if (text.contains(m_words[w])) at->second |= 1U << w;
    }
    return at->second;
  }

  uint32_t ofServices(store::ServiceSetId set) {
    if (const auto at = m_sets.find(set.value); at != m_sets.end()) return at->second;
    uint32_t found = 0;
    for (const StringId service : m_snapshot.services(set)) found |= ofText(service);
    m_sets.emplace(set.value, found);
    return found;
  }

  uint32_t ofId(TraceId id) const {
    const std::string hex = toHex(id);
    uint32_t found = 0;
    for (size_t w = 0; w < m_hexWords.size(); ++w) {
      if (!m_hexWords[w].empty() && hex.find(m_hexWords[w]) != std::string::npos) found |= 1U << w;
    }
    return found;
  }

  const store::Snapshot& m_snapshot;
  QStringList m_words;
  std::vector<std::string> m_hexWords;  // empty where the word cannot be part of an id
  bool m_anyHex = false;
  uint32_t m_all = 0;
  std::unordered_map<uint32_t, uint32_t> m_texts, m_sets;
};

struct Texts {
  Q_DECLARE_TR_FUNCTIONS(TraceOrder)
};

using Keyed = std::pair<int64_t, uint32_t>;  // what to sort by, and the trace

int64_t numberOf(const store::TraceSummary& trace, TraceSort sort) {
  switch (sort) {
    case TraceSort::Duration:
      return trace.durationNs();
    case TraceSort::Start:
      return trace.startNs;
    case TraceSort::Spans:
      return trace.spans;
    case TraceSort::Errors:
      return trace.errors;
    case TraceSort::Name:
      return 0;
  }
  return 0;
}

// Replaces the number of each trace by the rank of its name: different names are compared once, not per
// trace.
void rankByName(const store::Snapshot& snapshot, std::vector<Keyed>& keyed) {
  const auto idsOf = [&](uint32_t trace) {
    const SpanRow root = snapshot.trace(TraceIndex(trace)).root;
    return uint64_t{snapshot.serviceId(root).value} << 32 | snapshot.spans().name(root).value;
  };
  std::unordered_map<uint64_t, int64_t> ranks;
  for (const auto& [number, trace] : keyed) ranks.try_emplace(idsOf(trace), 0);
  std::vector<std::pair<QString, uint64_t>> names;
  names.reserve(ranks.size());
  for (const auto& [ids, rank] : ranks) {
    const std::string_view service = snapshot.text(StringId(static_cast<uint32_t>(ids >> 32)));
    const std::string_view name = snapshot.text(StringId(static_cast<uint32_t>(ids)));
    const std::string both = std::string(service) + " " + std::string(name);
    names.emplace_back(QString::fromStdString(both).toCaseFolded(), ids);
  }
  std::sort(names.begin(), names.end());
  for (size_t i = 0; i < names.size(); ++i) {
    const bool same = i > 0 && names[i].first == names[i - 1].first;
    ranks[names[i].second] = same ? ranks[names[i - 1].second] : static_cast<int64_t>(i);
  }
  for (auto& [number, trace] : keyed) number = ranks[idsOf(trace)];
}

}  // namespace

std::optional<TraceOrder> orderTraces(const store::Snapshot& snapshot, const TraceListQuery& query,
                                      std::stop_token stop) {
  TraceOrder order;
  WordMatcher matcher(snapshot, query.filter);
  std::vector<Keyed> keyed;
  keyed.reserve(snapshot.traceCount());
  for (uint32_t i = 0; i < snapshot.traceCount(); ++i) {
    if (i % kStopEvery == 0 && stop.stop_requested()) return std::nullopt;
    const store::TraceSummary& trace = snapshot.trace(TraceIndex(i));
    order.longestNs = std::max(order.longestNs, trace.durationNs());
    order.firstStartNs = i == 0 ? trace.startNs : std::min(order.firstStartNs, trace.startNs);
    order.lastStartNs = i == 0 ? trace.startNs : std::max(order.lastStartNs, trace.startNs);
    if (matcher.matches(trace)) keyed.emplace_back(numberOf(trace, query.sort), i);
  }
  if (query.sort == TraceSort::Name) rankByName(snapshot, keyed);
  if (stop.stop_requested()) return std::nullopt;
  const bool descending = query.descending;
  std::sort(keyed.begin(), keyed.end(), [descending](const Keyed& a, const Keyed& b) {
    if (a.first != b.first) return descending ? a.first > b.first : a.first < b.first;
    return a.second < b.second;
  });
  if (stop.stop_requested()) return std::nullopt;
  order.traces.reserve(keyed.size());
  for (const Keyed& k : keyed) order.traces.push_back(k.second);
  return order;
}

QString sortText(TraceSort sort, bool descending) {
  switch (sort) {
    case TraceSort::Duration:
      return descending ? Texts::tr("slowest first") : Texts::tr("fastest first");
    case TraceSort::Start:
      return descending ? Texts::tr("newest first") : Texts::tr("oldest first");
    case TraceSort::Spans:
      return descending ? Texts::tr("most spans first") : Texts::tr("fewest spans first");
    case TraceSort::Errors:
      return descending ? Texts::tr("most errors first") : Texts::tr("fewest errors first");
    case TraceSort::Name:
      return descending ? Texts::tr("names from Z to A") : Texts::tr("names from A to Z");
  }
  return {};
}

bool naturallyDescending(TraceSort sort) {
  return sort != TraceSort::Name;
}

}  // namespace waybill::ui
