// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <QObject>
#include <QString>
#include <functional>

#include "session/session.h"

class QAction;
class QMenu;
class QWidget;

namespace waybill::ui {

// What a person can do about what is normal: choose files, the traces of the list or a range of time, and end it.
class NormalActions : public QObject {
  Q_OBJECT

 public:
  // Makes an action that works in the whole window and stands in the menu.
  using MakeAction = std::function<QAction*(const QString& text, const QKeySequence& key, std::function<void()> run)>;

  NormalActions(session::Session& session, const MakeAction& make, QWidget* window);

  void addTo(QMenu& menu) const;

 private:
  void chooseFiles();
  void chooseListed();
  void chooseRange();
  void showState();

  session::Session& m_session;
  QWidget* m_window;  // over which dialogs open
  QAction* m_files;
  QAction* m_listed;
  QAction* m_range;
  QAction* m_end;
};

}  // namespace waybill::ui
