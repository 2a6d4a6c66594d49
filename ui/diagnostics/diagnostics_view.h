// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/view/view.h"

class QLabel;
class QStackedWidget;
class QTreeView;

namespace waybill::ui {

class DiagnosticsModel;
class FilesModel;

// What was odd in the input, and which files it came from.
class DiagnosticsView : public View {
  Q_OBJECT

 public:
  DiagnosticsView(session::Session& session, QWidget* parent);

  QWidget* focusTarget() override;

 private:
  void showDiagnostics();
  void showFiles();

  DiagnosticsModel* m_diagnostics;
  FilesModel* m_files;
  QStackedWidget* m_pages = nullptr;
  QTreeView* m_oddTable = nullptr;
  QTreeView* m_fileTable = nullptr;
  QWidget* m_fileArea = nullptr;
  QLabel* m_empty = nullptr;
};

}  // namespace waybill::ui
