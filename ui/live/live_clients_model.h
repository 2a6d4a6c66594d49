// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include "session/live.h"

namespace waybill::ui {

// Who has sent something, the latest first.
class LiveClientsModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column {
    NameColumn,
    TransportColumn,
    RequestsColumn,
    SpansColumn,
    RefusedColumn,
    OtherColumn,
    ColumnCount
  };

  using QAbstractTableModel::QAbstractTableModel;
  void setClients(const QList<session::LiveClient>& clients);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  QList<session::LiveClient> m_clients;
};

}  // namespace waybill::ui
