// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>

#include "session/session.h"
#include "ui/shell/strip.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QSlider;

namespace waybill::ui {

class PlainLabel;

// "What if this span were 50 % faster": the slider, what comes of it, and that it is a prediction. There while the
// session has a what-if; takes the keyboard when it appears and gives it back when it goes.
class WhatIfStrip : public Strip {
  Q_OBJECT

 public:
  WhatIfStrip(session::Session& session, QWidget* parent);

 protected:
  QColor edge() const override;

 private:
  void buildControls();
  void buildLines();
  void update();
  void show(const session::WhatIf& wanted);
  void showSubject(const session::WhatIf& wanted);
  void ask();
  void appear();
  void vanish();

  session::Session& m_session;
  PlainLabel* m_subject;  // of a fix; else the scope says it
  QComboBox* m_scope;
  QSlider* m_slider;
  QLabel* m_percent;
  QCheckBox* m_ownTime;
  PlainLabel* m_result;
  PlainLabel* m_note;
  QPointer<QWidget> m_hadFocus;
  bool m_follows = false;  // the controls are being set, not used
};

// "155 ms → 85 ms, saves 70 ms (45 %)"; what goes on after the response where the response gains nothing.
QString whatIfText(const session::WhatIfResult& result);

}  // namespace waybill::ui
