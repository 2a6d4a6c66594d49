// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/details_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QMenu>
#include <QScrollBar>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/details/detail_list.h"
#include "ui/details/details_model.h"
#include "ui/details/span_details.h"
#include "ui/details/span_export.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr size_t kManyEntries = 12;  // from here on there is a filter box

std::optional<SpanRow> findSpan(const store::Snapshot& snapshot, TraceIndex trace, SpanId span) {
  std::optional<SpanRow> found;
  snapshot.forEachSpan(trace, [&](SpanRow row) {
    if (snapshot.spans().id(row) == span) found = row;
  });
  return found;
}

}  // namespace

DetailsView::DetailsView(session::Session& session, QWidget* parent)
    : View(session, parent), m_model(new DetailsModel(this)) {
  setObjectName(QStringLiteral("details"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  buildHeader();
  m_pages = new QStackedWidget(this);
  m_list = new DetailList(*m_model, m_pages);
  m_nothing = new PlainLabel(Tone::Muted, m_pages);
  m_nothing->setObjectName(QStringLiteral("detailsEmpty"));
  m_nothingPage = messagePage(m_nothing, nullptr, m_pages);
  m_pages->addWidget(m_list);
  m_pages->addWidget(m_nothingPage);
  layout->addWidget(m_pages, 1);
  buildCopyMenu();

  connect(m_list, &DetailList::targetChosen, this, &DetailsView::follow);
  connect(m_list, &DetailList::menuWanted, this, &DetailsView::openMenu);
  connect(m_filter, &QLineEdit::textChanged, m_model, &DetailsModel::setFilter);
  connect(m_filter, &FilterEdit::leftDownwards, m_list,
          [this] { m_list->setFocus(Qt::ShortcutFocusReason); });
  connect(&session, &session::Session::openTraceChanged, this, &DetailsView::showSelection);
  connect(&session, &session::Session::timesChanged, this, &DetailsView::showSelection);
  connect(&session, &session::Session::selectionChanged, this, &DetailsView::showSelection);
  showSelection();
}

QWidget* DetailsView::focusTarget() {
  return m_list;
}

void DetailsView::buildHeader() {
  auto* header = new QHBoxLayout;
  header->setContentsMargins(12, 7, 6, 7);
  header->setSpacing(8);
  m_name = new PlainLabel(Tone::Title, this);
  m_name->setObjectName(QStringLiteral("detailsName"));
  m_origin = new PlainLabel(Tone::Muted, this);
  m_origin->setObjectName(QStringLiteral("detailsOrigin"));
  m_copy = new QToolButton(this);
  m_copy->setObjectName(QStringLiteral("detailsCopy"));
  m_copy->setProperty("flat", true);
  m_copy->setIcon(themeIcon(QStringLiteral("copy")));
  m_copy->setToolTip(tr("Copy this span"));
  m_copy->setAccessibleName(tr("Copy this span"));
  m_copy->setPopupMode(QToolButton::InstantPopup);
  // The same height with and without the button.
  header->addStrut(m_copy->sizeHint().height());
  header->addWidget(m_name);
  header->addWidget(m_origin);
  header->addStretch();
  header->addWidget(m_copy);

  m_filterRow = new QWidget(this);
  m_filter = new FilterEdit(tr("Filter the details"), m_filterRow);
  m_filter->setObjectName(QStringLiteral("detailsFilter"));
  m_filter->addAction(themeIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
  auto* filterLayout = new QHBoxLayout(m_filterRow);
  filterLayout->setContentsMargins(10, 0, 10, 9);
  filterLayout->addWidget(m_filter);
  auto* whole = static_cast<QVBoxLayout*>(layout());
  whole->addLayout(header);
  whole->addWidget(m_filterRow);
  whole->addWidget(new Hairline(this));
}

void DetailsView::buildCopyMenu() {
  const auto action = [this](const QString& text, const QList<QKeySequence>& keys,
                             std::function<void()> run) {
    return addViewAction(ActionMenu::Edit, text, keys, Qt::WidgetWithChildrenShortcut, std::move(run));
  };
  auto* menu = new QMenu(m_copy);
  menu->addAction(action(tr("Copy Span as JSON"), {}, [this] { copySpan(false); }));
  menu->addAction(action(tr("Copy Span as Markdown"), {}, [this] { copySpan(true); }));
  m_copy->setMenu(menu);
}

void DetailsView::showSelection() {
  // While another trace is being read the session has none: the old lines must not outlive their trace.
  const auto open = session().openTrace();
  const auto node = session().selectedNode();
  if (open == m_open && node == m_node && open != nullptr) return;
  const auto before = std::exchange(m_open, open);
  const auto nodeBefore = std::exchange(m_node, open != nullptr ? node : std::nullopt);
  m_grown = before && open && before->id() == open->id() && nodeBefore && node &&
            before->tree().spanId(*nodeBefore) == open->tree().spanId(*node);
  if (open == nullptr) {
    showNothing();
  } else if (node) {
    showSpan(*open, *node);
  } else {
    showTrace(*open);
  }
}

void DetailsView::showSpan(const session::OpenTrace& open, analysis::NodeIndex node) {
  const analysis::TraceTree& tree = open.tree();
  const QString name = lineText(tree.name(node));
  m_name->setText(name.isEmpty() ? tr("(no name)") : name);
  m_origin->setText(lineText(tree.serviceName(node)) + QStringLiteral(" · ") +
                    lineText(otlp::kindName(tree.kind(node))));
  std::vector<DetailSection> sections = spanDetails(open, node);
  // The trace grew: what is being read stays where it is.
  if (m_grown && m_model->shows(sections)) return;
  const int scroll = m_grown ? m_list->verticalScrollBar()->value() : 0;
  showLines(std::move(sections), tree.row[node.value]);
  if (m_grown) m_list->verticalScrollBar()->setValue(scroll);
  m_copy->setVisible(true);
  m_filterRow->setVisible(m_model->entryCount() > kManyEntries || !m_filter->text().isEmpty());
  m_pages->setCurrentWidget(m_list);
}

void DetailsView::showTrace(const session::OpenTrace& open) {
  const analysis::TraceTree& tree = open.tree();
  m_name->setText(tr("Trace"));
  m_origin->setText(lineText(tree.serviceName(tree.primaryRoot)) + u' ' +
                    lineText(tree.name(tree.primaryRoot)));
  showLines(traceDetails(open), std::nullopt);
  m_copy->setVisible(false);
  m_filterRow->setVisible(!m_filter->text().isEmpty());
  m_pages->setCurrentWidget(m_list);
}

// Holds the bytes that they point into, and no more of the trace.
void DetailsView::showLines(std::vector<DetailSection> sections, std::optional<SpanRow> row) {
  const auto held = m_open->tree().snapshot;
  m_model->setSections(std::move(sections), [held, row](const QString& title) {
    return row && title == rawJsonTitle() ? rawJsonEntries(*held, *row) : std::vector<DetailEntry>();
  });
  m_linesOf = held;
  ++m_linesShown;
}

void DetailsView::showNothing() {
  m_model->setSections({});
  m_linesOf.reset();
  ++m_linesShown;
  m_name->setText(tr("Details"));
  m_origin->clear();
  m_copy->setVisible(false);
  m_filterRow->setVisible(false);
  m_nothing->setText(session().openTraceIndex() ? tr("Reading the trace…") : tr("No span is selected"));
  m_pages->setCurrentWidget(m_nothingPage);
}

// The parent is at hand.
std::optional<analysis::NodeIndex> DetailsView::parentNamed(const DetailTarget& target) const {
  if (m_open == nullptr || !m_node || target.trace != m_open->id()) return std::nullopt;
  const uint32_t parent = m_open->tree().parent[m_node->value];
  if (parent == analysis::TraceTree::kNone) return std::nullopt;
  const analysis::NodeIndex node(parent);
  return m_open->tree().spanId(node) == target.span ? std::optional(node) : std::nullopt;
}

void DetailsView::follow(int row) {
  const DetailTarget target = *m_model->entry(row).target;
  if (const auto parent = parentNamed(target)) return session().selectNode(parent);
  const std::shared_ptr<const store::Snapshot> snapshot = session().snapshot();
  const std::optional<TraceIndex> trace = snapshot->findTrace(target.trace);
  if (!trace) return m_model->setNote(row, tr("not in the open files"));
  if (!target.span.valid()) return goTo({m_lookup, m_linesShown, row, *trace}, std::nullopt);
  // Looking through a trace takes as long as it has spans.
  const Lookup lookup{++m_lookup, m_linesShown, row, *trace};
  m_lookups.post([this, lookup, snapshot, span = target.span](std::stop_token) {
    const std::optional<SpanRow> found = findSpan(*snapshot, lookup.trace, span);
    QMetaObject::invokeMethod(
        this,
        [this, lookup, found, store = snapshot->storeId()] {
          const bool isLatest = lookup.number == m_lookup && store == session().snapshot()->storeId();
          if (isLatest) goTo(lookup, found);
        },
        Qt::QueuedConnection);
  });
}

void DetailsView::goTo(const Lookup& lookup, std::optional<SpanRow> span) {
  if (span) return session().selectSpan(*span);
  if (session().openTraceIndex() != lookup.trace) return session().openTraceAt(lookup.trace);
  if (lookup.lines == m_linesShown) m_model->setNote(lookup.row, tr("not in this trace"));
}

void DetailsView::openMenu(const QPoint& globalPosition) {
  const QModelIndex current = m_list->currentIndex();
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  if (current.isValid() && m_model->kind(current.row()) == DetailsModel::RowKind::Entry) {
    menu->addAction(tr("Copy Value"), QKeySequence::Copy, m_list, &DetailList::copyValue);
    menu->addAction(tr("Copy Key and Value"), m_list, &DetailList::copyKeyAndValue);
    menu->addSeparator();
  }
  if (m_node) {
    menu->addAction(tr("Copy Span as JSON"), this, [this] { copySpan(false); });
    menu->addAction(tr("Copy Span as Markdown"), this, [this] { copySpan(true); });
  }
  if (menu->isEmpty()) return menu->deleteLater();
  menu->popup(globalPosition);
}

void DetailsView::copySpan(bool markdown) {
  if (m_open == nullptr || !m_node) return;
  QGuiApplication::clipboard()->setText(markdown ? spanAsMarkdown(*m_open, *m_node)
                                                 : spanAsJson(m_open->tree(), *m_node));
}

}  // namespace waybill::ui
