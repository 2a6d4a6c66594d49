// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QString>

namespace waybill::ui {

// A button of two lines: what it is, and more about it. Plain or with a frame and a small picture of a trace.
class CardButton : public QAbstractButton {
  Q_OBJECT

 public:
  enum class Look { Row, Card };

  CardButton(Look look, const QString& title, const QString& about, QWidget* parent);

  void setAbout(const QString& about);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  QRect textArea(const QRect& whole) const;
  QStringList aboutLines(int width) const;

  Look m_look;
  QString m_about;
};

}  // namespace waybill::ui
