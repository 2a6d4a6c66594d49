// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/findings/findings_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/findings/finding_delegate.h"
#include "ui/findings/findings_model.h"
#include "ui/findings/normal_actions.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {

// A list that tells a screen reader and the keyboard the same as the mouse.
class FindingList : public QListView {
 public:
  using QListView::QListView;
  QSize sizeHint() const override { return {600, 150}; }
};

QString emptyText(const session::Session& session) {
  const auto open = session.openTrace();
  if (open == nullptr) {
    return session.openTraceIndex() ? FindingsView::tr("Looking for what is slow…")
                                    : FindingsView::tr("No trace is open. Its findings will stand here.");
  }
  if (session.isExplaining()) return FindingsView::tr("Looking for what made it slow…");
  if (session.hiddenFindings() > 0) return FindingsView::tr("All that was found is hidden.");
  const uint32_t steps = open->analysis->trail.spreadOver;
  return steps > 1 ? FindingsView::tr("Nothing stands out: the time is spread over %1 steps.").arg(steps)
                   : FindingsView::tr("Nothing stands out: no fix would save much of this request.");
}

}  // namespace

FindingsView::FindingsView(session::Session& session, QWidget* parent)
    : View(session, parent), m_model(new FindingsModel(this)) {
  setObjectName(QStringLiteral("findings"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  buildHeader();
  layout->addWidget(new Hairline(this));
  m_pages = new QStackedWidget(this);
  layout->addWidget(m_pages, 1);
  buildList();
  m_empty = plainParagraph({}, Tone::Muted, m_pages);
  m_empty->setObjectName(QStringLiteral("findingsEmpty"));
  m_emptyPage = messagePage(m_empty, nullptr, m_pages);
  m_pages->addWidget(m_list);
  m_pages->addWidget(m_emptyPage);

  buildActions();
  connect(&session, &session::Session::openTraceChanged, this, &FindingsView::showFindings);
  connect(&session, &session::Session::findingsChanged, this, &FindingsView::showFindings);
  connect(&session, &session::Session::findingSelectionChanged, this, &FindingsView::showSelection);
  connect(&session, &session::Session::selectionChanged, this, &FindingsView::showPlace);
  showFindings();
}

void FindingsView::buildHeader() {
  auto* header = new QHBoxLayout;
  header->setContentsMargins(12, 7, 12, 7);
  header->setSpacing(12);
  auto* title = new PlainLabel(Tone::Title, this);
  title->setText(tr("Findings"));
  m_subtitle = new PlainLabel(Tone::Muted, this);
  m_subtitle->setObjectName(QStringLiteral("findingsSubtitle"));
  header->addWidget(title);
  header->addWidget(m_subtitle);
  header->addStretch();
  m_showHidden = new QPushButton(this);
  m_showHidden->setObjectName(QStringLiteral("findingsShowHidden"));
  m_showHidden->setProperty("flat", true);
  connect(m_showHidden, &QPushButton::clicked, this, [this] { session().showHiddenFindings(); });
  header->addWidget(m_showHidden);
  auto* normal = new QToolButton(this);
  normal->setObjectName(QStringLiteral("findingsNormal"));
  normal->setText(tr("Compare with Normal ▾"));
  normal->setToolTip(tr("Say which traces are normal: what is usual is learned from these alone"));
  normal->setAccessibleName(tr("Compare with normal"));
  normal->setProperty("flat", true);
  normal->setPopupMode(QToolButton::InstantPopup);
  auto* menu = new QMenu(normal);
  const auto make = [this](const QString& text, const QKeySequence& key, std::function<void()> run) {
    return addViewAction(ActionMenu::Trace, text, {key}, Qt::WindowShortcut, std::move(run));
  };
  (new NormalActions(session(), make, this))->addTo(*menu);
  normal->setMenu(menu);
  header->addWidget(normal);
  static_cast<QVBoxLayout*>(layout())->addLayout(header);
}

QWidget* FindingsView::focusTarget() {
  return m_list;
}

void FindingsView::buildList() {
  m_list = new FindingList(m_pages);
  m_list->setObjectName(QStringLiteral("findingsList"));
  m_list->setAccessibleName(tr("Findings"));
  m_list->setModel(m_model);
  m_list->setItemDelegate(new FindingDelegate(m_list));
  m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_list->setResizeMode(QListView::Adjust);
  m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
  m_list->setMouseTracking(true);
  m_list->setContextMenuPolicy(Qt::CustomContextMenu);
  // A click on the finding that is chosen already jumps back to its evidence.
  connect(m_list, &QAbstractItemView::clicked, this, &FindingsView::choose);
  connect(m_list, &QAbstractItemView::activated, this, &FindingsView::choose);
  connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
          [this](const QModelIndex& current) {
            if (!m_followsSession && current.isValid()) choose(current);
          });
  connect(m_list, &QWidget::customContextMenuRequested, this, &FindingsView::openMenu);
}

void FindingsView::buildActions() {
  const auto add = [this](const QString& text, const QList<QKeySequence>& keys, std::function<void()> run) {
    return addViewAction(ActionMenu::Trace, text, keys, Qt::WidgetWithChildrenShortcut, std::move(run));
  };
  m_fix = add(tr("Show What Fixing This Saves"), {Qt::Key_X}, [this] { showFix(); });
  m_nextPlace = add(tr("Next Place of the Finding"), {Qt::Key_Right}, [this] { stepEvidence(1); });
  m_previousPlace = add(tr("Previous Place of the Finding"), {Qt::Key_Left}, [this] { stepEvidence(-1); });
  m_dismiss = add(tr("Dismiss the Finding, It Is Wrong"), {Qt::Key_Delete}, [this] {
    if (const auto chosen = session().selectedFinding()) session().dismissFinding(*chosen);
  });
  m_mute = add(tr("Mute Findings of This Kind"), {QKeySequence(Qt::SHIFT | Qt::Key_Delete)}, [this] {
    if (const auto chosen = session().selectedFinding()) session().muteFindings(*chosen);
  });
  m_restore = add(tr("Show Hidden Findings"), {QKeySequence(Qt::CTRL | Qt::Key_Z)},
                  [this] { session().showHiddenFindings(); });
  buildCopyActions();
}

void FindingsView::buildCopyActions() {
  const auto add = [this](const QString& text, const QList<QKeySequence>& keys, bool all, bool markdown) {
    m_copies << addViewAction(ActionMenu::Edit, text, keys, Qt::WidgetWithChildrenShortcut,
                              [this, all, markdown] { copy(all, markdown); });
  };
  add(tr("Copy Finding as Text"), {QKeySequence::Copy}, false, false);
  add(tr("Copy Finding as Markdown"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C)}, false, true);
  add(tr("Copy All Findings as Text"), {}, true, false);
  add(tr("Copy All Findings as Markdown"), {}, true, true);
}

void FindingsView::showFix() {
  const auto chosen = session().selectedFinding();
  if (!chosen || session().findings()[*chosen].fix == nullptr) return;
  const analysis::Finding& finding = session().findings()[*chosen];
  session::WhatIf wanted;
  wanted.node = finding.evidence.front();
  wanted.scope = session::WhatIf::Scope::Fix;
  wanted.fix = finding.fix;
  session().setWhatIf(std::move(wanted));
}

void FindingsView::stepEvidence(int by) {
  const auto chosen = session().selectedFinding();
  if (!chosen) return;
  const std::vector<analysis::NodeIndex>& evidence = session().findings()[*chosen].evidence;
  const auto node = session().selectedNode();
  const auto at = node ? std::find(evidence.begin(), evidence.end(), *node) : evidence.end();
  const auto count = static_cast<std::ptrdiff_t>(evidence.size());
  const std::ptrdiff_t place = at == evidence.end() ? 0 : (at - evidence.begin() + by + count) % count;
  session().selectNode(evidence[static_cast<size_t>(place)]);
}

// Which of the finding's spans is looked at.
void FindingsView::showPlace() {
  const auto chosen = session().selectedFinding();
  const auto node = session().selectedNode();
  QString text = m_model->rowCount() > 0 ? tr("ranked by the time a fix saves end to end") : QString();
  if (chosen && node && *chosen < session().findings().size()) {
    const std::vector<analysis::NodeIndex>& evidence = session().findings()[*chosen].evidence;
    const auto at = std::find(evidence.begin(), evidence.end(), *node);
    if (evidence.size() > 1 && at != evidence.end()) {
      text += tr(" · place %1 of %2, ← → step").arg(at - evidence.begin() + 1).arg(evidence.size());
    }
  }
  m_subtitle->setText(text);
}

void FindingsView::choose(const QModelIndex& index) {
  session().selectFinding(static_cast<size_t>(index.row()));
}

void FindingsView::showFindings() {
  m_followsSession = true;
  m_model->setFindings(session().findings());
  m_followsSession = false;
  const bool any = m_model->rowCount() > 0;
  const size_t hidden = session().hiddenFindings();
  m_showHidden->setText(tr("Show %1 hidden").arg(hidden));
  m_showHidden->setVisible(hidden > 0);
  m_restore->setEnabled(hidden > 0);
  m_empty->setText(emptyText(session()));
  m_pages->setCurrentWidget(any ? m_list : m_emptyPage);
  showSelection();
}

void FindingsView::showSelection() {
  const auto finding = session().selectedFinding();
  const bool known = finding && *finding < static_cast<size_t>(m_model->rowCount());
  m_followsSession = true;
  m_list->setCurrentIndex(known ? m_model->index(static_cast<int>(*finding)) : QModelIndex());
  m_followsSession = false;
  for (QAction* action : {m_dismiss, m_mute, m_copies[0], m_copies[1]}) action->setEnabled(known);
  for (QAction* action : {m_copies[2], m_copies[3]}) action->setEnabled(m_model->rowCount() > 0);
  const analysis::Finding* chosen = known ? &m_model->findings()[*finding] : nullptr;
  m_fix->setEnabled(chosen != nullptr && chosen->fix != nullptr);
  m_nextPlace->setEnabled(chosen != nullptr && chosen->evidence.size() > 1);
  m_previousPlace->setEnabled(m_nextPlace->isEnabled());
  showPlace();
  m_mute->setText(known ? tr("Mute “%1” Findings").arg(titleText(m_model->findings()[*finding]))
                        : tr("Mute Findings of This Kind"));
}

void FindingsView::openMenu(const QPoint& position) {
  if (m_model->rowCount() == 0) return;
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addActions({m_fix, m_nextPlace, m_previousPlace});
  menu->addSeparator();
  menu->addActions({m_dismiss, m_mute, m_restore});
  menu->addSeparator();
  menu->addActions(m_copies);
  menu->popup(m_list->viewport()->mapToGlobal(position));
}

void FindingsView::copy(bool all, bool markdown) {
  const std::vector<analysis::Finding>& findings = m_model->findings();
  const int current = m_list->currentIndex().row();
  QString out;
  for (int i = 0; i < static_cast<int>(findings.size()); ++i) {
    if (!all && i != current) continue;
    const analysis::Finding& finding = findings[static_cast<size_t>(i)];
    out += markdown ? findingAsMarkdown(finding) : findingAsText(finding, i + 1);
  }
  QGuiApplication::clipboard()->setText(out);
}

}  // namespace waybill::ui
