// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <functional>

class QLabel;
class QPushButton;

namespace waybill::ui {

// One sentence the user should know, until it is dismissed. It never blocks.
class MessageStrip : public QWidget {
  Q_OBJECT

 public:
  explicit MessageStrip(QWidget* parent);

  void tell(const QString& sentence) { tell(sentence, {}, {}); }
  // With a button that helps, unless its text is empty.
  void tell(const QString& sentence, const QString& help, std::function<void()> run);
  void clear();
  QString text() const;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QLabel* m_label = nullptr;
  QPushButton* m_help = nullptr;
  std::function<void()> m_run;
};

}  // namespace waybill::ui
