// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

namespace waybill::ui {

// Where files may be dropped, with a button for those who would rather look for them. The whole window takes
// drops too; this is the place that says so.
class DropArea : public QWidget {
  Q_OBJECT

 public:
  explicit DropArea(QWidget* parent);

 Q_SIGNALS:
  void openRequested();
  void pathsDropped(const QStringList& paths);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  bool m_hovered = false;
};

}  // namespace waybill::ui
