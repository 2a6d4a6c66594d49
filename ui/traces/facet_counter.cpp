// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/facet_counter.h"

#include <algorithm>
#include <utility>

#include "query/attribute_keys.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {

constexpr size_t kMostValues = 200;     // of a facet that are kept
constexpr size_t kMostSuggested = 4;
constexpr int kPauseMs = 1000, kLongestPauseMs = 5000;  // between counts of a store that grows

}  // namespace

FacetCounter::FacetCounter(QObject* parent, std::shared_ptr<query::AttributeColumns> columns)
    : QObject(parent), m_columns(std::move(columns)), m_snapshot(std::make_shared<const store::Snapshot>()) {
  m_pause.setSingleShot(true);
  connect(&m_pause, &QTimer::timeout, this, &FacetCounter::wish);
}

FacetCounter::~FacetCounter() {
  if (m_stop) m_stop->request_stop();
}

void FacetCounter::setActive(bool active) {
  if (std::exchange(m_active, active) == active) return;
  if (!active) cancel();
  wish();
}

void FacetCounter::setShown(std::shared_ptr<const store::Snapshot> snapshot, const std::string& filter, Store store) {
  const bool isOther = snapshot != m_snapshot || filter != m_filter;
  const bool hasGrown =
      store == Store::Growing && snapshot->storeId() == m_snapshot->storeId() && filter == m_filter;
  m_filter = filter;
  // The last holder of a big file frees it: not here, where it would be felt.
  m_pool.post([old = std::exchange(m_snapshot, std::move(snapshot))](std::stop_token) {});
  if (isOther) m_dirty = true;
  if (isOther && !hasGrown) cancel();
  if (!hasGrown) m_pause.stop();
  wish();
}

void FacetCounter::holdOff() {
  cancel();
  m_pause.stop();
}

void FacetCounter::setAttributes(std::optional<QStringList> attributes) {
  if (attributes == m_attributes) return;
  m_attributes = std::move(attributes);
  m_dirty = true;
  holdOff();
  wish();
}

void FacetCounter::setThreads(size_t threads) {
  const bool isFaster = threads > std::exchange(m_threads, threads);
  if (!isFaster) return;
  cancel();
  m_pause.stop();
  wish();
}

void FacetCounter::cancel() {
  if (m_stop) {
    m_stop->request_stop();
    m_dirty = true;
  }
  m_stop.reset();
  setReading(std::nullopt);
}

void FacetCounter::setReading(std::optional<AttributeReading> reading) {
  if (!reading && !m_reading) return;
  m_reading = std::move(reading);
  Q_EMIT readingChanged();
}

void FacetCounter::wish() {
  if (m_active && m_dirty && !m_stop.has_value() && !m_pause.isActive()) startJob();
}

query::JobOptions FacetCounter::jobOptions() {
  query::JobOptions options;
  options.threads = m_threads;
  options.stop = m_stop->get_token();
  options.progress = tellReading(this, [this, job = m_job](AttributeReading reading) {
    if (job == m_job && m_stop.has_value()) setReading(std::move(reading));
  });
  return options;
}

void FacetCounter::startJob() {
  m_dirty = false;
  m_stop.emplace();
  m_jobTime.start();
  ++m_job;
  m_pool.post([this, job = m_job, snapshot = m_snapshot, filter = query::readFilter(m_filter),
               attributes = m_attributes, suggested = m_suggested, columns = m_columns,
               options = jobOptions()](std::stop_token) mutable {
    Answer answer = asked(*snapshot, attributes, std::move(suggested), options.stop);
    const auto isReady = [&](const query::Term& term) {
      return term.field != query::Field::Attribute || columns->peek(*snapshot, term.key) != nullptr;
    };
    if (!std::ranges::all_of(answer.facets, isReady, &Facet::term)) {
      if (!count(*snapshot, filter, *columns, options, true, answer.facets)) return;
      post(job, answer, false);
    }
    if (!count(*snapshot, filter, *columns, options, false, answer.facets)) return;
    snapshot.reset();
    post(job, std::move(answer), true);
  });
}

FacetCounter::Answer FacetCounter::asked(const store::Snapshot& snapshot, const std::optional<QStringList>& attributes,
                                         Suggested suggested, const std::stop_token& stop) {
  // What is suggested stays while a store grows, until there is twice as much to tell by.
  const bool isKnown = suggested.store == snapshot.storeId() && snapshot.spanCount() / 2 <= suggested.spans;
  if (!attributes && !isKnown) {
    suggested = {snapshot.storeId(), snapshot.spanCount(), {}};
    for (const std::string& key : query::tellingAttributeKeys(snapshot, kMostSuggested, stop)) {
      suggested.attributes << fromUtf8(query::filterKey(key));
    }
  }
  QStringList keys{QStringLiteral("service"), QStringLiteral("name"), QStringLiteral("status"), QStringLiteral("kind")};
  keys << attributes.value_or(suggested.attributes);
  Answer answer;
  for (const QString& key : std::as_const(keys)) {
    if (const auto term = query::readKey(key.toStdString())) answer.facets.push_back({key, *term, {}});
  }
  answer.suggested = std::move(suggested);
  answer.store = snapshot.storeId();
  return answer;
}

// Only those whose attribute has been read before, or all. False when stopped.
bool FacetCounter::count(const store::Snapshot& snapshot, const query::FilterText& filter,
                         query::AttributeColumns& columns, const query::JobOptions& options, bool readyOnly,
                         std::vector<Facet>& facets) {
  std::vector<query::Term> terms;
  for (Facet& facet : facets) {
    facet.isCounted = !readyOnly || facet.term.field != query::Field::Attribute ||
                      columns.peek(snapshot, facet.term.key) != nullptr;
    if (facet.isCounted) terms.push_back(facet.term);
  }
  auto counts = query::countFacets(snapshot, filter, terms, kMostValues, columns, options);
  if (!counts) return false;
  auto next = counts->begin();
  for (Facet& facet : facets) {
    if (facet.isCounted) facet.counts = std::move(*next++);
  }
  return true;
}

void FacetCounter::post(uint64_t job, Answer answer, bool isLast) {
  // This object outlives the pool, and drops what is still queued when it goes.
  QMetaObject::invokeMethod(
      this,
      [this, job, isLast, answer = std::move(answer)]() mutable {
        if (job != m_job || !m_stop.has_value()) return;
        if (isLast) {
          m_stop.reset();
          setReading(std::nullopt);
          m_pause.start(static_cast<int>(std::clamp<qint64>(3 * m_jobTime.elapsed(), kPauseMs, kLongestPauseMs)));
        }
        take(std::move(answer));
      },
      Qt::QueuedConnection);
}

void FacetCounter::take(Answer answer) {
  m_facets = std::move(answer.facets);
  m_suggested = std::move(answer.suggested);
  m_countedStore = answer.store;
  Q_EMIT counted();
}

}  // namespace waybill::ui
