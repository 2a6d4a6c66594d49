// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <memory>
#include <vector>

#include "session/session.h"

class QDateTimeEdit;
class QPushButton;

namespace waybill::ui {

class PlainLabel;

// Asks from when to when the open traces are normal: before the open trace at first.
class NormalRange : public QDialog {
  Q_OBJECT

 public:
  NormalRange(session::Session& session, QWidget* parent);

 private:
  // Milliseconds since the Unix epoch, half-open.
  struct Range {
    qint64 fromMs = 0, toMs = 0;
  };
  void build();
  void readStarts();
  void setRange(Range range);
  Range range() const;
  std::vector<TraceIndex> chosen() const;  // that start in the range
  void showCount();
  void use();

  session::Session& m_session;
  std::shared_ptr<const store::Snapshot> m_snapshot;
  Range m_all;          // in which traces start
  qint64 m_openMs = 0;  // when the open trace starts
  QDateTimeEdit* m_from;
  QDateTimeEdit* m_to;
  PlainLabel* m_count;
  QPushButton* m_use;
};

// The traces that are open, as they follow a number of them: "of shop.json", "that were received".
QString openOrigin(const session::Session& session);

}  // namespace waybill::ui
