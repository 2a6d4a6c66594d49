// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QColor;

namespace waybill::ui {

// A quiet line over the picture that says how it is to be read: tinted, with an edge in a colour of its own.
class Strip : public QWidget {
  Q_OBJECT

 public:
  using QWidget::QWidget;

 protected:
  virtual QColor edge() const = 0;
  void paintEvent(QPaintEvent* event) override;
};

}  // namespace waybill::ui
