// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/span_search.h"

#include <QElapsedTimer>
#include <algorithm>

namespace waybill::ui {
namespace {
constexpr int kSliceMs = 8;
constexpr uint32_t kSpansBetweenLooksAtTheClock = 4096;
}  // namespace

SpanSearch::SpanSearch(QObject* parent) : QObject(parent) {
  m_timer.setInterval(0);
  connect(&m_timer, &QTimer::timeout, this, &SpanSearch::runSlice);
}

void SpanSearch::start(std::shared_ptr<const session::OpenTrace> trace, const QString& text) {
  m_timer.stop();
  m_trace = std::move(trace);
  m_text = m_trace ? text : QString();
  m_matches.clear();
  m_known.clear();
  m_next = 0;
  if (m_text.isEmpty()) {
    m_trace.reset();
    Q_EMIT progressed();
    return;
  }
  m_timer.start();
}

void SpanSearch::clear() {
  start(nullptr, {});
}

bool SpanSearch::compare(StringId id) const {
  const std::string_view text = m_trace->tree().snapshot->text(id);
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))
      .contains(m_text, Qt::CaseInsensitive);
}

bool SpanSearch::matchesText(StringId id) const {
  if (id.value >= m_known.size()) m_known.resize(size_t{id.value} + 1, Verdict::Unknown);
  Verdict& verdict = m_known[id.value];
  if (verdict == Verdict::Unknown) verdict = compare(id) ? Verdict::Yes : Verdict::No;
  return verdict == Verdict::Yes;
}

bool SpanSearch::nameMatches(analysis::NodeIndex node) const {
  if (!isActive() || node.value >= m_trace->tree().size()) return false;
  const analysis::TraceTree& tree = m_trace->tree();
  return matchesText(tree.snapshot->spans().name(tree.row[node.value]));
}

bool SpanSearch::serviceMatches(analysis::NodeIndex node) const {
  return isActive() && node.value < m_trace->tree().size() &&
         matchesText(m_trace->tree().service[node.value]);
}

void SpanSearch::runSlice() {
  QElapsedTimer clock;
  clock.start();
  const uint32_t size = m_trace->tree().size();
  while (m_next < size && clock.elapsed() < kSliceMs) {
    const uint32_t end = std::min(size, m_next + kSpansBetweenLooksAtTheClock);
    for (; m_next < end; ++m_next) {
      if (isMatch(analysis::NodeIndex(m_next))) m_matches.push_back(m_next);
    }
  }
  if (m_next >= size) m_timer.stop();
  Q_EMIT progressed();
}

std::optional<analysis::NodeIndex> SpanSearch::next(std::optional<analysis::NodeIndex> from,
                                                    Direction direction) const {
  if (m_matches.empty()) return std::nullopt;
  if (direction == Direction::Forward) {
    const auto after =
        from ? std::upper_bound(m_matches.begin(), m_matches.end(), from->value) : m_matches.begin();
    return analysis::NodeIndex(after == m_matches.end() ? m_matches.front() : *after);
  }
  const auto before =
      from ? std::lower_bound(m_matches.begin(), m_matches.end(), from->value) : m_matches.end();
  return analysis::NodeIndex(before == m_matches.begin() ? m_matches.back() : *(before - 1));
}

std::optional<size_t> SpanSearch::placeOf(analysis::NodeIndex node) const {
  const auto at = std::lower_bound(m_matches.begin(), m_matches.end(), node.value);
  if (at == m_matches.end() || *at != node.value) return std::nullopt;
  return static_cast<size_t>(at - m_matches.begin()) + 1;
}

}  // namespace waybill::ui
