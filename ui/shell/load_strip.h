// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QWidget>

#include "session/session.h"

class QLabel;
class QProgressBar;

namespace waybill::ui {

// Shown while files are read: how far, how many spans, how long still, and Cancel. Appears after a moment, so that
// small files do not make it flicker.
class LoadStrip : public QWidget {
  Q_OBJECT

 public:
  LoadStrip(session::Session& session, QWidget* parent);

 private:
  void update();
  QString progressText(const ingest::LoadProgress& progress) const;

  session::Session& m_session;
  QLabel* m_text = nullptr;
  QProgressBar* m_bar = nullptr;
  QElapsedTimer m_since;
};

}  // namespace waybill::ui
