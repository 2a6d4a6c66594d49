// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/span_search.h"

#include <QElapsedTimer>
#include <algorithm>
#include <span>
#include <utility>

#include "query/span_filter.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {

constexpr qint64 kProgressIntervalMs = 80;

// The matches, the same as a set, and what is left when the others are hidden: made by the worker, whatever their number.
struct Found {
  std::vector<uint32_t> matches;
  query::BitSet set;
  std::shared_ptr<const layout::KeptSpans> kept;
};

}  // namespace

SpanSearch::SpanSearch(QObject* parent, std::shared_ptr<query::AttributeColumns> columns)
    : QObject(parent), m_columns(std::move(columns)) {}

SpanSearch::~SpanSearch() {
  if (m_stop) m_stop->request_stop();
}

void SpanSearch::start(std::shared_ptr<const session::OpenTrace> trace, const QString& text) {
  if (m_stop) m_stop->request_stop();
  m_stop.reset();
  m_matches = {};
  m_isMatch = {};
  m_progress = {};
  m_words.reset();
  m_text = text;
  m_filter = std::make_shared<const query::FilterText>(query::readFilter(text.toStdString()));
  const auto before = std::exchange(m_trace, m_filter->empty() ? nullptr : std::move(trace));
  if (m_trace == nullptr || before == nullptr || !m_trace->hasSameNodesAs(*before)) m_kept = nullptr;
  if (m_trace) {
    m_words = std::make_unique<query::WordMatcher>(*m_trace->tree().snapshot, m_filter->words);
    startJob();
  }
  Q_EMIT progressed();
}

void SpanSearch::clear() {
  start(nullptr, {});
}

// Progress comes from workers, one at a time, and is told a few times a second.
query::JobOptions SpanSearch::jobOptions() {
  query::JobOptions options;
  options.stop = m_stop->get_token();
  QElapsedTimer sinceTold;
  sinceTold.start();
  options.progress = [this, job = m_job, sinceTold](std::string_view key, uint64_t done, uint64_t all) mutable {
    if (all == 0 || !sinceTold.hasExpired(kProgressIntervalMs)) return;
    sinceTold.restart();
    Progress progress{lineText(key), static_cast<int>(done * 100 / all)};
    QMetaObject::invokeMethod(
        this,
        [this, job, progress = std::move(progress)]() mutable {
          if (job != m_job || !isRunning()) return;
          m_progress = std::move(progress);
          Q_EMIT progressed();
        },
        Qt::QueuedConnection);
  };
  return options;
}

void SpanSearch::startJob() {
  m_stop.emplace();
  ++m_job;
  m_pool.post([this, job = m_job, trace = m_trace, filter = m_filter, columns = m_columns,
               options = jobOptions()](std::stop_token) {
    const analysis::TraceTree& tree = trace->tree();
    auto matches = query::spansMatching(*tree.snapshot, std::span(tree.row), *filter, *columns, options);
    if (!matches) return;
    Found found{std::move(*matches), query::BitSet(tree.size()), nullptr};
    for (const uint32_t node : found.matches) found.set.insert(node);
    found.kept = std::make_shared<const layout::KeptSpans>(tree, found.matches);
    // This object outlives the pool, and drops what is still queued when it goes.
    QMetaObject::invokeMethod(
        this,
        [this, job, found = std::move(found)]() mutable {
          if (job != m_job || !isRunning()) return;
          m_stop.reset();
          m_matches = std::move(found.matches);
          m_isMatch = std::move(found.set);
          m_kept = std::move(found.kept);
          m_keptFor = m_text;
          Q_EMIT progressed();
        },
        Qt::QueuedConnection);
  });
}

bool SpanSearch::nameMatches(analysis::NodeIndex node) const {
  if (!isActive() || !isMatch(node)) return false;
  const analysis::TraceTree& tree = m_trace->tree();
  if (wordsIn(tree.nameId(node)) != 0) return true;
  return wordsIn(tree.service[node.value]) == 0;  // found by its id or an attribute, which is not in sight
}

bool SpanSearch::serviceMatches(analysis::NodeIndex node) const {
  return isActive() && isMatch(node) && wordsIn(m_trace->tree().service[node.value]) != 0;
}

void SpanSearch::setOthers(Others others) {
  if (std::exchange(m_others, others) != others) Q_EMIT progressed();
}

bool SpanSearch::isDimmed(uint32_t first, uint32_t end) const {
  if (m_others == Others::Shown || !isActive() || isRunning()) return false;
  const auto match = std::lower_bound(m_matches.begin(), m_matches.end(), first);
  return match == m_matches.end() || *match >= end;
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
