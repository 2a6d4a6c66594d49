// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "session/session.h"

namespace waybill::ui {

class PlainLabel;
class SnippetBox;

// What the centre shows while Waybill listens and nothing has come yet: where it waits, and what to paste.
class WaitingPage : public QWidget {
  Q_OBJECT

 public:
  WaitingPage(session::Session& session, QWidget* parent);

 private:
  void update();

  session::Live& m_live;
  PlainLabel* m_title = nullptr;
  QLabel* m_about = nullptr;
  SnippetBox* m_snippets = nullptr;
};

}  // namespace waybill::ui
