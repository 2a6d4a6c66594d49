// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The facets above the list of traces.
#include <QAction>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/theme/controls.h"
#include "ui/traces/facets_panel.h"
#include "ui/traces/trace_list.h"
#include "ui/traces/traces_model.h"
#include "ui/traces/traces_view.h"

namespace waybill::ui {
namespace {

constexpr auto kShownKey = "traces/facets/shown";
constexpr auto kSplitKey = "traces/facets/split";
constexpr int kLeastList = 120, kLeastFacets = 90;  // pixels

}  // namespace

void TracesView::buildFacets() {
  m_splitter = new QSplitter(Qt::Vertical, this);
  m_splitter->setObjectName(QStringLiteral("tracesSplitter"));
  m_splitter->setChildrenCollapsible(false);
  m_facets = new FacetsPanel(session(), m_splitter);
  m_facets->setMinimumHeight(kLeastFacets);
  m_pages->setMinimumHeight(kLeastList);
  m_splitter->addWidget(m_facets);
  m_splitter->addWidget(m_pages);
  m_splitter->setStretchFactor(0, 0);
  m_splitter->setStretchFactor(1, 1);
  m_splitter->restoreState(QSettings().value(QLatin1String(kSplitKey)).toByteArray());
  static_cast<QVBoxLayout*>(layout())->addWidget(m_splitter, 1);
  connect(m_splitter, &QSplitter::splitterMoved, this,
          [this] { QSettings().setValue(QLatin1String(kSplitKey), m_splitter->saveState()); });
  connect(m_facets, &FacetsPanel::filterWanted, m_filter, &QLineEdit::setText);

  const auto showColumns = [this] {
    TraceListQuery query = m_model->query();
    query.columns.clear();
    for (const QString& key : FacetsPanel::listColumns()) query.columns.push_back(key.toStdString());
    m_model->setQuery(query);
  };
  connect(m_facets, &FacetsPanel::listColumnsChanged, this, showColumns);
  showColumns();

  QAction* action = addViewAction(ActionMenu::Edit, tr("Facets of the traces"),
                                  {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A)}, Qt::WindowShortcut, [] {});
  action->setObjectName(QStringLiteral("showFacets"));
  action->setCheckable(true);
  const QString tip = tr("Values to narrow the list by (%1)");
  m_facetsButton->setToolTip(tip.arg(action->shortcut().toString(QKeySequence::NativeText)));
  m_facetsButton->setAccessibleName(action->text());
  connect(action, &QAction::toggled, this, &TracesView::setFacetsShown);
  connect(action, &QAction::toggled, m_facetsButton, &QToolButton::setChecked);
  connect(m_facetsButton, &QToolButton::toggled, action, &QAction::setChecked);
  // By the keyboard, on with the keyboard.
  connect(action, &QAction::triggered, this, [this](bool shown) {
    (shown ? m_facets->focusTarget() : m_list)->setFocus(Qt::ShortcutFocusReason);
  });
  const bool shown = QSettings().value(QLatin1String(kShownKey), false).toBool();
  action->setChecked(shown);
  m_facets->setVisible(shown);
}

void TracesView::setFacetsShown(bool shown) {
  QSettings().setValue(QLatin1String(kShownKey), shown);
  m_facets->setVisible(shown);
}

}  // namespace waybill::ui
