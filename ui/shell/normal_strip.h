// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/session.h"
#include "ui/shell/strip.h"

class QProgressBar;
class QPushButton;

namespace waybill::ui {

class PlainLabel;

// "Compared with normal: 502 traces of normal.jsonl.gz", and the button that ends it. There while the user calls some
// traces normal, and while that is being learned, with its progress and Cancel.
class NormalStrip : public Strip {
  Q_OBJECT

 public:
  NormalStrip(session::Session& session, QWidget* parent);

 protected:
  QColor edge() const override;

 private:
  void update();
  void showLearning(const session::Normal& normal);
  void showChosen(const session::Normal& normal);

  session::Session& m_session;
  PlainLabel* m_text;
  QProgressBar* m_progress;
  QPushButton* m_cancel;
  QPushButton* m_end;
};

}  // namespace waybill::ui
