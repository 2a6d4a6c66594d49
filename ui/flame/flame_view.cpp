// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/flame/flame_view.h"

#include "ui/flame/flame_canvas.h"
#include "ui/widgets/span_steps.h"

namespace waybill::ui {

FlameView::FlameView(session::Session& session, QWidget* parent)
    : PictureView(session, parent), m_canvas(new FlameCanvas(session, this)) {
  setObjectName(QStringLiteral("flame"));
  setCanvas(m_canvas);
  addPictureActions();
  addSpanActions();
}

void FlameView::addSpanActions() {
  addKey(ActionMenu::Trace, tr("To the first child"), {Qt::Key_Down}, [this] { stepDown(); });
  addKey(ActionMenu::Trace, tr("To the parent"), {Qt::Key_Up}, [this] { stepUp(); });
  addKey(ActionMenu::Trace, tr("To the right on the lane"), {Qt::Key_Right}, [this] { stepInLane(true); });
  addKey(ActionMenu::Trace, tr("To the left on the lane"), {Qt::Key_Left}, [this] { stepInLane(false); });
}

void FlameView::stepDown() {
  const auto trace = session().openTrace();
  if (!trace) return;
  const auto node = session().selectedNode();
  if (!node) return session().selectNode(trace->tree().primaryRoot);
  if (const auto child = firstChild(trace->tree(), *node)) session().selectNode(child);
}

void FlameView::stepUp() {
  const auto trace = session().openTrace();
  if (!trace) return;
  const auto node = session().selectedNode();
  if (!node) return session().selectNode(trace->tree().primaryRoot);
  if (const auto parent = parentOf(trace->tree(), *node)) session().selectNode(parent);
}

}  // namespace waybill::ui
