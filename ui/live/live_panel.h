// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "session/session.h"

class QPushButton;
class QStackedWidget;

namespace waybill::ui {

class LiveClientsModel;
class SnippetBox;

// Everything about the endpoint in one window beside the main one: on and off, where it listens, what has
// come from whom, what to paste, and the settings. It never blocks the main window.
class LivePanel : public QDialog {
  Q_OBJECT

 public:
  // The actions are the main window's: Listen (checkable), and what else there is to do.
  LivePanel(session::Session& session, QAction* listen, const QList<QAction*>& actions, QWidget* parent);

 private:
  QWidget* buildTop(QAction* listen, const QList<QAction*>& actions);
  QWidget* buildSenders();
  QWidget* buildTitled(const QString& title, QWidget* content);
  void showState();
  void showStatus();

  session::Live& m_live;
  QPushButton* m_listen = nullptr;
  QPushButton* m_otherPorts = nullptr;
  QLabel* m_state = nullptr;
  QLabel* m_counters = nullptr;
  QLabel* m_restart = nullptr;
  QStackedWidget* m_senders = nullptr;
  LiveClientsModel* m_clients;
  SnippetBox* m_snippets = nullptr;
};

}  // namespace waybill::ui
