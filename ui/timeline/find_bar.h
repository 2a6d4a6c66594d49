// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <optional>

#include "session/session.h"
#include "ui/timeline/span_search.h"

class QLabel;
class QLineEdit;
class QToolButton;

namespace waybill::ui {

class MistakeMark;

// A line to find spans of the open trace in: Enter goes to the next, Shift+Enter to the previous, Esc closes it. What
// does not match may be dimmed or hidden, which is kept in the settings.
class FindBar : public QWidget {
  Q_OBJECT

 public:
  FindBar(session::Session& session, SpanSearch& search, QWidget* parent);

  void open();   // shows it with the text selected
  void close();  // hides it and forgets the matches
  void step(Direction direction);
  void setOthers(SpanSearch::Others others);

 Q_SIGNALS:
  void closed();
  void othersChanged();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void restart();
  void showCount();

  session::Session& m_session;
  SpanSearch& m_search;
  QLineEdit* m_edit;
  QLabel* m_count;
  QToolButton* m_dim;
  QToolButton* m_hide;
  MistakeMark* m_mistake;
  std::optional<Direction> m_wanted;  // Enter came before the search had found anything
};

}  // namespace waybill::ui
