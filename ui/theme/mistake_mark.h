// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <optional>

#include "query/filter_text.h"

class QLabel;
class QLineEdit;

namespace waybill::ui {

// Marks what is mistaken in a filter box, as far as it is typed: underlined, and said why below it. Waits a moment, as
// half a term is no mistake of somebody who is still typing. Lives as long as the box.
class MistakeMark : public QObject {
  Q_OBJECT

 public:
  // Says why in `label`, which is hidden while there is nothing to say; both must outlive it.
  MistakeMark(QLineEdit& edit, QLabel& label);

  void setMistake(const std::optional<query::Mistake>& mistake);

 private:
  void show();
  void underline(int begin, int length);

  QLineEdit& m_edit;
  QLabel& m_label;
  std::optional<query::Mistake> m_mistake;
  bool m_shown = false;
  QTimer m_wait;
};

}  // namespace waybill::ui
