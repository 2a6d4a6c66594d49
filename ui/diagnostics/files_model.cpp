// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/diagnostics/files_model.h"

#include <QFileInfo>
#include <utility>

#include "base/time_text.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

bool isNumber(int column) {
  return column == FilesModel::BytesColumn || column == FilesModel::SpansColumn ||
         column == FilesModel::TracesColumn;
}

QString formatOf(const ingest::LoadedFile& file) {
  QString format = lineText(file.formatTitle);
  if (file.container.empty() || file.container == "none") return format;
  return format.isEmpty() ? lineText(file.container)
                          : format + QStringLiteral(", ") + lineText(file.container);
}

}  // namespace

void FilesModel::setFiles(std::vector<ingest::LoadedFile> files) {
  beginResetModel();
  m_files = std::move(files);
  endResetModel();
}

int FilesModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_files.size());
}

int FilesModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant FilesModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const ingest::LoadedFile& file = m_files[static_cast<size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return display(file, index.column());
    case SortRole:
      if (index.column() == BytesColumn) return qulonglong{file.bytes};
      if (index.column() == SpansColumn) return qulonglong{file.spans};
      if (index.column() == TracesColumn) return qulonglong{file.traces};
      return display(file, index.column());
    case Qt::ToolTipRole:
      if (index.column() == FileColumn) return plainToolTip(lineText(file.path, 4096));
      if (index.column() == BytesColumn)
        return tr("%1 bytes").arg(QString::fromStdString(countText(file.bytes)));
      return plainToolTip(display(file, index.column()).toString());
    case Qt::ForegroundRole:
      if (index.column() == ErrorColumn) return theme().error;
      return {};
    case Qt::TextAlignmentRole:
      if (isNumber(index.column())) return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
      return {};
    default:
      return {};
  }
}

QVariant FilesModel::display(const ingest::LoadedFile& file, int column) const {
  switch (column) {
    case FileColumn: {
      const QString path = lineText(file.path, 4096);
      const QString name = QFileInfo(path).fileName();
      return name.isEmpty() ? path : name;
    }
    case FormatColumn:
      return formatOf(file);
    case BytesColumn:
      return QString::fromStdString(bytesText(file.bytes));
    case SpansColumn:
      return QString::fromStdString(countText(file.spans));
    case TracesColumn:
      return QString::fromStdString(countText(file.traces));
    case ErrorColumn:
      return file.error.empty() ? QString() : QStringLiteral("▲ ") + lineText(file.error, 2000);
    default:
      return {};
  }
}

QVariant FilesModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case FileColumn:
      return tr("File");
    case FormatColumn:
      return tr("Format");
    case BytesColumn:
      return tr("Size");
    case SpansColumn:
      return tr("Spans");
    case TracesColumn:
      return tr("New traces");
    case ErrorColumn:
      return tr("Problem");
    default:
      return {};
  }
}

}  // namespace waybill::ui
