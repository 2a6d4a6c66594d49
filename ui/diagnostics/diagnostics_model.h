// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "base/diagnostics.h"

namespace waybill::ui {

// What was odd in the files and in the open trace, one line a kind. GUI thread.
class DiagnosticsModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { MeaningColumn, CountColumn, ScopeColumn, PlaceColumn, ExampleColumn, ColumnCount };
  enum Role { SortRole = Qt::UserRole };
  enum class Scope { Files, Trace };

  struct Line {
    Scope scope;
    Diagnostic diagnostic;
  };

  using QAbstractTableModel::QAbstractTableModel;

  // While a file loads mostly the counts grow: then the rows stay, with what is selected.
  void setDiagnostics(const Diagnostics& files, const Diagnostics* trace);

  int rowCount(const QModelIndex& parent = {}) const final;
  int columnCount(const QModelIndex& parent = {}) const final;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const final;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

 private:
  QVariant display(const Line& line, int column) const;

  std::vector<Line> m_lines;
};

}  // namespace waybill::ui
