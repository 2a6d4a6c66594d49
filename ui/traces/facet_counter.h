// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "query/facet_counts.h"
#include "ui/traces/attribute_reading.h"

namespace waybill::ui {

// A key and what was counted of it.
struct Facet {
  QString key;  // as it stands in a filter
  query::Term term;
  query::FacetCounts counts;
  bool isCounted = true;  // not while its attribute is being read
};

// Counts the facets of what the list of traces shows: service, operation, status, kind and some attributes. On a
// worker, one answer at a time, but what needs no reading comes first; a store that grows is counted again once a second
// at most. Does nothing unless it is active. GUI thread.
class FacetCounter : public QObject {
  Q_OBJECT

 public:
  FacetCounter(QObject* parent, std::shared_ptr<query::AttributeColumns> columns);
  ~FacetCounter() override;

  void setActive(bool active);
  // While a store grows it is counted again now and then only; what will not grow soon is counted at once.
  enum class Store { Whole, Growing };
  void setShown(std::shared_ptr<const store::Snapshot> snapshot, const std::string& filter, Store store = Store::Whole);
  // What the list shows will be another soon: what is being counted is of no use.
  void holdOff();
  // Keys as they stand in a filter; none: those that tell the most of the open traces.
  void setAttributes(std::optional<QStringList> attributes);
  // How many threads counting may take; with more than before it begins anew, and goes on reading where it was.
  void setThreads(size_t threads);

  const std::optional<AttributeReading>& reading() const { return m_reading; }
  bool isUpToDate() const { return !m_stop.has_value() && !m_dirty; }

  // The last answer.
  const std::vector<Facet>& facets() const { return m_facets; }
  uint64_t countedStore() const { return m_countedStore; }  // 0: nothing was counted

 Q_SIGNALS:
  void counted();
  void readingChanged();

 private:
  struct Suggested {
    uint64_t store = 0;
    uint32_t spans = 0;  // of which it was told
    QStringList attributes;
  };
  struct Answer {
    std::vector<Facet> facets;
    Suggested suggested;
    uint64_t store = 0;
  };

  void wish();
  void cancel();
  void startJob();
  query::JobOptions jobOptions();
  void setReading(std::optional<AttributeReading> reading);
  void take(Answer answer);
  // On the worker.
  void post(uint64_t job, Answer answer, bool isLast);
  static Answer asked(const store::Snapshot& snapshot, const std::optional<QStringList>& attributes,
                      Suggested suggested, const std::stop_token& stop);
  static bool count(const store::Snapshot& snapshot, const query::FilterText& filter, query::AttributeColumns& columns,
                    const query::JobOptions& options, bool readyOnly, std::vector<Facet>& facets);

  std::shared_ptr<query::AttributeColumns> m_columns;
  std::shared_ptr<const store::Snapshot> m_snapshot;
  std::string m_filter;
  std::optional<QStringList> m_attributes;
  Suggested m_suggested;
  std::vector<Facet> m_facets;
  uint64_t m_countedStore = 0;
  std::optional<AttributeReading> m_reading;
  size_t m_threads = query::allThreads();
  bool m_active = false;
  bool m_dirty = false;  // something was wished for since the job began
  QTimer m_pause;        // between counts of a store that grows
  QElapsedTimer m_jobTime;
  std::optional<std::stop_source> m_stop;  // of the job that runs
  uint64_t m_job = 0;
  ThreadPool m_pool{1};  // last: its destruction waits for the job
};

}  // namespace waybill::ui
