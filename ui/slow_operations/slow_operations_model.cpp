// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/slow_operations/slow_operations_model.h"

#include <QIcon>
#include <QPainter>
#include <QPixmap>
#include <algorithm>
#include <utility>

#include "base/time_text.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

using Model = SlowOperationsModel;

bool isNumber(int column) {
  return column != Model::ServiceColumn && column != Model::OperationColumn;
}

QString counted(uint64_t count) { return QString::fromStdString(countText(count)); }
QString duration(int64_t ns) { return QString::fromStdString(durationText(ns)); }

QString traceName(const store::Snapshot& snapshot, const store::TraceSummary& trace) {
  return lineText(snapshot.service(trace.root)) + u' ' + lineText(snapshot.name(trace.root));
}

// The same on a chosen row, which an icon is not by itself.
QIcon dotIcon(const QColor& color) {
  constexpr int kScale = 2;  // sharp on dense screens
  QPixmap pixmap(kScale * Model::kDot, kScale * Model::kDot);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(color);
  painter.drawRoundedRect(pixmap.rect(), 2 * kScale, 2 * kScale);
  painter.end();
  QIcon icon(pixmap);
  icon.addPixmap(pixmap, QIcon::Selected);
  return icon;
}

}  // namespace

void SlowOperationsModel::setOperations(std::vector<analysis::OperationExcess> operations,
                                        std::shared_ptr<const store::Snapshot> snapshot) {
  beginResetModel();
  m_operations = std::move(operations);
  m_snapshot = std::move(snapshot);
  endResetModel();
}

int SlowOperationsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_operations.size());
}

int SlowOperationsModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant SlowOperationsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  switch (role) {
    case Qt::DisplayRole:
      return display(index);
    case SortRole:
      return sortValue(index);
    case Qt::DecorationRole:
      if (index.column() != ServiceColumn) return {};
      return dotIcon(serviceColors().color(m_snapshot->serviceId(operationAt(index.row()).worstSpan)));
    case Qt::ToolTipRole:
      return plainToolTip(toolTip(index));
    case Qt::ForegroundRole:
      if (index.column() == RankColumn) return theme().muted;
      return {};
    case Qt::TextAlignmentRole:
      if (isNumber(index.column())) return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
      return {};
    default:
      return {};
  }
}

QVariant SlowOperationsModel::display(const QModelIndex& index) const {
  const analysis::OperationExcess& operation = operationAt(index.row());
  switch (index.column()) {
    case RankColumn:
      return QString::number(index.row() + 1);
    case ServiceColumn:
      return lineText(operation.service);
    case OperationColumn:
      return lineText(excessPlace(operation));
    case ExcessColumn:
      return QString(u'+' + duration(operation.excessNs));
    case RequestsColumn:
      return counted(operation.requests);
    case SlowerColumn:
      return QString::fromStdString(percentText(static_cast<int64_t>(operation.slowRequests),
                                                static_cast<int64_t>(operation.requests)));
    case WorstColumn:
      return duration(m_snapshot->trace(operation.worstTrace).durationNs());
    default:
      return {};
  }
}

QVariant SlowOperationsModel::sortValue(const QModelIndex& index) const {
  const analysis::OperationExcess& operation = operationAt(index.row());
  switch (index.column()) {
    case RankColumn:
      return index.row();
    case ExcessColumn:
      return qlonglong{operation.excessNs};
    case RequestsColumn:
      return qulonglong{operation.requests};
    case SlowerColumn:
      return static_cast<double>(operation.slowRequests) / static_cast<double>(std::max<uint64_t>(1, operation.requests));
    case WorstColumn:
      return qlonglong{m_snapshot->trace(operation.worstTrace).durationNs()};
    default:
      return display(index).toString().toCaseFolded();
  }
}

QString SlowOperationsModel::toolTip(const QModelIndex& index) const {
  const analysis::OperationExcess& operation = operationAt(index.row());
  if (index.column() == SlowerColumn) {
    return tr("%1 of %2 requests").arg(counted(operation.slowRequests), counted(operation.requests));
  }
  if (index.column() != WorstColumn) return display(index).toString();
  const store::TraceSummary& trace = m_snapshot->trace(operation.worstTrace);
  return traceName(*m_snapshot, trace) + u'\n' + QString::fromStdString(exactDurationText(trace.durationNs())) + u'\n' +
         tr("started %1").arg(QString::fromStdString(isoTimeText(trace.startNs))) + u'\n' +
         tr("trace %1").arg(QString::fromStdString(toHex(trace.id)));
}

QVariant SlowOperationsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    const bool isRight = isNumber(section) && section != RankColumn;  // where the mark of the order has no room beside it
    return QVariant::fromValue((isRight ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  if (role == Qt::ToolTipRole) {
    switch (section) {
      case RankColumn:
        return tr("First the slowest operation of each service, then the others");
      case ExcessColumn:
        return tr("Time on the critical path above usual, a mean over the requests that touch the operation");
      case RequestsColumn:
        return tr("Requests that touch the operation");
      case SlowerColumn:
        return tr("Share of these requests in which it took longer than usual");
      case WorstColumn:
        return tr("The request in which it took most above usual; Enter opens it");
      default:
        return {};
    }
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case RankColumn:
      return QStringLiteral("#");
    case ServiceColumn:
      return tr("Service");
    case OperationColumn:
      return tr("Operation");
    case ExcessColumn:
      return tr("Per request");
    case RequestsColumn:
      return tr("Requests");
    case SlowerColumn:
      return tr("Slower in");
    case WorstColumn:
      return tr("Worst");
    default:
      return {};
  }
}

}  // namespace waybill::ui
