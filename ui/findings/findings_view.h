// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/view/view.h"

class QLabel;
class QListView;
class QPushButton;
class QStackedWidget;

namespace waybill::ui {

class FindingsModel;
class PlainLabel;

// What is slow in the open trace and why, best first; choosing one shows where.
class FindingsView : public View {
  Q_OBJECT

 public:
  FindingsView(session::Session& session, QWidget* parent);

  QWidget* focusTarget() override;

 private:
  void buildHeader();
  void buildList();
  void buildActions();
  void showFindings();
  void showSelection();
  void choose(const QModelIndex& index);
  void openMenu(const QPoint& position);
  void buildCopyActions();
  void copy(bool all, bool markdown);
  void showFix();
  void stepEvidence(int by);
  void showPlace();

  FindingsModel* m_model;
  PlainLabel* m_subtitle = nullptr;
  QStackedWidget* m_pages = nullptr;
  QPushButton* m_showHidden = nullptr;
  QListView* m_list = nullptr;
  QAction* m_fix = nullptr;
  QAction* m_nextPlace = nullptr;
  QAction* m_previousPlace = nullptr;
  QAction* m_restore = nullptr;
  QList<QAction*> m_copies;     // this as text and Markdown, then all
  QAction* m_dismiss = nullptr;
  QAction* m_mute = nullptr;
  QLabel* m_empty = nullptr;
  QWidget* m_emptyPage = nullptr;
  bool m_followsSession = false;  // the current row is being set, not chosen
};

}  // namespace waybill::ui
