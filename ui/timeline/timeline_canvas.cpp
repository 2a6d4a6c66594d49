// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_canvas.h"

#include <QAccessible>
#include <QMouseEvent>
#include <QPainter>
#include <QSet>
#include <algorithm>

#include "base/time_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

constexpr int kTopMargin = 5;
constexpr int kRightMargin = 18;      // where labels of bars at the end still go
constexpr int kBorderReach = 4;       // pixels to both sides of the tree column's border
constexpr int kExpanderReach = 9;     // from the expander's centre
constexpr double kLargestTree = 0.6;  // of the width
constexpr qsizetype kMostKeptFolds = 200;

// What is folded, by span id, which stays while a trace grows; at most kMostKeptFolds of them.
QSet<uint64_t> foldedSpans(const analysis::TraceTree& tree, const layout::GanttRows& rows) {
  QSet<uint64_t> out;
  if (rows.rowCount() == tree.size()) return out;
  for (uint32_t row = 0; row < rows.rowCount() && out.size() < kMostKeptFolds; ++row) {
    const analysis::NodeIndex node = rows.nodeAt(row);
    if (rows.isCollapsed(node)) out.insert(tree.spanId(node).value);
  }
  return out;
}

void foldAgain(const QSet<uint64_t>& folded, const analysis::TraceTree& tree, layout::GanttRows& rows) {
  qsizetype left = folded.size();
  for (uint32_t node = 0; node < tree.size() && left > 0; ++node) {
    if (!folded.contains(tree.spanId(analysis::NodeIndex(node)).value)) continue;
    rows.setCollapsed(analysis::NodeIndex(node), true);
    --left;
  }
}

// The first row in sight; none at the very top, where what comes first is looked at.
std::optional<TimelineCanvas::PlaceInRows> placeInSight(const analysis::TraceTree& tree, const layout::GanttRows& rows,
                                                        const LaneGeometry& lanes) {
  if (lanes.scrollY == 0 || rows.rowCount() == 0) return std::nullopt;
  const uint32_t row = std::min(lanes.firstLane(), rows.rowCount() - 1);
  return TimelineCanvas::PlaceInRows{tree.spanId(rows.nodeAt(row)), lanes.laneTop(row)};
}

}  // namespace

TimelineCanvas::TimelineCanvas(session::Session& session, SpanSearch& search, QWidget* parent)
    : LanesCanvas(session, parent),
      m_search(search),
      m_path([](const session::OpenTrace&, analysis::NodeIndex node) { return node.value; }, nullptr) {
  setObjectName(QStringLiteral("timelineCanvas"));
  installTimelineAccessibility();  // before anything asks for the interface, which Qt then keeps
  setAccessibleName(tr("Timeline of the trace"));
  fitTreeColumn();
  setMargins(kTopMargin, kRightMargin);
  connect(&session, &session::Session::selectionChanged, this, &TimelineCanvas::selectionChanged);
  connect(&session, &session::Session::findingSelectionChanged, this, qOverload<>(&QWidget::update));
  connect(&session, &session::Session::findingsChanged, this, [this] {
    m_annotations = Annotations(*trace()->analysis, this->session().findings());
    update();
  });
  connect(&m_path, &PathLineBuilder::landed, this, qOverload<>(&QWidget::update));
  connect(&search, &SpanSearch::progressed, this, qOverload<>(&QWidget::update));
  takeTrace();
}

TimelineCanvas::~TimelineCanvas() = default;

// The same rows; only where the bars lie is another.
void TimelineCanvas::timesChanged() {
  m_annotations = Annotations(*trace()->analysis, session().findings());
  m_path.start(trace());
}

void TimelineCanvas::traceChanged(const session::OpenTrace* before) {
  if (before && m_rows && trace()->hasSameNodesAs(*before)) return timesChanged();
  m_events.clear();
  m_hoveredRow.reset();
  const auto place = before && m_rows ? placeInSight(before->tree(), *m_rows, lanes()) : std::nullopt;
  const QSet<uint64_t> folded = before && m_rows ? foldedSpans(before->tree(), *m_rows) : QSet<uint64_t>();
  if (const auto open = trace()) {
    m_rows = std::make_unique<layout::GanttRows>(open->asMeasured().tree());
    foldAgain(folded, open->tree(), *m_rows);
    m_annotations = Annotations(*open->analysis, this->session().findings());
  } else {
    m_rows.reset();
    m_annotations = {};
  }
  m_path.start(trace());
  rowsChanged();
  // Late spans may have come above what is being read.
  if (place && m_rows) keepPlace(*place);
}

void TimelineCanvas::keepPlace(const PlaceInRows& place) {
  const analysis::TraceTree& tree = trace()->tree();
  for (uint32_t row = 0; row < m_rows->rowCount(); ++row) {
    if (tree.spanId(m_rows->nodeAt(row)) != place.span) continue;
    return scrollTo(lanes().scrollY + lanes().laneTop(row) - place.y);
  }
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
  update();
}

std::optional<uint32_t> TimelineCanvas::selectedRow() const {
  const auto node = session().selectedNode();
  if (!m_rows || !node || node->value >= trace()->tree().size()) return std::nullopt;
  return m_rows->rowOf(m_rows->visibleAncestor(*node));
}

QRect TimelineCanvas::rowRect(uint32_t row) const {
  return {0, lanes().laneTop(row), width(), lanes().laneHeight};
}

void TimelineCanvas::paintLanes(QPainter& painter, const QRegion& exposed) {
  const auto open = trace();
  if (!m_rows || m_rows->rowCount() == 0) return;
  const layout::TimeScale now = scale();
  auto selected = session().selectedNode();
  if (selected && selected->value >= open->tree().size()) selected.reset();
  m_painter.paint(painter, TimelineFrame{*open, *m_rows, lanes(), now, exposed, m_annotations, m_path.line(), m_search,
                                         m_events, selected, m_hoveredRow, session().selectedFinding(),
                                         session().criticalPathShown(), hasFocus()});
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
    if (tree.startNs[node.value] >= area.range.endNs || tree.endNs[node.value] < area.range.startNs) continue;
    count += m_rows->isCollapsed(node) ? tree.subtreeEnd[node.value] - node.value : 1;
  }
  return count;
}

std::optional<analysis::NodeIndex> TimelineCanvas::nodeAt(const QPoint& position) const {
  const auto row = lanes().laneAt(position.y());
  if (!m_rows || !row || *row >= m_rows->rowCount()) return std::nullopt;
  return m_rows->nodeAt(*row);
}

QString TimelineCanvas::tooltipAt(const QPoint& position) const {
  const auto node =
      position.y() < lanes().axisHeight && position.x() < lanes().plotLeft ? enclosing() : nodeAt(position);
  return node ? spanTooltip(*trace(), *node, 1) : QString();
}

void TimelineCanvas::clicked(const QPoint& position) {
  if (const auto node = nodeAt(position)) session().selectNode(node);
}

void TimelineCanvas::revealNode(analysis::NodeIndex node) {
  if (!m_rows || node.value >= trace()->tree().size()) return;
  if (!m_rows->rowOf(node)) {
    m_rows->reveal(node);
    rowsChanged();
  }
  if (const auto row = m_rows->rowOf(node)) showLane(*row);
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

bool TimelineCanvas::isOnBorder(const QPoint& position) const {
  return std::abs(position.x() - lanes().plotLeft) <= kBorderReach;
}

std::optional<analysis::NodeIndex> TimelineCanvas::expanderAt(const QPoint& position) const {
  const auto node = nodeAt(position);
  if (!node || position.x() >= lanes().plotLeft || trace()->tree().isLeaf(*node)) return std::nullopt;
  const TreeColumn column = TimelinePainter::treeColumn(*m_rows, trace()->tree(), lanes());
  const double x = column.expanderX(trace()->tree().depth[node->value]);
  if (std::abs(position.x() - x) > kExpanderReach) return std::nullopt;
  return node;
}

bool TimelineCanvas::takesPress(QMouseEvent* event) {
  const QPoint position = event->position().toPoint();
  m_resizing = isOnBorder(position);
  if (m_resizing) return true;
  if (position.y() < lanes().axisHeight && position.x() < lanes().plotLeft) {
    if (const auto node = enclosing()) session().selectNode(node);
    return true;
  }
  const auto node = expanderAt(position);
  if (node) toggle(*node);
  return node.has_value();
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

Qt::CursorShape TimelineCanvas::cursorShapeAt(const QPoint& position) const {
  if (!trace()) return Qt::ArrowCursor;
  if (isOnBorder(position)) return Qt::SplitHCursor;
  const bool onHeader = position.y() < lanes().axisHeight && position.x() < lanes().plotLeft;
  if (expanderAt(position) || (onHeader && enclosing())) return Qt::PointingHandCursor;
  return LanesCanvas::cursorShapeAt(position);
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
