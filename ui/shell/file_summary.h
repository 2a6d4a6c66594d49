// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "session/session.h"

class QLabel;

namespace waybill::ui {

// The status line: what is open, in which format, how much of it, and whether anything in it was odd.
class FileSummary : public QWidget {
  Q_OBJECT

 public:
  FileSummary(session::Session& session, QWidget* parent);

  // "buy.json" or "buy.json and 2 more"; empty when nothing is open.
  static QString title(const session::Session& session);

 private:
  void update();

  session::Session& m_session;
  QLabel* m_contents = nullptr;
  QLabel* m_oddities = nullptr;
};

}  // namespace waybill::ui
