// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>
#include <QToolButton>

#include "session/session.h"

class QAction;
class QMainWindow;
class QMenu;
class QToolBar;

namespace waybill::ui {

class LivePanel;
class MessageStrip;

// What the frame offers of the endpoint: the actions, the button of the toolbar, the state in the status bar,
// and the messages. The panel is made when it is first asked for.
class LiveControls : public QObject {
  Q_OBJECT

 public:
  LiveControls(session::Session& session, MessageStrip& messages, QMainWindow* window);

  void addTo(QToolBar* bar);
  void addTo(QMenu* menu);
  QWidget* statusButton() const { return m_status; }
  void showPanel();

 private:
  void makeActions();
  QAction* addAction(const QString& text, const QString& shortcut, void (LiveControls::*run)());
  void toggle();
  void togglePause();
  void clear();
  void keep();
  void follow();
  void returnToLive();
  void showState();
  void showStatus();

  session::Session& m_session;
  session::Live& m_live;
  MessageStrip& m_messages;
  QMainWindow* m_window;
  QAction *m_listen = nullptr, *m_pause = nullptr, *m_clear = nullptr, *m_keep = nullptr, *m_follow = nullptr,
          *m_panelAction = nullptr, *m_return = nullptr;
  QToolButton* m_status;
  QPointer<LivePanel> m_panel;
  QString m_toldProblem;
};

}  // namespace waybill::ui
