// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/session.h"
#include "ui/shell/strip.h"

class QPushButton;

namespace waybill::ui {

class PlainLabel;

// Says whose clock is off, by how much and how sure that is, and adjusts the times for it or takes that back. There
// while the clocks of the open trace disagree.
class ClockStrip : public Strip {
  Q_OBJECT

 public:
  ClockStrip(session::Session& session, QWidget* parent);

 protected:
  QColor edge() const override;

 private:
  void update();

  session::Session& m_session;
  PlainLabel* m_text;
  QPushButton* m_toggle;
};

}  // namespace waybill::ui
