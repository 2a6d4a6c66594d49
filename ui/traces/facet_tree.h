// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPersistentModelIndex>
#include <QStringList>
#include <QTreeView>

#include "query/filter_edit.h"

namespace waybill::ui {

class FacetsModel;

// Facets by mouse and keyboard. What is folded, where the cursor is and how far it is scrolled stays when the model has
// been counted anew.
class FacetTree : public QTreeView {
  Q_OBJECT

 public:
  FacetTree(FacetsModel& model, QWidget* parent);

  const QStringList& folded() const { return m_folded; }
  void setFolded(const QStringList& keys);

 Q_SIGNALS:
  void valueWanted(const QModelIndex& index, query::ValueChange change);
  void removeWanted(const QModelIndex& group);
  void copyWanted(const QModelIndex& index);
  void menuWanted(const QModelIndex& index, const QPoint& globalPosition);
  void foldedChanged();

 protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void use(const QModelIndex& index, Qt::KeyboardModifiers modifiers);
  void keepPlace();
  void restorePlace();

  FacetsModel& m_model;
  QStringList m_folded;  // keys of groups
  QPersistentModelIndex m_pressed;
  bool m_restores = false;
  // While the rows are swapped.
  QString m_key, m_value;
  int m_row = -1, m_scroll = 0;
};

}  // namespace waybill::ui
