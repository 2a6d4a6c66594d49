// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>
#include <optional>

#include "base/ids.h"

namespace waybill::ui {

class TracesModel;

// The scrolling list of cards: a table that shows one column, because a table finds the place of a row among
// a million at once where the list view walks over all of them. Keeps its place when the rows are sorted
// anew.
class TraceList : public QTableView {
  Q_OBJECT

 public:
  TraceList(TracesModel& model, QWidget* parent);

  QSize sizeHint() const override;

 Q_SIGNALS:
  void activatedRow(int row);

 protected:
  void changeEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void keepPlace();
  void restorePlace();
  void fitRows();

  TracesModel& m_model;
  std::optional<TraceIndex> m_anchor;  // the trace that is to stay where it is, while the rows are swapped
  TraceId m_anchorId;
  uint64_t m_anchorStore = 0;          // where it has that index
  int m_anchorY = 0;                   // of its top, pixels from the top of the list
  int m_scroll = 0;
};

}  // namespace waybill::ui
