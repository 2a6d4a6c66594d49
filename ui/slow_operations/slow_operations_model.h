// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <memory>
#include <vector>

#include "analysis/excess_ranking.h"
#include "store/snapshot.h"

namespace waybill::ui {

// The operations that take more time than usual, in the order of their rank. GUI thread.
class SlowOperationsModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { RankColumn, ServiceColumn, OperationColumn, ExcessColumn, RequestsColumn, SlowerColumn, WorstColumn, ColumnCount };
  enum Role { SortRole = Qt::UserRole };

  static constexpr int kDot = 9;  // pixels of a service's mark, as in the list of traces

  using QAbstractTableModel::QAbstractTableModel;

  // The snapshot is that of the traces; null without operations.
  void setOperations(std::vector<analysis::OperationExcess> operations, std::shared_ptr<const store::Snapshot> snapshot);

  const analysis::OperationExcess& operationAt(int row) const { return m_operations[static_cast<size_t>(row)]; }
  const std::shared_ptr<const store::Snapshot>& snapshot() const { return m_snapshot; }

  int rowCount(const QModelIndex& parent = {}) const final;
  int columnCount(const QModelIndex& parent = {}) const final;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const final;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

 private:
  QVariant display(const QModelIndex& index) const;
  QVariant sortValue(const QModelIndex& index) const;
  QString toolTip(const QModelIndex& index) const;

  std::vector<analysis::OperationExcess> m_operations;
  std::shared_ptr<const store::Snapshot> m_snapshot;
};

}  // namespace waybill::ui
