// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/slow_operations/slow_operations_view.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <string_view>

#include "base/time_text.h"
#include "query/filter_edit.h"
#include "ui/slow_operations/operation_ranker.h"
#include "ui/slow_operations/slow_operations_model.h"
#include "ui/theme/controls.h"
#include "ui/widgets/table.h"

namespace waybill::ui {
namespace {

QString counted(uint64_t count) { return QString::fromStdString(countText(count)); }

QString tracesText(uint64_t count) { return countedText(count, View::tr("trace"), View::tr("traces")); }

// "time per request above normal (95th percentile of 502 traces)".
QString againstText(const analysis::Population& population) {
  const analysis::Usual& usual = *population.usual;
  const QString above = usual.isChosen
                            ? SlowOperationsView::tr("time per request above normal (95th percentile of %1)")
                            : SlowOperationsView::tr("time per request above what is usual here (median of %1)");
  return above.arg(tracesText(usual.traces));
}

// The longest part of a name that is the same in every call.
std::string_view constantPart(std::string_view operation) {
  std::string_view best;
  size_t begin = 0;
  const auto take = [&](size_t end) {
    if (end - begin > best.size()) best = operation.substr(begin, end - begin);
  };
  for (size_t i = 0; i < operation.size(); ++i) {
    const size_t placeholder = operation[i] == '?' ? 1 : operation.substr(i, 4) == "{id}" ? 4 : 0;
    if (placeholder == 0) continue;
    take(i);
    begin = i + placeholder;
    i += placeholder - 1;
  }
  take(operation.size());
  return best;
}

}  // namespace

QString operationFilter(const analysis::OperationExcess& operation) {
  std::string filter = query::termText("service", operation.service);
  if (operation.isStarved) return fromUtf8(filter);
  const std::string_view part = constantPart(operation.operation);
  if (part.empty()) return fromUtf8(filter);
  std::string name = query::termText("name", part);
  if (part.size() < operation.operation.size()) name[std::string_view("name").size()] = '~';
  return fromUtf8(filter + ' ' + name);
}

SlowOperationsView::SlowOperationsView(session::Session& session, QWidget* parent)
    : View(session, parent),
      m_ranker(new OperationRanker(this)),
      m_model(new SlowOperationsModel(this)),
      m_sorted(new QSortFilterProxyModel(this)) {
  setObjectName(QStringLiteral("slowOperations"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  buildHeader();
  layout->addWidget(new Hairline(this));
  m_pages = new QStackedWidget(this);
  layout->addWidget(m_pages, 1);
  buildTable();
  m_empty = plainParagraph({}, Tone::Muted, m_pages);
  m_empty->setObjectName(QStringLiteral("slowOperationsEmpty"));
  m_emptyPage = messagePage(m_empty, nullptr, m_pages);
  m_emptyPage->setFocusPolicy(Qt::StrongFocus);
  m_pages->addWidget(m_table);
  m_pages->addWidget(m_emptyPage);
  buildActions();

  connect(&session, &session::Session::populationChanged, this, &SlowOperationsView::rank);
  connect(&session, &session::Session::snapshotChanged, this, &SlowOperationsView::rank);
  connect(&session, &session::Session::loadingChanged, this, &SlowOperationsView::showState);
  connect(&session.listing(), &session::TraceListing::listedChanged, this, &SlowOperationsView::rank);
  connect(m_ranker, &OperationRanker::changed, this, &SlowOperationsView::showRanking);
  connect(m_ranker, &OperationRanker::progressed, this, &SlowOperationsView::showState);
  showRanking();
}

QWidget* SlowOperationsView::focusTarget() { return m_pages->currentWidget(); }

void SlowOperationsView::buildHeader() {
  auto* header = new QHBoxLayout;
  header->setContentsMargins(12, 8, 12, 8);
  header->setSpacing(12);
  auto* title = new PlainLabel(Tone::Title, this);
  title->setText(tr("Slow operations"));
  m_subtitle = new PlainLabel(Tone::Muted, this);
  m_subtitle->setObjectName(QStringLiteral("slowOperationsSubtitle"));
  header->addWidget(title);
  header->addWidget(m_subtitle, 1);
  static_cast<QVBoxLayout*>(layout())->addLayout(header);
}

void SlowOperationsView::buildTable() {
  m_sorted->setSourceModel(m_model);
  m_sorted->setSortRole(SlowOperationsModel::SortRole);
  m_table = new Table(*m_sorted, QStringLiteral("slowOperationsTable"), m_pages);
  m_table->setAccessibleName(tr("Slow operations"));
  m_table->setIconSize({SlowOperationsModel::kDot, SlowOperationsModel::kDot});
  m_table->setTextElideMode(Qt::ElideMiddle);  // names of operations begin alike
  m_table->setSortingEnabled(true);
  m_table->sortByColumn(SlowOperationsModel::RankColumn, Qt::AscendingOrder);
  m_table->setContextMenuPolicy(Qt::CustomContextMenu);
  m_table->header()->setMinimumSectionSize(36);
  setWidths(*m_table, {7, 20, 30, 14, 12, 12, 11});
  m_table->header()->setStretchLastSection(false);
  m_table->header()->setSectionResizeMode(SlowOperationsModel::OperationColumn, QHeaderView::Stretch);
  connect(m_table, &QAbstractItemView::doubleClicked, this, &SlowOperationsView::openWorst);
  connect(m_table, &QWidget::customContextMenuRequested, this, &SlowOperationsView::openMenu);
}

void SlowOperationsView::buildActions() {
  const auto add = [this](const QString& text, const QList<QKeySequence>& keys, void (SlowOperationsView::*run)()) {
    return addViewAction(ActionMenu::Trace, text, keys, Qt::WidgetWithChildrenShortcut, [this, run] { (this->*run)(); });
  };
  m_open = add(tr("Open the Worst Trace of the Operation"), {Qt::Key_Return, Qt::Key_Enter}, &SlowOperationsView::openWorst);
  m_filter = add(tr("List Only Traces with the Operation"), {QKeySequence(Qt::CTRL | Qt::Key_Return)},
                 &SlowOperationsView::filterByOperation);
  m_copy = new QAction(tr("Copy Row"), this);
  connect(m_copy, &QAction::triggered, this, [this] { m_table->copyRow(); });
}

void SlowOperationsView::showEvent(QShowEvent* event) {
  View::showEvent(event);
  rank();
}

void SlowOperationsView::rank() {
  const auto& population = session().population();
  const auto& listed = session().listing().listed();
  // The list may be a moment behind the files.
  const bool isKnown = population != nullptr && population->storeId == session().snapshot()->storeId() &&
                       listed->snapshot->storeId() == population->storeId;
  if (!isKnown) {
    m_ranker->forget();
  } else if (isVisible()) {
    m_ranker->rank({listed, population});
  }
  showState();
}

void SlowOperationsView::showRanking() {
  const auto& ranked = m_ranker->ranked();
  m_model->setOperations(m_ranker->operations(), ranked ? ranked->traces->snapshot : nullptr);
  if (m_sorted->rowCount() > 0) m_table->setCurrentIndex(m_sorted->index(0, 0));
  showState();
}

void SlowOperationsView::showState() {
  const bool any = m_model->rowCount() > 0;
  m_empty->setText(any ? QString() : stateText());
  // The keyboard stays here when the table comes or goes.
  const bool hasFocus = m_pages->currentWidget()->hasFocus();
  m_pages->setCurrentWidget(any ? static_cast<QWidget*>(m_table) : m_emptyPage);
  if (hasFocus) m_pages->currentWidget()->setFocus();
  m_subtitle->setText(subtitleText());
  for (QAction* action : {m_open, m_filter, m_copy}) action->setEnabled(any);
}

QString SlowOperationsView::stateText() const {
  const uint32_t traces = session().snapshot()->traceCount();
  if (const auto& running = m_ranker->running()) {
    return tr("Looking for what takes longer than usual in %1… %2 %")
        .arg(tracesText(running->traces->count()))
        .arg(static_cast<int>(m_ranker->progress() * 100));
  }
  if (const auto& ranked = m_ranker->ranked()) {
    if (ranked->traces->count() == 0) return tr("No traces are listed: the filter leaves none.");
    if (ranked->population->usual->isChosen) return tr("No operation takes longer than normal.");
    return tr("No operation takes longer than usual here.\nThese traces are compared with each other; when all of them "
              "are slow, say which traces are normal (in the menu Trace).");
  }
  if (traces == 0) return session().isLoading() ? tr("Reading…") : tr("No traces are open.");
  if (session().isLoading()) return tr("Reading…");
  if (traces == 1 && session().normal().usual() == nullptr) {
    return tr("One trace alone is compared with nothing.\nOpen more traces of the same kind, or say which traces are "
              "normal (in the menu Trace).");
  }
  return tr("Learning what is usual…");
}

QString SlowOperationsView::subtitleText() const {
  const auto& ranked = m_ranker->ranked();
  if (!ranked || m_model->rowCount() == 0) return {};
  if (m_ranker->running()) return tr("ranking anew… %1 %").arg(static_cast<int>(m_ranker->progress() * 100));
  const session::ListedTraces& of = *ranked->traces;
  const uint32_t all = of.snapshot->traceCount();
  const QString traces = of.traces ? tr("%1 of %2").arg(counted(of.count()), tracesText(all)) : tracesText(all);
  return traces + QStringLiteral(" · ") + againstText(*ranked->population);
}

const analysis::OperationExcess* SlowOperationsView::chosen() const {
  const QModelIndex current = m_table->currentIndex();
  return current.isValid() ? &m_model->operationAt(m_sorted->mapToSource(current).row()) : nullptr;
}

void SlowOperationsView::openWorst() {
  const analysis::OperationExcess* operation = chosen();
  if (operation == nullptr || m_model->snapshot()->storeId() != session().snapshot()->storeId()) return;
  session().selectSpan(operation->worstSpan);
  Q_EMIT pictureWished();
}

void SlowOperationsView::filterByOperation() {
  if (const analysis::OperationExcess* operation = chosen()) session().listing().wishFilter(operationFilter(*operation));
}

void SlowOperationsView::openMenu(const QPoint& position) {
  if (chosen() == nullptr) return;
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addActions({m_open, m_filter});
  menu->addSeparator();
  menu->addAction(m_copy);
  menu->popup(m_table->viewport()->mapToGlobal(position));
}

}  // namespace waybill::ui
