// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <cstdint>

#include "base/thread_pool.h"
#include "session/session.h"

class QVBoxLayout;

namespace waybill::ui {

// What the window shows while nothing is open: where to drop files, what was open before, and a sample.
class WelcomePage : public QWidget {
  Q_OBJECT

 public:
  WelcomePage(session::Session& session, QWidget* parent);

 Q_SIGNALS:
  void openRequested();
  void sampleRequested();
  void pathsRequested(const QStringList& paths);

 private:
  QWidget* buildColumn();
  QWidget* buildTitle();
  QWidget* buildRecent();
  QWidget* buildSample();
  QWidget* buildListen();
  QWidget* buildCaptures();
  void showCaptures();
  void discardCapture(const session::LeftOverCapture& capture, const QString& when);
  void showRecent();
  void lookForMissing(const QStringList& paths);

  session::Session& m_session;
  QWidget* m_recentArea = nullptr;
  QVBoxLayout* m_recentList = nullptr;
  QWidget* m_capturesArea = nullptr;
  QVBoxLayout* m_capturesList = nullptr;
  uint64_t m_recentShown = 0;  // counts the lists shown: what is found missing must belong to the latest
  ThreadPool m_pool{1};        // last: its destruction waits for the look at the disk
};

}  // namespace waybill::ui
