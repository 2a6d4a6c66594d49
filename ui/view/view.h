// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QKeySequence>
#include <QList>
#include <QString>
#include <QWidget>
#include <functional>

#include "session/session.h"

namespace waybill::ui {

// Where the main window puts a view.
enum class ViewArea { Left, Centre, Right, Bottom };

// Under which menu an action of a view appears.
enum class ActionMenu { File, Edit, View, Trace, Help };

// A part of the window that shows the session and commands it. State goes down by the session's signals, wishes go
// up by its commands; no view knows another. Add one: a folder here and a line in view/registry.cpp.
class View : public QWidget {
  Q_OBJECT

 public:
  View(session::Session& session, QWidget* parent) : QWidget(parent), m_session(session) {}

  // What gets the keyboard when the view is chosen; the view itself unless it says otherwise.
  virtual QWidget* focusTarget() { return this; }

 Q_SIGNALS:
  void pictureWished();  // the open trace is to be seen: its picture comes to the front

 protected:
  session::Session& session() const { return m_session; }

  // Adds an action to the one list of actions: the main window shows it in the menu and on the shortcut sheet.
  // The shortcuts work window-wide unless they are single keys that text fields need too: those work while the
  // view, or a child of it, has the focus (Qt::WidgetWithChildrenShortcut).
  QAction* addViewAction(ActionMenu menu, const QString& text, const QList<QKeySequence>& shortcuts,
                         Qt::ShortcutContext context, std::function<void()> run);

 private:
  session::Session& m_session;
};

// Names the menu of an action; used by the main window.
ActionMenu menuOf(const QAction& action);

}  // namespace waybill::ui
