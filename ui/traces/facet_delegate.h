// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace waybill::ui {

// Paints a row of the facets: a group with its fold, or a value with its count over a quiet bar.
class FacetDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  explicit FacetDelegate(QObject* parent) : QStyledItemDelegate(parent) {}

  static QRect menuRect(const QRect& row);  // where a group opens its menu

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace waybill::ui
