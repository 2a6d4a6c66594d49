// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/view/view.h"

#include <utility>

namespace waybill::ui {
namespace {
constexpr char kMenuProperty[] = "waybillMenu";
}

QAction* View::addViewAction(ActionMenu menu, const QString& text, const QList<QKeySequence>& shortcuts,
                             Qt::ShortcutContext context, std::function<void()> run) {
  auto* action = new QAction(text, this);
  action->setShortcuts(shortcuts);
  action->setShortcutContext(context);
  action->setProperty(kMenuProperty, static_cast<int>(menu));
  connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
  addAction(action);
  return action;
}

ActionMenu menuOf(const QAction& action) { return static_cast<ActionMenu>(action.property(kMenuProperty).toInt()); }

}  // namespace waybill::ui
