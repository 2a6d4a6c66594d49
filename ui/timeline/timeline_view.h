// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/timeline/span_search.h"
#include "ui/widgets/picture_view.h"

namespace waybill::ui {

class FindBar;
class TimelineCanvas;

// The timeline (Gantt) of the open trace: a row a span, the tree to the left, bars over a zoomable axis, the
// critical path drawn through them.
class TimelineView : public PictureView {
  Q_OBJECT

 public:
  TimelineView(session::Session& session, QWidget* parent);

 private:
  void addRowActions();
  void addFoldActions();
  void addFindActions();
  void addOthersAction(const QString& text, const QKeySequence& key, SpanSearch::Others others);

  SpanSearch* m_search;
  TimelineCanvas* m_canvas;
  FindBar* m_find;
};

}  // namespace waybill::ui
