// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "store/snapshot.h"

namespace waybill::session {

// The traces that the list shows. Immutable.
struct ListedTraces {
  std::shared_ptr<const store::Snapshot> snapshot;  // never null
  QString filter;                                   // as typed; empty: none
  std::optional<std::vector<TraceIndex>> traces;    // what the filter leaves; none without a filter: all

  size_t count() const { return traces ? traces->size() : snapshot->traceCount(); }
};

// What the list of traces shows, for all who speak of the same traces, and what others wish of its filter. GUI thread.
class TraceListing : public QObject {
  Q_OBJECT

 public:
  explicit TraceListing(QObject* parent = nullptr);

  const std::shared_ptr<const ListedTraces>& listed() const { return m_listed; }  // never null
  void setListed(ListedTraces listed);                                            // the list has another order or filter
  void wishFilter(const QString& filter) { Q_EMIT filterWished(filter); }

 Q_SIGNALS:
  void listedChanged();
  void filterWished(const QString& filter);

 private:
  std::shared_ptr<const ListedTraces> m_listed;
};

}  // namespace waybill::session
