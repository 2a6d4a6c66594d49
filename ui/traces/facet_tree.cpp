// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/facet_tree.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <algorithm>

#include "ui/traces/facet_delegate.h"
#include "ui/traces/facets_model.h"

namespace waybill::ui {
namespace {

using RowKind = FacetsModel::RowKind;

RowKind kindOf(const QModelIndex& index) {
  return index.data(FacetsModel::KindRole).value<RowKind>();
}

query::ValueChange changeOf(Qt::KeyboardModifiers modifiers) {
  if (modifiers.testFlag(Qt::ShiftModifier)) return query::ValueChange::Exclude;
  return modifiers.testFlag(Qt::ControlModifier) ? query::ValueChange::Add : query::ValueChange::Toggle;
}

}  // namespace

FacetTree::FacetTree(FacetsModel& model, QWidget* parent) : QTreeView(parent), m_model(model) {
  setObjectName(QStringLiteral("facets"));
  setAccessibleName(tr("Facets of the traces"));
  // Before setModel(): the place is looked up before the base class forgets it, and restored after it is done.
  connect(&model, &QAbstractItemModel::modelAboutToBeReset, this, &FacetTree::keepPlace);
  setModel(&model);
  connect(&model, &QAbstractItemModel::modelReset, this, &FacetTree::restorePlace);
  setItemDelegate(new FacetDelegate(this));
  setHeaderHidden(true);
  setRootIsDecorated(false);
  setIndentation(0);
  setExpandsOnDoubleClick(false);
  setEditTriggers(NoEditTriggers);
  // What is chosen stands in the filter; here there is but a cursor.
  setSelectionMode(NoSelection);
  setVerticalScrollMode(ScrollPerPixel);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setMouseTracking(true);
  const auto note = [this](const QModelIndex& group, bool folded) {
    if (m_restores) return;
    const QString key = group.data(FacetsModel::KeyRole).toString();
    m_folded.removeAll(key);
    if (folded) m_folded << key;
    Q_EMIT foldedChanged();
  };
  connect(this, &QTreeView::collapsed, this, [note](const QModelIndex& group) { note(group, true); });
  connect(this, &QTreeView::expanded, this, [note](const QModelIndex& group) { note(group, false); });
}

void FacetTree::setFolded(const QStringList& keys) {
  m_folded = keys;
  restorePlace();
}

void FacetTree::use(const QModelIndex& index, Qt::KeyboardModifiers modifiers) {
  switch (kindOf(index)) {
    case RowKind::Group: return setExpanded(index, !isExpanded(index));
    case RowKind::Value: Q_EMIT valueWanted(index, changeOf(modifiers)); return;
    case RowKind::More: return m_model.showMore(index);
    case RowKind::Note: return;
  }
}

void FacetTree::mousePressEvent(QMouseEvent* event) {
  const QModelIndex index = indexAt(event->position().toPoint());
  m_pressed = event->button() == Qt::LeftButton ? index : QModelIndex();
  if (index.isValid()) setCurrentIndex(index);
}

void FacetTree::mouseReleaseEvent(QMouseEvent* event) {
  const QPoint at = event->position().toPoint();
  const QModelIndex index = indexAt(at);
  const bool isClick = event->button() == Qt::LeftButton && index.isValid() && m_pressed == index;
  m_pressed = QModelIndex();
  if (!isClick) return;
  if (kindOf(index) == RowKind::Group && FacetDelegate::menuRect(visualRect(index)).contains(at)) {
    Q_EMIT menuWanted(index, event->globalPosition().toPoint());
    return;
  }
  use(index, event->modifiers());
}

void FacetTree::mouseDoubleClickEvent(QMouseEvent* event) {
  mousePressEvent(event);
}

void FacetTree::keyPressEvent(QKeyEvent* event) {
  const QModelIndex current = currentIndex();
  if (current.isValid()) {
    switch (event->key()) {
      case Qt::Key_Return:
      case Qt::Key_Enter:
      case Qt::Key_Space: return use(current, event->modifiers());
      case Qt::Key_Delete: Q_EMIT removeWanted(current); return;
      default: break;
    }
    if (event->matches(QKeySequence::Copy)) {
      Q_EMIT copyWanted(current);
      return;
    }
  }
  QTreeView::keyPressEvent(event);
}

// A shortcut of the window takes Ctrl+C otherwise.
bool FacetTree::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::Copy) || key->key() == Qt::Key_Delete) {
      event->accept();
      return true;
    }
  }
  return QTreeView::event(event);
}

void FacetTree::contextMenuEvent(QContextMenuEvent* event) {
  const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
  const QModelIndex index = byKey ? currentIndex() : indexAt(event->pos());
  if (!index.isValid()) return;
  setCurrentIndex(index);
  Q_EMIT menuWanted(index, byKey ? viewport()->mapToGlobal(visualRect(index).center()) : event->globalPos());
}

void FacetTree::keepPlace() {
  const QModelIndex current = currentIndex();
  m_scroll = verticalScrollBar()->value();
  m_key = current.isValid() ? current.data(FacetsModel::KeyRole).toString() : QString();
  m_row = current.isValid() && current.parent().isValid() ? current.row() : -1;
  m_value = m_row >= 0 ? current.data(FacetsModel::ValueRole).toString() : QString();
}

void FacetTree::restorePlace() {
  m_restores = true;
  for (int g = 0; g < m_model.rowCount(); ++g) {
    const QModelIndex group = m_model.index(g, 0);
    setExpanded(group, !m_folded.contains(group.data(FacetsModel::KeyRole).toString()));
  }
  m_restores = false;
  if (m_key.isEmpty()) return;
  QModelIndex current = m_model.groupOf(m_key);
  if (current.isValid() && m_row >= 0) {
    const QModelIndex group = current;
    // The value, else what stands in its place now.
    current = m_model.index(std::clamp(m_row, 0, m_model.rowCount(group) - 1), 0, group);
    for (int row = 0; row < m_model.rowCount(group) && !m_value.isEmpty(); ++row) {
      const QModelIndex value = m_model.index(row, 0, group);
      if (value.data(FacetsModel::ValueRole).toString() == m_value) current = value;
    }
  }
  setAutoScroll(false);
  setCurrentIndex(current);
  setAutoScroll(true);
  // The bar's range follows the new rows only with the next layout.
  executeDelayedItemsLayout();
  updateGeometries();
  verticalScrollBar()->setValue(m_scroll);
}

}  // namespace waybill::ui
