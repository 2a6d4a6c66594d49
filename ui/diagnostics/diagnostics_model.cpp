// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/diagnostics/diagnostics_model.h"

#include <QFileInfo>
#include <algorithm>
#include <utility>

#include "base/time_text.h"
#include "ui/theme/controls.h"

namespace waybill::ui {

void DiagnosticsModel::setDiagnostics(const Diagnostics& files, const Diagnostics* trace) {
  std::vector<Line> lines;
  for (const Diagnostic& d : files.entries()) lines.push_back({Scope::Files, d});
  if (trace != nullptr) {
    for (const Diagnostic& d : trace->entries()) lines.push_back({Scope::Trace, d});
  }
  const bool sameRows = std::equal(lines.begin(), lines.end(), m_lines.begin(), m_lines.end(),
                                   [](const Line& a, const Line& b) {
                                     return a.scope == b.scope && a.diagnostic.kind == b.diagnostic.kind &&
                                            a.diagnostic.file == b.diagnostic.file;
                                   });
  if (sameRows) {
    m_lines = std::move(lines);
    if (!m_lines.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    return;
  }
  beginResetModel();
  m_lines = std::move(lines);
  endResetModel();
}

int DiagnosticsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int DiagnosticsModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant DiagnosticsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const Line& line = m_lines[static_cast<size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return display(line, index.column());
    case SortRole:
      if (index.column() == CountColumn) return qulonglong{line.diagnostic.count};
      if (index.column() == PlaceColumn) return qulonglong{line.diagnostic.offset};
      return display(line, index.column());
    case Qt::ToolTipRole:
      if (index.column() == PlaceColumn && !line.diagnostic.file.empty()) {
        return plainToolTip(
            tr("%1\nbyte %2")
                .arg(lineText(line.diagnostic.file, 4096), QString::number(line.diagnostic.offset)));
      }
      if (index.column() == MeaningColumn) {
        return plainToolTip(display(line, MeaningColumn).toString() + u'\n' +
                            lineText(diagnosticName(line.diagnostic.kind)));
      }
      return plainToolTip(display(line, index.column()).toString());
    case Qt::TextAlignmentRole:
      if (index.column() == CountColumn) return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
      return {};
    default:
      return {};
  }
}

QVariant DiagnosticsModel::display(const Line& line, int column) const {
  const Diagnostic& d = line.diagnostic;
  switch (column) {
    case MeaningColumn:
      return lineText(diagnosticMeaning(d.kind));
    case CountColumn:
      return QString::fromStdString(countText(d.count));
    case ScopeColumn:
      return line.scope == Scope::Files ? tr("open files") : tr("open trace");
    case PlaceColumn: {
      if (d.file.empty()) return QString();
      const QString name = QFileInfo(lineText(d.file, 4096)).fileName();
      return tr("%1, byte %2").arg(name, QString::fromStdString(countText(d.offset)));
    }
    case ExampleColumn:
      return lineText(d.example);
    default:
      return {};
  }
}

QVariant DiagnosticsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue((section == CountColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case MeaningColumn:
      return tr("Meaning");
    case CountColumn:
      return tr("Times");
    case ScopeColumn:
      return tr("In");
    case PlaceColumn:
      return tr("First at");
    case ExampleColumn:
      return tr("Example");
    default:
      return {};
  }
}

}  // namespace waybill::ui
