// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "session/session.h"

namespace waybill::ui {

// The answer over the open trace: one sentence, and a line of facts below it. A click on it selects the culprit.
class HeadlineBar : public QWidget {
  Q_OBJECT

 public:
  HeadlineBar(session::Session& session, QWidget* parent);

  QString sentence() const { return m_sentence; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  void update();
  QString factsText() const;
  QFont sentenceFont() const;

  session::Session& m_session;
  QString m_sentence;
  QString m_culprit;  // the part of the sentence that names it
  QString m_facts;
  QString m_traceId;
};

}  // namespace waybill::ui
