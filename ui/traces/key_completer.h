// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "base/thread_pool.h"
#include "store/snapshot.h"

class QCompleter;
class QLineEdit;
class QStringListModel;

namespace waybill::ui {

// Offers the names of attributes that occur while a term is typed into a filter box, or one name into a box for it. They
// are looked up on a worker when somebody types, once a store. Lives as long as the box.
class KeyCompleter : public QObject {
  Q_OBJECT

 public:
  // In a filter a key is completed to "key=", and offered when it is begun; alone it is found by any part of it, and
  // all are offered from the start.
  enum class Use { InFilter, Alone };

  // `current` gives what is open, never null.
  KeyCompleter(QLineEdit& edit, std::function<std::shared_ptr<const store::Snapshot>()> current,
               Use use = Use::InFilter);
  ~KeyCompleter() override;

  bool isLooking() const { return m_stop.has_value(); }
  void begin() { typed(); }  // as if something had been typed

 Q_SIGNALS:
  void taken(const QString& key);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;  // of the popup

 private:
  void typed();
  void look(std::shared_ptr<const store::Snapshot> snapshot);
  void offer();
  void take(const QString& key);

  QLineEdit& m_edit;
  QStringListModel* m_keys;
  QCompleter* m_completer;
  const std::function<std::shared_ptr<const store::Snapshot>()> m_current;
  const Use m_use;
  uint64_t m_lookedAtStore = 0;
  uint32_t m_lookedAtSpans = 0;
  std::optional<std::stop_source> m_stop;  // of the job that runs
  uint64_t m_job = 0;
  ThreadPool m_pool{1};  // last: its destruction waits for the job
};

}  // namespace waybill::ui
