// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/live_controls.h"

#include <QAction>
#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QMainWindow>
#include <QMenu>
#include <QMessageBox>
#include <QToolBar>

#include "ui/live/live_panel.h"
#include "ui/live/live_text.h"
#include "ui/shell/message_strip.h"
#include "ui/theme/controls.h"

namespace waybill::ui {

using State = session::Live::State;

LiveControls::LiveControls(session::Session& session, MessageStrip& messages, QMainWindow* window)
    : QObject(window),
      m_session(session),
      m_live(session.live()),
      m_messages(messages),
      m_window(window),
      m_status(new QToolButton(window)) {
  makeActions();
  m_status->setObjectName(QStringLiteral("liveStatus"));
  m_status->setProperty("flat", true);
  m_status->hide();
  connect(m_status, &QToolButton::clicked, this, [this] {
    if (m_return->isEnabled()) return returnToLive();
    showPanel();
  });
  connect(&m_live, &session::Live::stateChanged, this, &LiveControls::showState);
  connect(&m_live, &session::Live::pausedChanged, this, &LiveControls::showState);
  connect(&m_live, &session::Live::statusChanged, this, &LiveControls::showStatus);
  connect(&session, &session::Session::showingLiveChanged, this, &LiveControls::showState);
  showState();
}

void LiveControls::makeActions() {
  m_listen = addAction(tr("Listen"), tr("Ctrl+L"), &LiveControls::toggle);
  m_listen->setCheckable(true);
  m_listen->setToolTip(tr("Be an OTLP endpoint: receive traces from programs (Ctrl+L)"));
  m_pause = addAction(tr("Pause the Picture"), tr("Ctrl+Shift+L"), &LiveControls::togglePause);
  m_pause->setCheckable(true);
  m_pause->setToolTip(tr("Hold what is shown; what comes is still received"));
  m_clear = addAction(tr("Clear…"), {}, &LiveControls::clear);
  m_keep = addAction(tr("Keep as File…"), {}, &LiveControls::keep);
  m_follow = addAction(tr("Follow a Growing File…"), {}, &LiveControls::follow);
  m_return = addAction(tr("Show What Is Received"), {}, &LiveControls::returnToLive);
  m_panelAction = addAction(tr("Senders and Settings…"), tr("Ctrl+Alt+L"), &LiveControls::showPanel);
}

QAction* LiveControls::addAction(const QString& text, const QString& shortcut, void (LiveControls::*run)()) {
  auto* action = new QAction(text, m_window);
  if (!shortcut.isEmpty()) action->setShortcut(QKeySequence(shortcut));
  connect(action, &QAction::triggered, this, run);
  return action;
}

void LiveControls::addTo(QToolBar* bar) {
  bar->addAction(m_listen);
}

void LiveControls::addTo(QMenu* menu) {
  menu->addSeparator();
  for (QAction* action : {m_listen, m_panelAction, m_return, m_pause, m_keep, m_clear, m_follow})
    menu->addAction(action);
}

void LiveControls::showPanel() {
  if (m_panel == nullptr)
    m_panel = new LivePanel(m_session, m_listen, {m_pause, m_keep, m_clear, m_follow}, m_window);
  m_panel->show();
  m_panel->raise();
  m_panel->activateWindow();
}

// --- doing ---

void LiveControls::toggle() {
  // Qt turns the mark over before anything has happened.
  m_listen->setChecked(m_live.state() == State::Listening);
  if (m_live.state() == State::Listening) {
    m_live.stop();
  } else {
    m_messages.clear();
    m_live.start();
  }
}

void LiveControls::togglePause() {
  m_live.setPaused(!m_live.isPaused());
}

void LiveControls::clear() {
  const auto answer = QMessageBox::question(
      m_window, tr("Clear what was received"),
      tr("Drop all received traces, also from the capture on disk? Pinned traces stay."),
      QMessageBox::Yes | QMessageBox::Cancel, QMessageBox::Cancel);
  if (answer == QMessageBox::Yes) m_live.clear();
}

void LiveControls::keep() {
  const QString name =
      QStringLiteral("traces-") + QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-hhmm"));
  const QString path = QFileDialog::getSaveFileName(m_window, tr("Keep what was received as a file"),
                                                    QDir::home().filePath(name + QStringLiteral(".otlp")));
  if (!path.isEmpty()) m_live.saveAs(path);
}

void LiveControls::follow() {
  const QString path = QFileDialog::getOpenFileName(m_window, tr("Follow a file that the Collector writes"));
  if (!path.isEmpty()) m_live.follow(path);
}

void LiveControls::returnToLive() {
  m_session.showLive();
}

// --- showing ---

void LiveControls::showState() {
  const State state = m_live.state();
  const bool received = m_live.snapshot() != nullptr;
  m_listen->setChecked(state == State::Listening);
  m_listen->setIconText(state == State::Listening ? tr("● Listening") : tr("Listen"));  // on the toolbar
  m_listen->setEnabled(state != State::Starting && state != State::Stopping);
  m_pause->setEnabled(m_live.isOn());
  m_pause->setChecked(m_live.isPaused());
  m_clear->setEnabled(received);
  m_keep->setEnabled(received && state != State::Following);
  m_return->setEnabled(received && !m_session.isShowingLive());
  m_status->setToolTip(m_return->isEnabled() ? tr("Back from the files to what is received")
                                             : tr("What is received, from whom, and the settings"));
  if (state == State::Failed) {
    m_messages.tell(m_live.failure(), m_live.offersFreePorts() ? tr("Listen on free ports") : QString(),
                    [this] { m_live.startOnFreePorts(); });
  }
  showStatus();
}

void LiveControls::showStatus() {
  const QString problem = m_live.status().problem;
  if (problem != m_toldProblem) {
    if (!problem.isEmpty()) m_messages.tell(problem);
    if (problem.isEmpty() && m_messages.text() == m_toldProblem) m_messages.clear();
    m_toldProblem = problem;
  }
  const QString text = liveStatusText(m_live);
  // Never colour alone: filled, held, or in trouble.
  const bool trouble = m_live.state() == State::Failed || !problem.isEmpty();
  const QString mark = trouble             ? QStringLiteral("▲ ")
                       : m_live.isPaused() ? QStringLiteral("‖ ")
                                           : QStringLiteral("● ");
  m_status->setText(text.isEmpty()
                        ? text
                        : mark + text + (problem.isEmpty() ? QString() : QStringLiteral(" · ") + problem));
  m_status->setAccessibleName(text);
  m_status->setVisible(!text.isEmpty());
}

}  // namespace waybill::ui
