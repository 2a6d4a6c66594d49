// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_canvas.h"

#include <QAccessible>
#include <QMouseEvent>
#include <QPainter>
#include <QSettings>
#include <algorithm>

#include "layout/group_bar.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr int kTopMargin = 5;
constexpr int kRightMargin = 18;      // where labels of bars at the end still go
constexpr double kLargestTree = 0.6;  // of the width
constexpr qsizetype kMostKeptFolds = 200;
constexpr auto kFoldSiblingsKey = "timeline/foldSiblings";

// What is folded, by span id, which stays while a trace grows; at most kMostKeptFolds of them.
QSet<uint64_t> foldedSpans(const analysis::TraceTree& tree, const layout::GanttRows& rows) {
  QSet<uint64_t> out;
  if (rows.rowCount() == rows.order().size()) return out;
  for (uint32_t row = 0; row < rows.rowCount() && out.size() < kMostKeptFolds; ++row) {
    const uint32_t place = rows.placeAt(row);
    if (rows.isClosed(place) && !rows.order().headerAt(place)) out.insert(tree.spanId(rows.nodeAt(row)).value);
  }
  return out;
}

void foldAgain(const QSet<uint64_t>& folded, const QSet<uint64_t>& unfolded, const analysis::TraceTree& tree,
               layout::GanttRows& rows) {
  qsizetype left = folded.size() + unfolded.size();
  for (uint32_t i = 0; i < tree.size() && left > 0; ++i) {
    const analysis::NodeIndex node(i);
    const uint64_t id = tree.spanId(node).value;
    if (folded.contains(id)) {
      rows.setCollapsed(node, true);
      --left;
    }
    if (!unfolded.contains(id)) continue;
    if (const auto group = rows.order().groupAround(rows.order().placeOf(node))) rows.setFolded(*group, false);
    --left;
  }
}

}  // namespace

TimelineCanvas::TimelineCanvas(session::Session& session, SpanSearch& search, QWidget* parent)
    : LanesCanvas(session, parent),
      m_search(search),
      m_path([](const session::OpenTrace&, analysis::NodeIndex node) { return node.value; }, nullptr),
      m_foldsSiblings(QSettings().value(QLatin1String(kFoldSiblingsKey), true).toBool()) {
  setObjectName(QStringLiteral("timelineCanvas"));
  installTimelineAccessibility();  // before anything asks for the interface, which Qt then keeps
  setAccessibleName(tr("Timeline of the trace"));
  fitTreeColumn();
  setMargins(kTopMargin, kRightMargin);
  connect(&session, &session::Session::selectionChanged, this, &TimelineCanvas::selectionChanged);
  connect(&session, &session::Session::findingSelectionChanged, this, qOverload<>(&QWidget::update));
  connect(&session, &session::Session::findingsChanged, this, [this] {
    m_annotations = Annotations(trace()->analysis, this->session().findings());
    showEvidence();
    update();
  });
  connect(&m_path, &PathLineBuilder::landed, this, qOverload<>(&QWidget::update));
  connect(&search, &SpanSearch::progressed, this, &TimelineCanvas::searchProgressed);
  takeTrace();
}

TimelineCanvas::~TimelineCanvas() = default;

// The same rows; only where the bars lie is another.
void TimelineCanvas::timesChanged() {
  m_annotations = Annotations(trace()->analysis, session().findings());
  showEvidence();
  m_path.start(trace());
}

void TimelineCanvas::traceChanged(const session::OpenTrace* before) {
  if (before && m_rows && trace()->hasSameNodesAs(*before)) return timesChanged();
  m_events.clear();
  m_hoveredRow.reset();
  m_header.reset();
  if (!before) m_unfolded.clear();
  const auto place = before ? placeInSight() : std::nullopt;
  const layout::GanttRows* rows = m_allRows != nullptr ? m_allRows.get() : m_rows.get();
  const QSet<uint64_t> folded = before && rows != nullptr ? foldedSpans(before->tree(), *rows) : QSet<uint64_t>();
  m_rows.reset();
  m_allRows.reset();
  m_kept.reset();
  if (const auto open = trace()) {
    m_annotations = Annotations(open->analysis, this->session().findings());
    makeRows(folded);
  } else {
    m_annotations = {};
  }
  m_path.start(trace());
  rowsChanged();
  // Late spans may have come above what is being read.
  if (!place || !m_rows || before->tree().snapshot->storeId() != trace()->tree().snapshot->storeId()) return;
  const auto node = trace()->tree().find(before->tree().row[place->node.value]);
  if (node) keepPlace({*node, place->y});
}

void TimelineCanvas::makeRows(const QSet<uint64_t>& folded) {
  const session::OpenTrace& open = trace()->asMeasured();
  m_rows = std::make_unique<layout::GanttRows>(open.tree(), m_foldsSiblings ? open.siblings.get() : nullptr);
  foldAgain(folded, m_unfolded, open.tree(), *m_rows);
}

void TimelineCanvas::setFoldsSiblings(bool folds) {
  if (folds == m_foldsSiblings) return;
  m_foldsSiblings = folds;
  QSettings().setValue(QLatin1String(kFoldSiblingsKey), folds);
  if (!m_rows) return;
  const auto place = placeInSight();
  const QSet<uint64_t> folded = foldedSpans(trace()->tree(), m_allRows != nullptr ? *m_allRows : *m_rows);
  m_unfolded.clear();
  const auto kept = std::exchange(m_kept, nullptr);
  m_allRows.reset();
  makeRows(folded);
  if (kept != nullptr) {
    hideOthers(kept);
  } else {
    otherRows(place);
  }
}

void TimelineCanvas::searchProgressed() {
  if (m_search.kept() == m_kept || !m_rows) return update();
  hideOthers(m_search.kept());
}

// What was folded is so again when the rows are shown again; a match is never folded away.
void TimelineCanvas::hideOthers(std::shared_ptr<const layout::KeptSpans> kept) {
  const auto place = placeInSight();
  if (m_allRows == nullptr) m_allRows = std::move(m_rows);
  m_rows = kept == nullptr ? std::move(m_allRows)
                           : std::make_unique<layout::GanttRows>(m_allRows->tree(), nullptr, kept.get());
  m_kept = std::move(kept);
  otherRows(place);
}

// The same trace has other rows now.
void TimelineCanvas::otherRows(const std::optional<PlaceInRows>& before) {
  m_header.reset();
  m_hoveredRow.reset();
  rowsChanged();
  if (const auto row = selectedRow()) {
    showLane(*row);
  } else if (before) {
    keepPlace(*before);
  }
}

// The first row in sight; none at the very top, where what comes first is looked at.
std::optional<TimelineCanvas::PlaceInRows> TimelineCanvas::placeInSight() const {
  if (!m_rows || lanes().scrollY == 0 || m_rows->rowCount() == 0) return std::nullopt;
  const uint32_t row = std::min(lanes().firstLane(), m_rows->rowCount() - 1);
  return PlaceInRows{m_rows->nodeAt(row), lanes().laneTop(row)};
}

void TimelineCanvas::keepPlace(const PlaceInRows& place) {
  if (m_rows->rowCount() == 0) return;
  scrollTo(lanes().scrollY + lanes().laneTop(m_rows->rowShowing(place.node)) - place.y);
}

void TimelineCanvas::styleChanged() {
  m_painter.setFont(font());
  m_headerTexts.setFont(font());
  setLaneHeight(m_painter.laneHeight());
}

void TimelineCanvas::rowsChanged() {
  setLaneCount(m_rows ? m_rows->rowCount() : 0);
  if (m_hoveredRow && *m_hoveredRow >= lanes().laneCount) m_hoveredRow.reset();
  m_markedRow = selectedRow();
  showEvidence();
  update();
}

void TimelineCanvas::showEvidence() {
  m_badges.clear();
  const bool any = m_rows && m_rows->rowCount() > 0;
  m_evidence = any ? EvidenceRows(*m_rows, trace()->tree(), m_annotations, session().findings()) : EvidenceRows();
}

std::optional<uint32_t> TimelineCanvas::selectedRow() const {
  const auto node = session().selectedNode();
  if (!m_rows || m_rows->rowCount() == 0 || !node || node->value >= trace()->tree().size()) return std::nullopt;
  if (m_header) {
    if (const auto row = m_rows->rowOf(*m_header)) return row;
  }
  return m_rows->rowShowing(*node);
}

std::optional<layout::GroupIndex> TimelineCanvas::groupAt(uint32_t row) const {
  return m_rows && row < m_rows->rowCount() ? m_rows->groupAt(row) : std::nullopt;
}

QRect TimelineCanvas::rowRect(uint32_t row) const {
  return {0, lanes().laneTop(row), width(), lanes().laneHeight};
}

void TimelineCanvas::paintLanes(QPainter& painter, const QRegion& exposed) {
  const auto open = trace();
  if (!m_rows) return;
  if (m_rows->rowCount() == 0) return paintNoMatch(painter);
  const layout::TimeScale now = scale();
  auto selected = session().selectedNode();
  if (selected && selected->value >= open->tree().size()) selected.reset();
  m_painter.paint(painter, TimelineFrame{*open, *m_rows, lanes(), now, exposed, m_annotations, m_evidence, m_path.line(),
                                         m_search, m_events, m_badges, selected, selectedRow(), m_hoveredRow,
                                         session().selectedFinding(), session().criticalPathShown(), hasFocus()});
}

// The search has left no row: says why, and how they come back.
void TimelineCanvas::paintNoMatch(QPainter& painter) {
  if (m_kept == nullptr) return;
  const QRect area = lanes().lanesRect();
  const QString text = lineText(m_search.keptFor().toStdString()).trimmed();
  const QFontMetrics metrics(largerFont(font()));
  const int room = area.width() - 32 - metrics.horizontalAdvance(tr("No span matches “%1”").arg(QString()));
  paintEmptyState(painter, area, tr("No span matches “%1”").arg(metrics.elidedText(text, Qt::ElideRight, room)),
                  tr("Switch off “Hide others” to see all spans, or press Esc to end the search."), font());
}

uint64_t TimelineCanvas::spansIn(const AreaSelection& area) const {
  if (!m_rows) return 0;
  const analysis::TraceTree& tree = trace()->tree();
  // More rows than a few pictures high cannot be dragged over in one go; the rest is left to the table.
  constexpr uint32_t kMostRows = 200000;
  const uint32_t last = std::min({area.lastLane, m_rows->rowCount() - 1, area.firstLane + kMostRows});
  uint64_t count = 0;
  for (uint32_t row = area.firstLane; row <= last; ++row) {
    const analysis::NodeIndex node = m_rows->nodeAt(row);
    if (const auto group = m_rows->groupAt(row)) {
      if (!m_rows->isFolded(*group)) continue;  // its members have rows
      count += uint64_t{layout::membersIn(tree, *trace()->siblings, *group, area.range)} *
               trace()->siblings->memberSize(*group);
      continue;
    }
    if (tree.startNs[node.value] >= area.range.endNs || tree.endNs[node.value] < area.range.startNs) continue;
    count += m_rows->isCollapsed(node) ? tree.subtreeEnd[node.value] - node.value : 1;
  }
  return count;
}

void TimelineCanvas::revealNode(analysis::NodeIndex node) {
  if (!m_rows || m_rows->rowCount() == 0 || node.value >= trace()->tree().size()) return;
  if (!m_rows->rowOf(node)) {
    const uint32_t before = m_rows->rowCount();
    m_rows->reveal(node);
    if (m_rows->rowCount() != before) rowsChanged();
  }
  if (const auto row = m_header ? m_rows->rowOf(*m_header) : m_rows->rowShowing(node)) showLane(*row);
  const analysis::TraceTree& tree = trace()->tree();
  visibleRange().reveal({tree.startNs[node.value], tree.endNs[node.value]});
}

void TimelineCanvas::tellAccessibility() const {
  const auto row = selectedRow();
  if (!QAccessible::isActive() || !row || *row < lanes().firstLane()) return;
  QAccessibleEvent event(const_cast<TimelineCanvas*>(this), QAccessible::Focus);
  event.setChild(static_cast<int>(*row - lanes().firstLane()));
  QAccessible::updateAccessibility(&event);
}

void TimelineCanvas::dragged(QMouseEvent* event) {
  if (!m_resizing) return;
  m_wantedTreeWidth = event->position().toPoint().x();
  fitTreeColumn();
}

void TimelineCanvas::fitTreeColumn() {
  const int largest = std::max(TreeColumn::kMinWidth, static_cast<int>(width() * kLargestTree));
  setPlotLeft(std::clamp(m_wantedTreeWidth.value_or(TreeColumn::defaultWidth(width())), TreeColumn::kMinWidth,
                         largest));
}

void TimelineCanvas::resizeEvent(QResizeEvent* event) {
  // A strip that comes up over the picture takes room below: what is selected stays in sight.
  const auto row = selectedRow();
  const bool wasInSight = row && lanes().laneTop(*row) >= lanes().axisHeight &&
                          lanes().laneTop(*row) + lanes().laneHeight <= lanes().height;
  fitTreeColumn();
  LanesCanvas::resizeEvent(event);
  if (wasInSight) showLane(*row);
}

void TimelineCanvas::focusInEvent(QFocusEvent* event) {
  LanesCanvas::focusInEvent(event);
  update();
}

void TimelineCanvas::focusOutEvent(QFocusEvent* event) {
  LanesCanvas::focusOutEvent(event);
  update();
}

}  // namespace waybill::ui
