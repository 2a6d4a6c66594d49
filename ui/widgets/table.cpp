// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/table.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>

namespace waybill::ui {

Table::Table(QAbstractItemModel& model, const QString& name, QWidget* parent) : QTreeView(parent) {
  setObjectName(name);
  setProperty("table", true);
  setModel(&model);
  setRootIsDecorated(false);
  setIndentation(0);
  setUniformRowHeights(true);
  setAllColumnsShowFocus(true);
  setEditTriggers(NoEditTriggers);
  setTextElideMode(Qt::ElideRight);
  setVerticalScrollMode(ScrollPerPixel);
  header()->setHighlightSections(false);
  header()->setSectionsMovable(false);
  header()->setStretchLastSection(true);
  header()->setMinimumSectionSize(56);
}

bool Table::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy)) {
    event->accept();
    return true;
  }
  return QTreeView::event(event);
}

void Table::keyPressEvent(QKeyEvent* event) {
  if (!event->matches(QKeySequence::Copy) || !currentIndex().isValid()) return QTreeView::keyPressEvent(event);
  copyRow();
}

void Table::copyRow() const {
  if (!currentIndex().isValid()) return;
  QStringList cells;
  for (int column = 0; column < model()->columnCount(); ++column) {
    cells << currentIndex().siblingAtColumn(column).data().toString();
  }
  QGuiApplication::clipboard()->setText(cells.join(u'\t'));
}

void setWidths(QTreeView& table, std::initializer_list<int> characters) {
  const int unit = table.fontMetrics().averageCharWidth();
  int column = 0;
  for (const int count : characters) table.setColumnWidth(column++, count * unit);
}

}  // namespace waybill::ui
