// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/traces_model.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>
#include <utility>

#include "base/time_text.h"
#include "ui/theme/controls.h"
#include "ui/traces/stream_marks.h"

namespace waybill::ui {
namespace {

constexpr int kLongestPauseMs = 1000;

QDateTime localTime(int64_t unixNs) {
  return QDateTime::fromMSecsSinceEpoch(unixNs / 1'000'000);
}

QString serviceNames(const store::Snapshot& snapshot, const store::TraceSummary& trace) {
  constexpr qsizetype kMost = 8;
  QStringList names;
  const auto services = snapshot.services(trace.services);
  for (const StringId service : services) {
    if (names.size() == kMost) {
      names.append(QStringLiteral("+%1").arg(static_cast<qsizetype>(services.size()) - kMost));
      break;
    }
    names.append(lineText(snapshot.text(service)));
  }
  return names.join(QStringLiteral(", "));
}

}  // namespace

TracesModel::TracesModel(QObject* parent, std::shared_ptr<query::AttributeColumns> columns)
    : QAbstractTableModel(parent),
      m_marks(std::make_shared<StreamMarks>()),
      m_columns(columns != nullptr ? std::move(columns) : std::make_shared<query::AttributeColumns>()) {
  m_latest = m_shown = std::make_shared<const store::Snapshot>();
  m_pause.setSingleShot(true);
  connect(&m_pause, &QTimer::timeout, this, [this] {
    if (m_dirty && !m_stop.has_value()) startJob();
  });
}

TracesModel::~TracesModel() {
  if (m_stop) m_stop->request_stop();
}

void TracesModel::setSnapshot(std::shared_ptr<const store::Snapshot> snapshot, Successor successor) {
  if (snapshot == m_latest) return;
  const bool replaced =
      snapshot->traceCount() < m_latest->traceCount() ||
      (m_latest->traceCount() > 0 && snapshot->trace(TraceIndex(0)).id != m_latest->trace(TraceIndex(0)).id);
  freeElsewhere(std::exchange(m_latest, std::move(snapshot)));
  if (replaced && successor == Successor::OtherFiles) {
    // Other files: the old rows mean nothing any more.
    cancelJob();
    show({m_latest, m_wanted, {}, {}});
  }
  wish();
}

void TracesModel::setQuery(const TraceListQuery& query) {
  if (query == m_wanted) return;
  m_wanted = query;
  // Typed: what is being sorted for the former query is of no use.
  cancelJob();
  wish();
}

void TracesModel::setStreams(std::shared_ptr<const analysis::Population> known, bool last) {
  if (m_known == known && m_streamsLast == last) return;
  m_known = std::move(known);
  m_streamsLast = last;
  wish();
}

void TracesModel::cancelJob() {
  if (m_stop) m_stop->request_stop();
  m_stop.reset();
  m_pause.stop();
  setReading(std::nullopt);
}

void TracesModel::setReading(std::optional<AttributeReading> reading) {
  if (!reading && !m_reading) return;
  m_reading = std::move(reading);
  Q_EMIT readingChanged();
}

void TracesModel::wish() {
  m_dirty = true;
  if (!m_stop.has_value() && !m_pause.isActive()) startJob();
}

query::JobOptions TracesModel::jobOptions() {
  query::JobOptions options;
  options.threads = m_threads;
  options.stop = m_stop->get_token();
  options.progress = tellReading(this, [this, job = m_job](AttributeReading reading) {
    if (job == m_job && m_stop.has_value()) setReading(std::move(reading));
  });
  return options;
}

void TracesModel::startJob() {
  m_dirty = false;
  m_stop.emplace();
  m_jobTime.start();
  ++m_job;
  m_pool.post([this, job = m_job, snapshot = m_latest, wanted = m_wanted, columns = m_columns, marks = m_marks,
               known = m_known, last = m_streamsLast, options = jobOptions()](std::stop_token) mutable {
    std::optional<TraceOrder> order = query::orderTraces(*snapshot, wanted, *columns, options);
    if (!order || !marks->update(*snapshot, known, options.threads, options.stop)) return;
    Answer answer{std::move(snapshot), wanted, std::move(*order), marks->bits()};
    putStreams(answer, last);
    // This object outlives the pool, and drops what is still queued when it goes.
    QMetaObject::invokeMethod(
        this,
        [this, job, answer = std::move(answer)]() mutable {
          if (job == m_job && m_stop.has_value()) land(std::move(answer));
        },
        Qt::QueuedConnection);
  });
}

// A stream lasts as long as somebody listens: it says nothing of how long requests take.
void TracesModel::putStreams(Answer& answer, bool last) {
  if (std::find(answer.streams.begin(), answer.streams.end(), true) == answer.streams.end()) return;
  std::vector<uint32_t>& traces = answer.order.traces;
  if (last) std::stable_partition(traces.begin(), traces.end(), [&](uint32_t trace) { return !answer.streams[trace]; });
  int64_t longest = 0;
  for (uint32_t i = 0; i < answer.snapshot->traceCount(); ++i) {
    if (!answer.streams[i]) longest = std::max(longest, answer.snapshot->trace(TraceIndex(i)).durationNs());
  }
  if (longest > 0) answer.order.longestNs = longest;
}

void TracesModel::land(Answer answer) {
  m_stop.reset();
  setReading(std::nullopt);
  show(std::move(answer));
  const int tookMs = static_cast<int>(m_jobTime.elapsed());
  m_pause.start(std::min(kLongestPauseMs, 3 * tookMs));
}

void TracesModel::show(Answer answer) {
  beginResetModel();
  freeElsewhere(std::exchange(m_shown, std::move(answer.snapshot)));
  m_shownQuery = std::move(answer.query);
  m_streams = std::move(answer.streams);
  // What an attribute's values point into may be a big file, see freeElsewhere().
  std::swap(m_order, answer.order);
  if (!answer.order.columns.empty()) m_pool.post([columns = std::move(answer.order.columns)](std::stop_token) {});
  endResetModel();
  Q_EMIT orderChanged();
}

void TracesModel::freeElsewhere(std::shared_ptr<const store::Snapshot> old) {
  // The last holder of a big file frees it: not here, where it would be felt.
  if (old != m_latest && old != m_shown) m_pool.post([old = std::move(old)](std::stop_token) {});
}

std::vector<TracesModel::Attribute> TracesModel::attributesOf(TraceIndex trace) const {
  std::vector<Attribute> out;
  for (const query::TraceColumn& column : m_order.columns) {
    const uint32_t code = column.codes[trace.value];
    if (code == 0) continue;
    const auto term = query::readKey(column.key);
    out.push_back({lineText(term->key), lineText(otlp::valueText(column.column->value(code)))});
  }
  return out;
}

std::optional<int> TracesModel::rowOf(TraceIndex trace) const {
  const auto at = std::find(m_order.traces.begin(), m_order.traces.end(), trace.value);
  if (at == m_order.traces.end()) return std::nullopt;
  return static_cast<int>(at - m_order.traces.begin());
}

int TracesModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_order.traces.size());
}

int TracesModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant TracesModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const store::TraceSummary& trace = m_shown->trace(traceAt(index.row()));
  switch (role) {
    case Qt::DisplayRole:
      return display(trace, index.column());
    case SortRole:
      return sortValue(trace, index.column());
    case TraceRole:
      return traceAt(index.row()).value;
    case Qt::AccessibleTextRole:
      if (index.column() != NameColumn) return display(trace, index.column());
      return tr("%1, %2, %3 spans, %4 errors, started %5, services %6")
          .arg(traceTitle(*m_shown, trace), display(trace, DurationColumn).toString(),
               display(trace, SpansColumn).toString(), display(trace, ErrorsColumn).toString(),
               display(trace, StartColumn).toString(), display(trace, ServicesColumn).toString())
          .append(isStream(traceAt(index.row())) ? tr(", a stream") : QString())
          .append(attributesText(traceAt(index.row()), QStringLiteral(", ")));
    case Qt::ToolTipRole:
      return plainToolTip(traceTitle(*m_shown, trace) + u'\n' +
                          QString::fromStdString(exactDurationText(trace.durationNs())) + u'\n' +
                          tr("started %1").arg(QString::fromStdString(isoTimeText(trace.startNs))) + u'\n' +
                          tr("services: %1").arg(serviceNames(*m_shown, trace)) + u'\n' +
                          tr("trace %1").arg(QString::fromStdString(toHex(trace.id))) +
                          (isStream(traceAt(index.row()))
                               ? u'\n' + tr("a stream: stands for a conversation, not for work")
                               : QString()) +
                          attributesText(traceAt(index.row()), QStringLiteral("\n")));
    case Qt::TextAlignmentRole:
      if (index.column() == NameColumn || index.column() == ServicesColumn) return {};
      return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    default:
      return {};
  }
}

// Each after the separator.
QString TracesModel::attributesText(TraceIndex trace, const QString& separator) const {
  QString out;
  for (const Attribute& attribute : attributesOf(trace)) {
    out += separator + attribute.name + QStringLiteral(": ") + attribute.value;
  }
  return out;
}

QVariant TracesModel::display(const store::TraceSummary& trace, int column) const {
  switch (column) {
    case NameColumn:
      return traceTitle(*m_shown, trace);
    case DurationColumn:
      return QString::fromStdString(durationText(trace.durationNs()));
    case StartColumn:
      return traceStartText(trace.startNs, m_order);
    case SpansColumn:
      return QString::fromStdString(countText(trace.spans));
    case ErrorsColumn:
      return QString::fromStdString(countText(trace.errors));
    case ServicesColumn:
      return serviceNames(*m_shown, trace);
    default:
      return {};
  }
}

QVariant TracesModel::sortValue(const store::TraceSummary& trace, int column) const {
  switch (column) {
    case NameColumn:
      return traceTitle(*m_shown, trace).toCaseFolded();
    case DurationColumn:
      return qlonglong{trace.durationNs()};
    case StartColumn:
      return qlonglong{trace.startNs};
    case SpansColumn:
      return trace.spans;
    case ErrorsColumn:
      return trace.errors;
    case ServicesColumn:
      return static_cast<uint>(m_shown->services(trace.services).size());
    default:
      return {};
  }
}

QVariant TracesModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case NameColumn:
      return tr("Trace");
    case DurationColumn:
      return tr("Duration");
    case StartColumn:
      return tr("Start");
    case SpansColumn:
      return tr("Spans");
    case ErrorsColumn:
      return tr("Errors");
    case ServicesColumn:
      return tr("Services");
    default:
      return {};
  }
}

QString traceTitle(const store::Snapshot& snapshot, const store::TraceSummary& trace) {
  const QString service = lineText(snapshot.service(trace.root));
  const QString name = lineText(snapshot.name(trace.root));
  return service + u' ' + (name.isEmpty() ? TracesModel::tr("(no name)") : name);
}

QString traceStartText(int64_t startNs, const TraceOrder& order) {
  if (startNs == 0) return TracesModel::tr("no start time");
  const QDateTime start = localTime(startNs);
  const bool oneDay = localTime(order.firstStartNs).date() == localTime(order.lastStartNs).date();
  if (oneDay) return start.toString(QStringLiteral("HH:mm:ss"));
  const bool oneYear =
      localTime(order.firstStartNs).date().year() == localTime(order.lastStartNs).date().year();
  return QLocale::c().toString(
      start, oneYear ? QStringLiteral("d MMM HH:mm:ss") : QStringLiteral("d MMM yyyy HH:mm"));
}

}  // namespace waybill::ui
