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
#include <QVBoxLayout>

#include "ui/findings/finding_delegate.h"
#include "ui/findings/findings_model.h"
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
  connect(m_showHidden, &QPushButton::clicked, this, [this] { this->session().showHiddenFindings(); });
  header->addWidget(m_showHidden);
  layout->addLayout(header);
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
  showFindings();
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
  m_dismiss = addViewAction(ActionMenu::Trace, tr("Dismiss the Finding, It Is Wrong"), {Qt::Key_Delete},
                            Qt::WidgetWithChildrenShortcut, [this] {
                              if (const auto chosen = session().selectedFinding()) session().dismissFinding(*chosen);
                            });
  m_mute = addViewAction(ActionMenu::Trace, tr("Mute Findings of This Kind"), {QKeySequence(Qt::SHIFT | Qt::Key_Delete)},
                         Qt::WidgetWithChildrenShortcut, [this] {
                           if (const auto chosen = session().selectedFinding()) session().muteFindings(*chosen);
                         });
}

void FindingsView::choose(const QModelIndex& index) {
  session().selectFinding(static_cast<size_t>(index.row()));
}

void FindingsView::showFindings() {
  m_followsSession = true;
  m_model->setFindings(session().findings());
  m_followsSession = false;
  const bool any = m_model->rowCount() > 0;
  m_subtitle->setText(any ? tr("ranked by the time a fix saves end to end") : QString());
  const size_t hidden = session().hiddenFindings();
  m_showHidden->setText(tr("Show %1 hidden").arg(hidden));
  m_showHidden->setVisible(hidden > 0);
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
  m_dismiss->setEnabled(known);
  m_mute->setEnabled(known);
  m_mute->setText(known ? tr("Mute “%1” Findings").arg(titleText(m_model->findings()[*finding]))
                        : tr("Mute Findings of This Kind"));
}

void FindingsView::openMenu(const QPoint& position) {
  if (m_model->rowCount() == 0) return;
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  if (m_list->currentIndex().isValid()) {
    menu->addAction(m_dismiss);
    menu->addAction(m_mute);
    menu->addSeparator();
    menu->addAction(tr("Copy as Text"), this, [this] { copy(false, false); });
    menu->addAction(tr("Copy as Markdown"), this, [this] { copy(false, true); });
    menu->addSeparator();
  }
  menu->addAction(tr("Copy All as Text"), this, [this] { copy(true, false); });
  menu->addAction(tr("Copy All as Markdown"), this, [this] { copy(true, true); });
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
