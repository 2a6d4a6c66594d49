// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/traces_view.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <array>
#include <utility>

#include "base/time_text.h"
#include "query/filter_text.h"
#include "ui/theme/controls.h"
#include "ui/theme/mistake_mark.h"
#include "ui/theme/theme.h"
#include "ui/traces/facets_panel.h"
#include "ui/traces/key_completer.h"
#include "ui/traces/trace_list.h"
#include "ui/traces/traces_model.h"

namespace waybill::ui {
namespace {

enum Page { ListPage, EmptyPage, NoMatchPage };

constexpr char kStreamsLastKey[] = "traces/streamsLast";

// While traces are received another order is useful, and remembered, than for files.
QString sortKey(bool live, const char* what) {
  return (live ? QStringLiteral("traces/live/") : QStringLiteral("traces/")) + QLatin1StringView(what);
}

// Stable names for the settings.
constexpr std::array<std::pair<TraceSort, const char*>, 5> kSortNames{{{TraceSort::Duration, "duration"},
                                                                       {TraceSort::Start, "start"},
                                                                       {TraceSort::Spans, "spans"},
                                                                       {TraceSort::Errors, "errors"},
                                                                       {TraceSort::Name, "name"}}};

TraceListQuery rememberedQuery(bool live) {
  TraceListQuery query;
  if (live) query.sort = TraceSort::Start;
  const QString name = QSettings().value(sortKey(live, "sort")).toString();
  for (const auto& [sort, sortName] : kSortNames) {
    if (name == QLatin1StringView(sortName)) query.sort = sort;
  }
  query.descending = QSettings().value(sortKey(live, "descending"), naturallyDescending(query.sort)).toBool();
  return query;
}

QString counted(size_t count) {
  return QString::fromStdString(countText(count));
}

}  // namespace

TracesView::TracesView(session::Session& session, QWidget* parent)
    : View(session, parent), m_model(new TracesModel(this, session.attributeColumns())) {
  setObjectName(QStringLiteral("traces"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  m_model->setQuery(rememberedQuery(session.isShowingLive()));
  showStreams(QSettings().value(QLatin1String(kStreamsLastKey), true).toBool());
  buildHeader();
  buildPages();
  buildFacets();
  buildActions();

  connect(&session, &session::Session::snapshotChanged, this, [this] {
    serviceColors().update(*this->session().snapshot());
    const bool live = this->session().isShowingLive();
    const bool sameTraces = std::exchange(m_wasLive, live) && live;
    m_model->setSnapshot(this->session().snapshot(), sameTraces ? TracesModel::Successor::SameTraces
                                                                : TracesModel::Successor::OtherFiles);
  });
  connect(&session, &session::Session::showingLiveChanged, this, [this] {
    TraceListQuery query = rememberedQuery(this->session().isShowingLive());
    query.filter = m_model->query().filter;
    query.columns = m_model->query().columns;
    m_model->setQuery(query);
  });
  connect(&session, &session::Session::loadingChanged, this, [this] {
    // A list that is sorted anew again and again must not hold up the load.
    const size_t threads = this->session().isLoading() ? 1 : query::allThreads();
    m_model->setThreads(threads);
    m_facets->setThreads(threads);
    showOrder();
  });
  connect(m_model, &TracesModel::readingChanged, this, &TracesView::showCount);
  connect(&session, &session::Session::openTraceChanged, this, [this] { followOpenTrace(); });
  connect(m_model, &TracesModel::orderChanged, this, &TracesView::showOrder);
  connect(m_model, &TracesModel::orderChanged, this, &TracesView::tellListed);
  connect(&session.listing(), &session::TraceListing::filterWished, m_filter, &QLineEdit::setText);
  serviceColors().update(*session.snapshot());
  m_model->setSnapshot(session.snapshot());
  showOrder();
}

QWidget* TracesView::focusTarget() {
  return m_list;
}

void TracesView::buildHeader() {
  auto* header = new QHBoxLayout;
  header->setContentsMargins(12, 7, 6, 7);
  header->setSpacing(8);
  auto* title = new PlainLabel(Tone::Title, this);
  title->setText(tr("Traces"));
  m_count = new PlainLabel(Tone::Muted, this);
  m_count->setObjectName(QStringLiteral("tracesCount"));
  m_sortButton = new QToolButton(this);
  m_sortButton->setObjectName(QStringLiteral("tracesSort"));
  m_sortButton->setProperty("flat", true);
  m_sortButton->setPopupMode(QToolButton::InstantPopup);
  m_sortButton->setAccessibleName(tr("Order of the traces"));
  m_sortButton->setToolTip(tr("Order of the traces"));
  header->addWidget(title);
  header->addWidget(m_count);
  header->addStretch();
  header->addWidget(m_sortButton);

  m_filter = new FilterEdit(tr("Filter: words, or http.route=/cart"), this);
  m_filter->setToolTip(tr("Words are found in services, the operation of the root, and trace ids.\n"
                          "Terms are found in any span: http.route=/cart, http.response.status_code>=500,\n"
                          "db.query.text~\"from orders\", duration>100ms, service=web, status=error, kind=client.\n"
                          "A trace must fit all of them."));
  m_filter->setObjectName(QStringLiteral("tracesFilter"));
  m_filter->addAction(themeIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
  auto* filterRow = new QHBoxLayout;
  filterRow->setContentsMargins(10, 0, 10, 9);
  filterRow->setSpacing(6);
  filterRow->addWidget(m_filter);
  m_facetsButton = new QToolButton(this);
  m_facetsButton->setObjectName(QStringLiteral("tracesFacets"));
  m_facetsButton->setText(tr("Facets"));
  m_facetsButton->setProperty("flat", true);
  m_facetsButton->setCheckable(true);
  filterRow->addWidget(m_facetsButton);
  auto* whole = static_cast<QVBoxLayout*>(layout());
  whole->addLayout(header);
  whole->addLayout(filterRow);
  QLabel* why = plainParagraph(QString(), Tone::Muted, this);
  why->setObjectName(QStringLiteral("tracesMistake"));
  why->setContentsMargins(12, 0, 12, 9);
  whole->addWidget(why);
  m_mistake = new MistakeMark(*m_filter, *why);
  whole->addWidget(new Hairline(this));

  new KeyCompleter(*m_filter, [this] { return this->session().snapshot(); });  // the box is its parent
  connect(m_filter, &QLineEdit::textChanged, this, &TracesView::takeFilter);
  // On to what was found: the first of it opens unless the open trace is among it.
  connect(m_filter, &FilterEdit::leftDownwards, this, [this] {
    m_list->setFocus(Qt::ShortcutFocusReason);
    if (!m_list->currentIndex().isValid() && m_model->rowCount() > 0) m_list->setCurrentIndex(m_model->index(0, 0));
  });
}

void TracesView::buildPages() {
  m_pages = new QStackedWidget(this);
  m_list = new TraceList(*m_model, m_pages);
  m_emptyText = new PlainLabel(Tone::Muted, this);
  m_emptyText->setObjectName(QStringLiteral("tracesEmpty"));
  m_noMatchText = new PlainLabel(Tone::Muted, this);
  m_noMatchText->setObjectName(QStringLiteral("tracesNoMatch"));
  auto* lift = new QPushButton(tr("Clear the filter"), this);
  lift->setObjectName(QStringLiteral("tracesLiftFilter"));
  connect(lift, &QPushButton::clicked, this, &TracesView::liftFilter);
  m_pages->insertWidget(ListPage, m_list);
  m_pages->insertWidget(EmptyPage, messagePage(m_emptyText, nullptr, m_pages));
  m_pages->insertWidget(NoMatchPage, messagePage(m_noMatchText, lift, m_pages));

  connect(m_list, &TraceList::activatedRow, this, &TracesView::openRow);
  connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& current) {
            if (!m_followsSession && current.isValid()) openRow(current.row());
          });
}

void TracesView::buildActions() {
  auto* menu = new QMenu(m_sortButton);
  auto* sorts = new QActionGroup(menu);
  const std::array<std::pair<TraceSort, QString>, 5> texts{{{TraceSort::Duration, tr("Duration")},
                                                            {TraceSort::Start, tr("Start")},
                                                            {TraceSort::Spans, tr("Number of spans")},
                                                            {TraceSort::Errors, tr("Number of errors")},
                                                            {TraceSort::Name, tr("Name")}}};
  for (const auto& [sort, text] : texts) {
    QAction* action = sorts->addAction(text);
    action->setCheckable(true);
    action->setData(static_cast<int>(sort));
    action->setChecked(sort == m_model->query().sort);
    menu->addAction(action);
  }
  connect(sorts, &QActionGroup::triggered, this, [this](const QAction* action) {
    const int sort = action->data().toInt();
    setSort(sort, naturallyDescending(static_cast<TraceSort>(sort)));
  });
  menu->addSeparator();
  menu->addAction(tr("Reverse"), this,
                  [this] { setSort(static_cast<int>(m_model->query().sort), !m_model->query().descending); });
  QAction* streams = menu->addAction(tr("Streams last"));
  streams->setCheckable(true);
  streams->setChecked(m_model->areStreamsLast());
  streams->setToolTip(tr("Streams stand for a conversation, not for work: how long they last says nothing"));
  connect(streams, &QAction::toggled, this, [this](bool last) {
    QSettings().setValue(QLatin1String(kStreamsLastKey), last);
    showStreams(last);
  });
  connect(&session(), &session::Session::populationChanged, this, [this] { showStreams(m_model->areStreamsLast()); });
  menu->setToolTipsVisible(true);
  m_sortButton->setMenu(menu);
  addViewAction(ActionMenu::Edit, tr("Filter traces"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F)},
                Qt::WindowShortcut, [this] {
                  m_filter->setFocus(Qt::ShortcutFocusReason);
                  m_filter->selectAll();
                });
  QAction* pin = addViewAction(ActionMenu::Trace, tr("Pin the Trace, So That No Limit Drops It"), {Qt::Key_P},
                               Qt::WidgetWithChildrenShortcut, [this] { togglePin(); });
  pin->setCheckable(true);
  const auto showPin = [this, pin] {
    const auto open = session().openTraceIndex();
    pin->setEnabled(open && session().isShowingLive());
    pin->setChecked(open && session().live().isPinned(session().snapshot()->trace(*open).id));
    m_list->viewport()->update();
  };
  connect(&session().live(), &session::Live::pinsChanged, this, showPin);
  connect(&session(), &session::Session::openTraceChanged, this, showPin);
  connect(&session(), &session::Session::showingLiveChanged, this, showPin);
  m_model->setPinTest([this](TraceId id) { return session().isShowingLive() && session().live().isPinned(id); });
  showPin();
}

void TracesView::setSort(int sort, bool descending) {
  TraceListQuery query = m_model->query();
  query.sort = static_cast<TraceSort>(sort);
  query.descending = descending;
  const bool live = session().isShowingLive();
  for (const auto& [known, name] : kSortNames) {
    if (known == query.sort) QSettings().setValue(sortKey(live, "sort"), QLatin1StringView(name));
  }
  QSettings().setValue(sortKey(live, "descending"), descending);
  m_model->setQuery(query);
  m_sortButton->setText(sortText(query.sort, query.descending) + QStringLiteral(" ▾"));
}

void TracesView::showStreams(bool last) {
  m_model->setStreams(session().population(), last);
}

void TracesView::takeFilter() {
  TraceListQuery query = m_model->query();
  query.filter = m_filter->text().toStdString();
  m_mistake->setMistake(query::readFilter(query.filter).mistake);
  m_facets->setFilter(m_filter->text());
  m_model->setQuery(query);
}

void TracesView::showCount() {
  const size_t shown = m_model->order().traces.size(), all = m_model->traceCount();
  const bool filtered = !query::readFilter(m_model->shownQuery().filter).empty();
  if (const auto& reading = m_model->reading()) {
    m_count->setText(reading->text());
  } else if (filtered) {
    m_count->setText(tr("%1 of %2").arg(counted(shown), counted(all)));
  } else {
    m_count->setText(all > 0 ? counted(all) : QString());
  }
}

QString TracesView::noMatchText() const {
  const auto& missing = m_model->order().missingKeys;
  if (!missing.empty()) return tr("No span has the attribute “%1”").arg(lineText(missing.front()));
  return tr("No trace matches “%1”").arg(lineText(m_model->shownQuery().filter).trimmed());
}

void TracesView::showOrder() {
  const size_t shown = m_model->order().traces.size(), all = m_model->traceCount();
  showCount();
  m_sortButton->setText(sortText(m_model->query().sort, m_model->query().descending) + QStringLiteral(" ▾"));
  if (shown > 0) {
    m_pages->setCurrentIndex(ListPage);
  } else if (all > 0) {
    m_noMatchText->setText(noMatchText());
    m_pages->setCurrentIndex(NoMatchPage);
  } else {
    m_emptyText->setText(session().isLoading() ? tr("Reading…") : tr("No traces are open"));
    m_pages->setCurrentIndex(EmptyPage);
  }
  m_facets->setShown(m_model->sharedSnapshot(), m_model->shownQuery().filter, shown);
  showOpenTrace(false);
}

void TracesView::tellListed() {
  session::ListedTraces listed{m_model->sharedSnapshot(), {}, {}};
  if (!query::readFilter(m_model->shownQuery().filter).empty()) {
    listed.filter = QString::fromStdString(m_model->shownQuery().filter);
    listed.traces.emplace();
    for (const uint32_t trace : m_model->order().traces) listed.traces->emplace_back(trace);
  }
  session().listing().setListed(std::move(listed));
}

// A trace that only grew is no reason to scroll.
void TracesView::followOpenTrace() {
  const auto open = session().openTraceIndex();
  const auto snapshot = session().snapshot();
  const TraceId id = open ? snapshot->trace(*open).id : TraceId{};
  showOpenTrace(std::exchange(m_followed, id) != id);
}

void TracesView::showOpenTrace(bool scrollThere) {
  const std::optional<TraceIndex> open = session().openTraceIndex();
  // A list that is a moment behind says so itself when it has caught up.
  if (m_model->snapshot().storeId() != session().snapshot()->storeId()) return;
  const bool known = open && open->value < m_model->traceCount();
  const std::optional<int> row = known ? m_model->rowOf(*open) : std::nullopt;
  m_followsSession = true;
  // Sorted anew while the user reads elsewhere: do not jump.
  m_list->setAutoScroll(scrollThere);
  if (!row) {
    m_list->setCurrentIndex({});
  } else if (m_list->currentIndex().row() != *row) {
    m_list->setCurrentIndex(m_model->index(*row, 0));
  }
  m_list->setAutoScroll(true);
  m_followsSession = false;
}

void TracesView::openRow(int row) {
  const auto trace = inSession(m_model->traceAt(row));
  if (trace && session().openTraceIndex() != trace) session().openTraceAt(*trace);
}

// The list may be a moment behind other files that were opened, or behind a store that took another's place.
std::optional<TraceIndex> TracesView::inSession(TraceIndex trace) const {
  const store::Snapshot& shown = m_model->snapshot();
  const auto now = session().snapshot();
  if (shown.storeId() == now->storeId()) return trace;
  return now->findTrace(shown.trace(trace).id);
}

void TracesView::togglePin() {
  const auto open = session().openTraceIndex();
  if (!open) return;
  const TraceId id = session().snapshot()->trace(*open).id;
  session().live().setPinned(id, !session().live().isPinned(id));
}

void TracesView::liftFilter() {
  m_filter->clear();
  m_filter->setFocus(Qt::OtherFocusReason);
}

}  // namespace waybill::ui
