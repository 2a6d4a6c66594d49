// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "ui/view/view.h"

class QGridLayout;
class QMenu;

namespace waybill::ui {

class LanesCanvas;
class Minimap;

// A view that shows the open trace as a picture over time: minimap, canvas and scroll bar, and the keys that
// all such pictures share.
class PictureView : public View {
  Q_OBJECT

 public:
  PictureView(session::Session& session, QWidget* parent);

  QWidget* focusTarget() override;

 protected:
  void setCanvas(LanesCanvas* canvas, QWidget* below = nullptr);
  // Zoom, range, critical path, errors, findings, neighbours on the lane.
  void addPictureActions();
  // A key that works while the view or a child of it has the focus.
  QAction* addKey(ActionMenu menu, const QString& text, const QList<QKeySequence>& shortcuts,
                  std::function<void()> run);
  void stepInLane(bool forward);

 private:
  void addZoomActions();
  void addRangeActions();
  void addStepActions();
  void addWhatIfActions();
  void askWhatIf(session::WhatIf::Scope scope);
  void openMenu(const QPoint& globalPosition);
  void stepError(bool forward);
  void stepFinding(bool forward);

  LanesCanvas* m_picture = nullptr;
  Minimap* m_minimap = nullptr;
  QGridLayout* m_layout;
  QMenu* m_menu;  // of the selected span
};

}  // namespace waybill::ui
