// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/detail_list.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>

#include "ui/details/detail_delegate.h"
#include "ui/details/details_model.h"

namespace waybill::ui {

DetailList::DetailList(DetailsModel& model, QWidget* parent)
    : QListView(parent), m_model(model), m_delegate(new DetailDelegate(model, this)) {
  setObjectName(QStringLiteral("detailsList"));
  setAccessibleName(tr("Details"));
  // Before setModel(): the view asks the delegate for sizes as soon as it hears of new rows.
  connect(&model, &QAbstractItemModel::modelAboutToBeReset, this, [this] { m_delegate->forgetLines(); });
  connect(&model, &QAbstractItemModel::modelReset, this, [this] { m_delegate->forgetLines(); });
  connect(&model, &QAbstractItemModel::dataChanged, this, [this] {
    m_delegate->forgetLines();
    scheduleDelayedItemsLayout();
  });
  setModel(&model);
  setItemDelegate(m_delegate);
  setVerticalScrollMode(ScrollPerPixel);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);  // else its coming and going would break lines anew
  verticalScrollBar()->setSingleStep(16);
  connect(verticalScrollBar(), &QScrollBar::rangeChanged, this,
          [this](int first, int last) { verticalScrollBar()->setEnabled(last > first); });
  setResizeMode(Adjust);
  setViewportMargins(0, 6, 0, 0);
  setEditTriggers(NoEditTriggers);
  setSelectionMode(SingleSelection);
  setMouseTracking(true);
  connect(this, &QAbstractItemView::clicked, this, &DetailList::choose);
}

void DetailList::choose(const QModelIndex& index) {
  if (!index.isValid()) return;
  const int row = index.row(), scroll = verticalScrollBar()->value();
  if (m_model.kind(row) == DetailsModel::RowKind::Entry && m_model.entry(row).target) {
    Q_EMIT targetChosen(row);
    return;
  }
  if (!m_model.toggle(row)) return;
  // What was clicked stays under the mouse.
  doItemsLayout();
  if (row < m_model.rowCount()) setCurrentIndex(m_model.index(row));
  verticalScrollBar()->setValue(scroll);
}

void DetailList::copyValue() const {
  if (!currentIndex().isValid()) return;
  const QVariant value = currentIndex().data(DetailsModel::CopyRole);
  if (value.isValid()) QGuiApplication::clipboard()->setText(value.toString());
}

void DetailList::copyKeyAndValue() const {
  if (!currentIndex().isValid() || m_model.kind(currentIndex().row()) != DetailsModel::RowKind::Entry) return;
  const QString key = currentIndex().data(DetailsModel::KeyRole).toString();
  QGuiApplication::clipboard()->setText(key + QStringLiteral(" = ") +
                                        currentIndex().data(DetailsModel::CopyRole).toString());
}

void DetailList::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy)) return copyValue();
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return choose(currentIndex());
  QListView::keyPressEvent(event);
}

bool DetailList::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride &&
      static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy)) {
    event->accept();
    return true;
  }
  return QListView::event(event);
}

void DetailList::mouseMoveEvent(QMouseEvent* event) {
  const QModelIndex under = indexAt(event->position().toPoint());
  const bool link = under.isValid() && m_model.kind(under.row()) == DetailsModel::RowKind::Entry &&
                    m_model.entry(under.row()).target.has_value();
  viewport()->setCursor(link ? Qt::PointingHandCursor : Qt::ArrowCursor);
  QListView::mouseMoveEvent(event);
}

void DetailList::contextMenuEvent(QContextMenuEvent* event) {
  if (event->reason() == QContextMenuEvent::Mouse) {
    const QModelIndex under = indexAt(event->pos());
    if (under.isValid()) setCurrentIndex(under);
  }
  Q_EMIT menuWanted(event->globalPos());
}

void DetailList::changeEvent(QEvent* event) {
  if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
    if (m_delegate != nullptr) m_delegate->forgetLines();
    scheduleDelayedItemsLayout();
  }
  QListView::changeEvent(event);
}

}  // namespace waybill::ui
