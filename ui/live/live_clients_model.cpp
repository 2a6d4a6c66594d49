// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/live_clients_model.h"

#include "base/time_text.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {
QString number(quint64 count) {
  return QString::fromStdString(countText(count));
}
}  // namespace

void LiveClientsModel::setClients(const QList<session::LiveClient>& clients) {
  const auto sameRow = [](const session::LiveClient& a, const session::LiveClient& b) {
    return a.name == b.name && a.address == b.address && a.transport == b.transport;
  };
  bool sameRows = clients.size() == m_clients.size();
  for (qsizetype i = 0; sameRows && i < clients.size(); ++i) sameRows = sameRow(clients[i], m_clients[i]);
  if (!sameRows) {
    beginResetModel();
    m_clients = clients;
    endResetModel();
  } else if (!clients.isEmpty()) {
    m_clients = clients;
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
  }
}

int LiveClientsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_clients.size());
}

int LiveClientsModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant LiveClientsModel::data(const QModelIndex& index, int role) const {
  const session::LiveClient& client = m_clients[index.row()];
  if (role == Qt::TextAlignmentRole && index.column() >= RequestsColumn) {
    return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  }
  if (role == Qt::ToolTipRole) {
    const QString problem = client.lastProblem.isEmpty() ? QString() : QLatin1Char('\n') + client.lastProblem;
    return plainToolTip(client.name + QStringLiteral(" (") + client.address + QLatin1Char(')') + problem);
  }
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case NameColumn:
      return client.name;
    case TransportColumn:
      return client.transport;
    case RequestsColumn:
      return number(client.requests);
    case SpansColumn:
      return number(client.spans);
    case RefusedColumn:
      return number(client.refused);
    case OtherColumn:
      return number(client.otherSignals);
    default:
      return {};
  }
}

QVariant LiveClientsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole && section >= RequestsColumn)
    return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case NameColumn:
      return tr("Sender");
    case TransportColumn:
      return tr("By");
    case RequestsColumn:
      return tr("Requests");
    case SpansColumn:
      return tr("Spans");
    case RefusedColumn:
      return tr("Refused");
    case OtherColumn:
      return tr("Not traces");
    default:
      return {};
  }
}

}  // namespace waybill::ui
