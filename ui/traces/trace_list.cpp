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
  const int height = TraceCardDelegate::cardHeight(font(), !m_model.shownQuery().columns.empty());
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
  // At the very top of the list what comes first is looked at.
  if (m_scroll == 0 || m_model.rowCount() == 0) return;
  // The current row when it is in sight; else, while only traces are added, the first row that is.
  const auto inSight = [this](int row) {
    const int y = rowViewportPosition(row);
    return y + rowHeight(row) > 0 && y < viewport()->height();
  };
  const QModelIndex current = currentIndex();
  int row = rowAt(0);
  if (current.isValid() && current.row() < m_model.rowCount() && inSight(current.row())) {
    row = current.row();
  } else if (m_model.query() != m_model.shownQuery()) {
    return;
  }
  if (row < 0) return;
  m_anchor = m_model.traceAt(row);
  m_anchorId = m_model.snapshot().trace(*m_anchor).id;
  m_anchorStore = m_model.snapshot().storeId();
  m_anchorY = rowViewportPosition(row);
}

void TraceList::restorePlace() {
  const int height = TraceCardDelegate::cardHeight(font(), !m_model.shownQuery().columns.empty());
  if (verticalHeader()->defaultSectionSize() != height) fitRows();
  // The bar's range follows the new rows only with the next layout.
  updateGeometries();
  const store::Snapshot& now = m_model.snapshot();
  if (m_anchor && m_anchorStore != now.storeId()) m_anchor = now.findTrace(m_anchorId);
  const std::optional<int> row = m_anchor ? m_model.rowOf(*m_anchor) : std::nullopt;
  verticalScrollBar()->setValue(row ? rowViewportPosition(*row) + verticalOffset() - m_anchorY : m_scroll);
}

}  // namespace waybill::ui
