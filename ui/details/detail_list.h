// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>

namespace waybill::ui {

class DetailDelegate;
class DetailsModel;
struct DetailTarget;

// The scrolling list of details: click or Enter opens what is folded and follows links, Ctrl+C copies the
// value.
class DetailList : public QListView {
  Q_OBJECT

 public:
  DetailList(DetailsModel& model, QWidget* parent);

  void copyValue() const;
  void copyKeyAndValue() const;

 Q_SIGNALS:
  void targetChosen(int row);
  void menuWanted(const QPoint& globalPosition);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void choose(const QModelIndex& index);

  DetailsModel& m_model;
  DetailDelegate* m_delegate;
};

}  // namespace waybill::ui
