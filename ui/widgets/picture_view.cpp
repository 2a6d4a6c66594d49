// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/picture_view.h"

#include <QGridLayout>
#include <QMenu>

#include "ui/widgets/lanes_canvas.h"
#include "ui/widgets/minimap.h"
#include "ui/widgets/span_steps.h"

namespace waybill::ui {
namespace {

constexpr double kZoomPerKey = 1.5;
constexpr double kPanPerKey = 0.2;  // of the width

Direction towards(bool forward) {
  return forward ? Direction::Forward : Direction::Backward;
}

}  // namespace

PictureView::PictureView(session::Session& session, QWidget* parent)
    : View(session, parent), m_layout(new QGridLayout(this)), m_menu(new QMenu(this)) {
  m_layout->setContentsMargins(0, 0, 0, 0);
  m_layout->setSpacing(0);
}

QWidget* PictureView::focusTarget() {
  return m_picture;
}

void PictureView::setCanvas(LanesCanvas* canvas, QWidget* below) {
  m_picture = canvas;
  m_minimap = new Minimap(session(), canvas->visibleRange(), this);
  m_layout->addWidget(m_minimap, 0, 0, 1, 2);
  m_layout->addWidget(canvas, 1, 0);
  m_layout->addWidget(canvas->scrollBar(), 1, 1);
  if (below) m_layout->addWidget(below, 2, 0, 1, 2);
  m_layout->setRowStretch(1, 1);
  const auto align = [this, canvas] { m_minimap->setPlot(canvas->lanes().plotLeft, canvas->plotMargin()); };
  connect(canvas, &LanesCanvas::plotChanged, m_minimap, align);
  align();
  connect(canvas, &LanesCanvas::menuWanted, this, &PictureView::openMenu);
  setFocusProxy(canvas);
}

QAction* PictureView::addKey(ActionMenu menu, const QString& text, const QList<QKeySequence>& shortcuts,
                             std::function<void()> run) {
  return addViewAction(menu, text, shortcuts, Qt::WidgetWithChildrenShortcut, std::move(run));
}

void PictureView::addPictureActions() {
  addWhatIfActions();
  m_menu->addSeparator();
  addZoomActions();
  addRangeActions();
  addStepActions();
}

void PictureView::addZoomActions() {
  addKey(ActionMenu::View, tr("Zoom in"), {Qt::Key_W, Qt::Key_Plus, Qt::Key_Equal},
         [this] { m_picture->zoomBy(kZoomPerKey); });
  addKey(ActionMenu::View, tr("Zoom out"), {Qt::Key_S, Qt::Key_Minus},
         [this] { m_picture->zoomBy(1 / kZoomPerKey); });
  addKey(ActionMenu::View, tr("Show earlier"), {Qt::Key_A}, [this] { m_picture->panByShare(-kPanPerKey); });
  addKey(ActionMenu::View, tr("Show later"), {Qt::Key_D}, [this] { m_picture->panByShare(kPanPerKey); });
}

void PictureView::addRangeActions() {
  m_menu->addAction(addKey(ActionMenu::View, tr("Zoom to the selection"), {Qt::Key_F}, [this] {
    if (m_picture->zoomToArea()) return;
    if (const auto node = session().selectedNode()) m_picture->zoomToNode(*node);
  }));
  m_menu->addAction(
      addKey(ActionMenu::View, tr("Show the whole trace"), {Qt::Key_0}, [this] { session().resetRange(); }));
  addKey(ActionMenu::View, tr("Undo the last narrowing"), {Qt::Key_Escape}, [this] {
    if (!m_picture->clearArea()) session().undoNarrowing();
  });
  QAction* path = addKey(ActionMenu::View, tr("Critical path"), {Qt::Key_C},
                         [this] { session().setCriticalPathShown(!session().criticalPathShown()); });
  path->setCheckable(true);
  const auto follow = [this, path] { path->setChecked(session().criticalPathShown()); };
  connect(&session(), &session::Session::criticalPathShownChanged, path, follow);
  // Qt turns the mark over before the session has agreed.
  connect(path, &QAction::triggered, path, follow);
  follow();
}

void PictureView::addWhatIfActions() {
  QAction* span = addKey(ActionMenu::Trace, tr("What if this span were faster…"), {Qt::Key_X},
                         [this] { askWhatIf(session::WhatIf::Scope::Span); });
  QAction* operation = addKey(ActionMenu::Trace, tr("What if its operation were faster everywhere…"),
                              {QKeySequence(Qt::SHIFT | Qt::Key_X)},
                              [this] { askWhatIf(session::WhatIf::Scope::Operation); });
  const auto follow = [this, span, operation] {
    span->setEnabled(session().selectedNode().has_value());
    operation->setEnabled(session().selectedNode().has_value());
  };
  connect(&session(), &session::Session::selectionChanged, span, follow);
  connect(&session(), &session::Session::openTraceChanged, span, follow);
  follow();
  m_menu->addActions({span, operation});
}

void PictureView::askWhatIf(session::WhatIf::Scope scope) {
  const auto node = session().selectedNode();
  if (!node) return;
  session::WhatIf wanted;
  wanted.node = *node;
  wanted.scope = scope;
  session().setWhatIf(wanted);
}

void PictureView::openMenu(const QPoint& globalPosition) {
  if (session().selectedNode()) m_menu->popup(globalPosition);
}

void PictureView::addStepActions() {
  addKey(ActionMenu::Trace, tr("Next finding"), {Qt::Key_N}, [this] { stepFinding(true); });
  addKey(ActionMenu::Trace, tr("Previous finding"), {QKeySequence(Qt::SHIFT | Qt::Key_N)},
         [this] { stepFinding(false); });
  addKey(ActionMenu::Trace, tr("Next error"), {Qt::Key_E}, [this] { stepError(true); });
  addKey(ActionMenu::Trace, tr("Previous error"), {QKeySequence(Qt::SHIFT | Qt::Key_E)},
         [this] { stepError(false); });
  addKey(ActionMenu::Trace, tr("Next span on the lane"), {Qt::Key_Period}, [this] { stepInLane(true); });
  addKey(ActionMenu::Trace, tr("Previous span on the lane"), {Qt::Key_Comma}, [this] { stepInLane(false); });
}

void PictureView::stepError(bool forward) {
  const auto trace = session().openTrace();
  if (!trace) return;
  if (const auto node = nextError(trace->tree(), session().selectedNode(), towards(forward)))
    session().selectNode(node);
}

void PictureView::stepFinding(bool forward) {
  const auto next = nextIndex(session().selectedFinding(), session().findings().size(), towards(forward));
  if (next) session().selectFinding(next);
}

void PictureView::stepInLane(bool forward) {
  const auto trace = session().openTrace();
  const auto node = session().selectedNode();
  if (!trace || !node || node->value >= trace->tree().size()) return;
  const auto next = forward ? trace->flame->nextInLane(*node) : trace->flame->previousInLane(*node);
  if (next) session().selectNode(next);
}

}  // namespace waybill::ui
