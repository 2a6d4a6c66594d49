// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QElapsedTimer>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "analysis/population.h"
#include "base/thread_pool.h"
#include "ui/traces/attribute_reading.h"
#include "ui/traces/sort_text.h"

namespace waybill::ui {

class StreamMarks;

// The traces of a snapshot in the order of a query. Sorting and filtering run on a worker; the answer is
// swapped in with one reset, and until then the list stays as it was. data() is O(1). GUI thread.
class TracesModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column {
    NameColumn,
    DurationColumn,
    StartColumn,
    SpansColumn,
    ErrorsColumn,
    ServicesColumn,
    ColumnCount
  };
  enum Role { SortRole = Qt::UserRole, TraceRole };

  // Attributes are read into `columns`, which others may share; into its own without.
  explicit TracesModel(QObject* parent = nullptr, std::shared_ptr<query::AttributeColumns> columns = nullptr);
  ~TracesModel() override;

  // Wishes. What the list then shows follows soon, with a reset; orderChanged() says when. While a file loads
  // snapshots come ten times a second: those that arrive during a sort are joined into one. Other files empty the
  // list at once; a store that takes the place of another with mostly the same traces does not.
  enum class Successor { OtherFiles, SameTraces };
  void setSnapshot(std::shared_ptr<const store::Snapshot> snapshot, Successor successor = Successor::OtherFiles);
  void setQuery(const TraceListQuery& query);

  // Traces that show nothing but a stream are marked, and with `last` stand behind all others, in their order. Durations
  // without a usual value tell too, from what is known of the store; null: the spans alone tell.
  void setStreams(std::shared_ptr<const analysis::Population> known, bool last);
  bool areStreamsLast() const { return m_streamsLast; }

  const TraceListQuery& query() const { return m_wanted; }
  const TraceListQuery& shownQuery() const { return m_shownQuery; }
  // How many threads sorting may take: all, or fewer while something else must not be held up.
  void setThreads(size_t threads) { m_threads = threads; }

  const std::optional<AttributeReading>& reading() const { return m_reading; }

  bool isUpToDate() const { return !m_stop.has_value() && !m_dirty; }

  // Of what is shown.
  const store::Snapshot& snapshot() const { return *m_shown; }
  const std::shared_ptr<const store::Snapshot>& sharedSnapshot() const { return m_shown; }
  const TraceOrder& order() const { return m_order; }
  uint32_t traceCount() const { return m_shown->traceCount(); }  // those left out too
  TraceIndex traceAt(int row) const { return TraceIndex(m_order.traces[static_cast<size_t>(row)]); }
  // Says which traces are pinned; nothing is when it was never given.
  void setPinTest(std::function<bool(TraceId)> test) { m_isPinned = std::move(test); }
  bool isPinned(const store::TraceSummary& trace) const { return m_isPinned && m_isPinned(trace.id); }
  bool isStream(TraceIndex trace) const { return trace.value < m_streams.size() && m_streams[trace.value]; }
  // An attribute that the query shows, and its value of a trace; those that the trace has.
  struct Attribute {
    QString name, value;
  };
  std::vector<Attribute> attributesOf(TraceIndex trace) const;
  std::optional<int> rowOf(TraceIndex trace) const;  // O(rows), a millisecond for a million

  int rowCount(const QModelIndex& parent = {}) const final;
  int columnCount(const QModelIndex& parent = {}) const final;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const final;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

 Q_SIGNALS:
  void orderChanged();
  void readingChanged();

 private:
  void wish();
  void startJob();
  void cancelJob();
  query::JobOptions jobOptions();
  void setReading(std::optional<AttributeReading> reading);
  struct Answer {
    std::shared_ptr<const store::Snapshot> snapshot;
    TraceListQuery query;
    TraceOrder order;           // streams last, where that is wished for; the scale of the bars is that of the others
    std::vector<bool> streams;  // by TraceIndex
  };
  static void putStreams(Answer& answer, bool last);
  void land(Answer answer);
  void show(Answer answer);
  void freeElsewhere(std::shared_ptr<const store::Snapshot> old);
  QVariant display(const store::TraceSummary& trace, int column) const;
  QVariant sortValue(const store::TraceSummary& trace, int column) const;
  QString attributesText(TraceIndex trace, const QString& separator) const;

  std::shared_ptr<const store::Snapshot> m_latest, m_shown;
  TraceListQuery m_wanted, m_shownQuery;
  TraceOrder m_order;
  std::vector<bool> m_streams;
  std::shared_ptr<StreamMarks> m_marks;  // the job's
  std::shared_ptr<const analysis::Population> m_known;
  bool m_streamsLast = true;
  std::function<bool(TraceId)> m_isPinned;
  std::shared_ptr<query::AttributeColumns> m_columns;
  std::optional<AttributeReading> m_reading;
  size_t m_threads = query::allThreads();
  std::optional<std::stop_source> m_stop;  // of the job that runs
  uint64_t m_job = 0;
  bool m_dirty = false;  // something was wished for since the job began
  QTimer m_pause;        // lets the machine breathe between sorts while a file loads
  QElapsedTimer m_jobTime;
  ThreadPool m_pool{1};  // last: its destruction waits for the job
};

// "web POST /buy": the root's service and operation, in one line.
QString traceTitle(const store::Snapshot& snapshot, const store::TraceSummary& trace);

// The start in local time; with the day where traces of several days stand together.
QString traceStartText(int64_t startNs, const TraceOrder& order);

}  // namespace waybill::ui
