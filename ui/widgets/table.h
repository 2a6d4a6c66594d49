// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTreeView>
#include <initializer_list>

namespace waybill::ui {

// A quiet table: rows parted by hairlines, chosen as a whole; Ctrl+C copies the row, its cells parted by tabs.
class Table : public QTreeView {
  Q_OBJECT

 public:
  Table(QAbstractItemModel& model, const QString& name, QWidget* parent);

  void copyRow() const;

 protected:
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
};

// The widths of the first columns, in average characters.
void setWidths(QTreeView& table, std::initializer_list<int> characters);

}  // namespace waybill::ui
