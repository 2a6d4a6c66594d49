// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace waybill::ui {

class TracesModel;

// Paints a trace as a card: name and duration, services and counts, a bar on the scale of the whole list.
class TraceCardDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  TraceCardDelegate(const TracesModel& model, QObject* parent);

  // The same for every row; higher when attributes are shown.
  static int cardHeight(const QFont& font, bool hasAttributes = false);

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  const TracesModel& m_model;
};

}  // namespace waybill::ui
