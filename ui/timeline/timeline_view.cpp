// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_view.h"

#include <QAction>
#include <cstdint>

#include "ui/timeline/find_bar.h"
#include "ui/timeline/span_search.h"
#include "ui/timeline/timeline_canvas.h"

namespace waybill::ui {

TimelineView::TimelineView(session::Session& session, QWidget* parent)
    : PictureView(session, parent),
      m_search(new SpanSearch(this, session.attributeColumns())),
      m_canvas(new TimelineCanvas(session, *m_search, this)),
      m_find(new FindBar(session, *m_search, this)) {
  setObjectName(QStringLiteral("timeline"));
  setCanvas(m_canvas, m_find);
  addPictureActions();
  addRowActions();
  addFoldActions();
  addFindActions();
  connect(m_find, &FindBar::closed, m_canvas, [this] { m_canvas->setFocus(Qt::OtherFocusReason); });
}

void TimelineView::addRowActions() {
  addKey(ActionMenu::Trace, tr("Next row"), {Qt::Key_Down}, [this] { m_canvas->moveBy(1); });
  addKey(ActionMenu::Trace, tr("Previous row"), {Qt::Key_Up}, [this] { m_canvas->moveBy(-1); });
  addKey(ActionMenu::Trace, tr("First row"), {Qt::Key_Home}, [this] { m_canvas->moveToRow(0); });
  addKey(ActionMenu::Trace, tr("Last row"), {Qt::Key_End}, [this] { m_canvas->moveToRow(UINT32_MAX); });
  addKey(ActionMenu::Trace, tr("A page of rows down"), {Qt::Key_PageDown}, [this] { m_canvas->page(1); });
  addKey(ActionMenu::Trace, tr("A page of rows up"), {Qt::Key_PageUp}, [this] { m_canvas->page(-1); });
}

void TimelineView::addFoldActions() {
  addKey(ActionMenu::Trace, tr("Expand the row, or go to its first child"), {Qt::Key_Right},
         [this] { m_canvas->expandOrEnter(); });
  addKey(ActionMenu::Trace, tr("Collapse the row, or go to its parent"), {Qt::Key_Left},
         [this] { m_canvas->collapseOrLeave(); });
  addKey(ActionMenu::Trace, tr("Expand all rows"), {QKeySequence(Qt::SHIFT | Qt::Key_Right)},
         [this] { m_canvas->expandAll(); });
  addKey(ActionMenu::Trace, tr("Collapse all rows as deep as this one"),
         {QKeySequence(Qt::SHIFT | Qt::Key_Left)}, [this] { m_canvas->collapseToDepthOfSelection(); });
  QAction* siblings = addKey(ActionMenu::View, tr("Fold repeated siblings"), {Qt::Key_G}, [] {});
  siblings->setObjectName(QStringLiteral("foldSiblings"));
  siblings->setCheckable(true);
  siblings->setChecked(m_canvas->foldsSiblings());
  connect(siblings, &QAction::toggled, m_canvas, &TimelineCanvas::setFoldsSiblings);
}

void TimelineView::addFindActions() {
  addKey(ActionMenu::Edit, tr("Find in this trace…"),
         {QKeySequence(Qt::Key_Slash), QKeySequence(Qt::CTRL | Qt::Key_F)}, [this] { m_find->open(); });
  addOthersAction(tr("Dim what does not match"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D),
                  SpanSearch::Others::Dimmed);
  addOthersAction(tr("Hide what does not match"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_H),
                  SpanSearch::Others::Hidden);
}

void TimelineView::addOthersAction(const QString& text, const QKeySequence& key, SpanSearch::Others others) {
  QAction* action = addKey(ActionMenu::Edit, text, {key}, [] {});
  action->setCheckable(true);
  const auto follow = [this, action, others] { action->setChecked(m_search->others() == others); };
  connect(m_find, &FindBar::othersChanged, action, follow);
  follow();
  connect(action, &QAction::triggered, m_find, [this, others](bool on) {
    m_find->setOthers(on ? others : SpanSearch::Others::Shown);
    if (on && m_find->isHidden()) m_find->open();
  });
}

}  // namespace waybill::ui
