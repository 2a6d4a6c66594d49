// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;

namespace waybill::ui {

// One sentence the user should know, until it is dismissed. It never blocks.
class MessageStrip : public QWidget {
  Q_OBJECT

 public:
  explicit MessageStrip(QWidget* parent);

  void tell(const QString& sentence);
  void clear();
  QString text() const;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QLabel* m_label = nullptr;
};

}  // namespace waybill::ui
