// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What can be done with a value of the facets, and with an attribute.
#include <QMenu>
#include <QPersistentModelIndex>
#include <QSettings>

#include "ui/theme/controls.h"
#include "ui/traces/facets_model.h"
#include "ui/traces/facets_panel.h"

namespace waybill::ui {
namespace {

constexpr auto kColumnsKey = "traces/columns";
constexpr qsizetype kMostColumns = 3;  // a line of a card has room for

using RowKind = FacetsModel::RowKind;
using ValueState = FacetsModel::ValueState;

RowKind kindOf(const QModelIndex& index) {
  return index.data(FacetsModel::KindRole).value<RowKind>();
}

}  // namespace

void FacetsPanel::openMenu(const QModelIndex& index, const QPoint& globalPosition) {
  auto* menu = new QMenu(this);
  menu->setObjectName(QStringLiteral("facetsMenu"));
  menu->setAttribute(Qt::WA_DeleteOnClose);
  if (kindOf(index) == RowKind::Value) {
    addValueActions(*menu, index);
    menu->addSeparator();
  }
  addGroupActions(*menu, kindOf(index) == RowKind::Group ? index : index.parent());
  menu->popup(globalPosition);
}

void FacetsPanel::addValueActions(QMenu& menu, const QModelIndex& value) {
  const auto state = value.data(FacetsModel::StateRole).value<ValueState>();
  const bool can = value.data(FacetsModel::CanFilterRole).toBool();
  const auto add = [&](const QString& text, const QKeySequence& key, query::ValueChange how) {
    QAction* action = menu.addAction(text, this, [this, value = QPersistentModelIndex(value), how] {
      if (value.isValid()) change(value, how);
    });
    action->setShortcut(key);
    action->setEnabled(can);
  };
  using enum query::ValueChange;
  add(state == ValueState::Free ? tr("Filter by This Value") : tr("Take Out of the Filter"), Qt::Key_Return, Toggle);
  add(tr("And This Value Too"), QKeySequence(Qt::CTRL | Qt::Key_Return), Add);
  add(tr("Only This Value"), {}, Only);
  add(state == ValueState::Excluded ? tr("Exclude No More") : tr("Exclude"), QKeySequence(Qt::SHIFT | Qt::Key_Return),
      Exclude);
  menu.addSeparator();
  menu.addAction(tr("Copy Value"), QKeySequence::Copy, this, [this, value = QPersistentModelIndex(value)] {
    if (value.isValid()) copy(value);
  });
}

void FacetsPanel::addGroupActions(QMenu& menu, const QModelIndex& group) {
  const QString key = group.data(FacetsModel::KeyRole).toString();
  addListActions(menu, key);
  if (attributes().contains(key)) {
    menu.addAction(tr("Remove “%1”").arg(group.data().toString()), QKeySequence::Delete, this,
                   [this, group = QPersistentModelIndex(group)] {
                     if (group.isValid()) removeAttribute(group);
                   });
  }
  menu.addAction(tr("Add Attribute…"), this, &FacetsPanel::beginAdding);
  if (isChosen()) {
    menu.addAction(tr("Choose the Attributes for Me"), this, [this] { setAttributes(std::nullopt); });
  }
}

QStringList FacetsPanel::listColumns() {
  return QSettings().value(QLatin1String(kColumnsKey)).toStringList().mid(0, kMostColumns);
}

void FacetsPanel::setInList(const QString& key, bool shown) {
  QStringList now = listColumns();
  now.removeAll(key);
  if (shown) now << key;
  QSettings().setValue(QLatin1String(kColumnsKey), now);
  Q_EMIT listColumnsChanged();
}

// Of a group's own attribute; and those that have no group any more can be taken out by any.
void FacetsPanel::addListActions(QMenu& menu, const QString& key) {
  const QStringList shown = listColumns(), known = attributes();
  if (known.contains(key)) {
    QAction* action = menu.addAction(tr("Show in the List"));
    action->setCheckable(true);
    action->setChecked(shown.contains(key));
    action->setEnabled(shown.contains(key) || shown.size() < kMostColumns);
    connect(action, &QAction::triggered, this, [this, key](bool on) { setInList(key, on); });
  }
  for (const QString& column : shown) {
    if (known.contains(column)) continue;
    menu.addAction(tr("Show “%1” in the List No More").arg(lineText(column.toStdString())), this,
                   [this, column] { setInList(column, false); });
  }
}

}  // namespace waybill::ui
