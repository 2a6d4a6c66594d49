// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/picture_view.h"

namespace waybill::ui {

class FlameCanvas;

// The open trace as a flame graph in time order: spans below their parents, concurrent ones side by side in
// lanes of their own.
class FlameView : public PictureView {
  Q_OBJECT

 public:
  FlameView(session::Session& session, QWidget* parent);

 private:
  void addSpanActions();
  void stepDown();
  void stepUp();

  FlameCanvas* m_canvas;
};

}  // namespace waybill::ui
