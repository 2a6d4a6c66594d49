// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/trace_list.h"

#include <QEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QScrollBar>

#include "ui/traces/trace_card_delegate.h"
#include "ui/traces/traces_model.h"

namespace waybill::ui {

TraceList::TraceList(TracesModel& model, QWidget* parent) : QTableView(parent), m_model(model) {
  setObjectName(QStringLiteral("tracesList"));
  setAccessibleName(tr("Traces"));
  // Before setModel(): the place is looked up before the base class forgets it, and restored after it is
  // done.
  connect(&model, &QAbstractItemModel::modelAboutToBeReset, this, &TraceList::keepPlace);
  setModel(&model);
  setItemDelegate(new TraceCardDelegate(model, this));
  setShowGrid(false);
  setTabKeyNavigation(false);
  setSelectionBehavior(SelectRows);
  setSelectionMode(SingleSelection);
  setEditTriggers(NoEditTriggers);
  setVerticalScrollMode(ScrollPerPixel);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setWordWrap(false);
  setMouseTracking(true);
  setCornerButtonEnabled(false);
  for (int column = 1; column < TracesModel::ColumnCount; ++column) setColumnHidden(column, true);
  horizontalHeader()->hide();
  horizontalHeader()->setSectionResizeMode(TracesModel::NameColumn, QHeaderView::Stretch);
  horizontalHeader()->setMinimumSectionSize(40);
  verticalHeader()->hide();
  verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  fitRows();
  connect(&model, &QAbstractItemModel::modelReset, this, &TraceList::restorePlace);
  connect(this, &QAbstractItemView::clicked, this,
          [this](const QModelIndex& i) { Q_EMIT activatedRow(i.row()); });
}

QSize TraceList::sizeHint() const {
  return {320, 400};
}

void TraceList::fitRows() {
  const int height = TraceCardDelegate::cardHeight(font());
  verticalHeader()->setMinimumSectionSize(height);
  verticalHeader()->setDefaultSectionSize(height);
  verticalScrollBar()->setSingleStep(height / 2);
}

void TraceList::changeEvent(QEvent* event) {
  QTableView::changeEvent(event);
  if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) fitRows();
}

void TraceList::keyPressEvent(QKeyEvent* event) {
  if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid()) {
    Q_EMIT activatedRow(currentIndex().row());
    return;
  }
  QTableView::keyPressEvent(event);
}

void TraceList::keepPlace() {
  m_scroll = verticalScrollBar()->value();
  m_anchor.reset();
  // The current row when it is in sight; at the very top of the list what comes first is looked at.
  const QModelIndex current = currentIndex();
  if (m_scroll == 0 || !current.isValid() || current.row() >= m_model.rowCount()) return;
  const int y = rowViewportPosition(current.row());
  if (y + rowHeight(current.row()) <= 0 || y >= viewport()->height()) return;
  m_anchor = m_model.traceAt(current.row());
  m_anchorStore = m_model.snapshot().storeId();
  m_anchorY = y;
}

void TraceList::restorePlace() {
  // The bar's range follows the new rows only with the next layout.
  updateGeometries();
  const std::optional<int> row = m_anchor && m_anchorStore == m_model.snapshot().storeId() ? m_model.rowOf(*m_anchor) : std::nullopt;
  verticalScrollBar()->setValue(row ? rowViewportPosition(*row) + verticalOffset() - m_anchorY : m_scroll);
}

}  // namespace waybill::ui
