// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/view/view.h"

class QLabel;
class QSortFilterProxyModel;
class QStackedWidget;

namespace waybill::analysis {
struct OperationExcess;
}

namespace waybill::ui {

class OperationRanker;
class PlainLabel;
class SlowOperationsModel;
class Table;

// Which operations make the listed traces slower than usual, as a table that opens its traces. Ranked while it is in
// sight, anew when the filter of the list or what is usual has changed.
class SlowOperationsView : public View {
  Q_OBJECT

 public:
  SlowOperationsView(session::Session& session, QWidget* parent);

  QWidget* focusTarget() override;

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void buildHeader();
  void buildTable();
  void buildActions();
  void rank();
  void showRanking();
  void showState();
  QString stateText() const;     // in place of a table
  QString subtitleText() const;  // which traces, and above what
  const analysis::OperationExcess* chosen() const;
  void openWorst();
  void filterByOperation();
  void openMenu(const QPoint& position);

  OperationRanker* m_ranker;
  SlowOperationsModel* m_model;
  QSortFilterProxyModel* m_sorted;
  PlainLabel* m_subtitle = nullptr;
  QStackedWidget* m_pages = nullptr;
  Table* m_table = nullptr;
  QLabel* m_empty = nullptr;
  QWidget* m_emptyPage = nullptr;
  QAction* m_open = nullptr;
  QAction* m_filter = nullptr;
  QAction* m_copy = nullptr;
};

// A filter that leaves the traces with such an operation. What differs from call to call in its name is left out.
QString operationFilter(const analysis::OperationExcess& operation);

}  // namespace waybill::ui
