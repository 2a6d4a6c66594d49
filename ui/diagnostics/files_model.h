// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "session/session.h"

namespace waybill::ui {

// The files of the last load, in the order they were read. GUI thread.
class FilesModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { FileColumn, FormatColumn, BytesColumn, SpansColumn, TracesColumn, ErrorColumn, ColumnCount };
  enum Role { SortRole = Qt::UserRole };

  using QAbstractTableModel::QAbstractTableModel;

  void setFiles(std::vector<ingest::LoadedFile> files);

  int rowCount(const QModelIndex& parent = {}) const final;
  int columnCount(const QModelIndex& parent = {}) const final;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const final;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;

 private:
  QVariant display(const ingest::LoadedFile& file, int column) const;

  std::vector<ingest::LoadedFile> m_files;
};

}  // namespace waybill::ui
