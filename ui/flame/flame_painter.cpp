// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/flame/flame_painter.h"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/theme/theme.h"
#include "ui/widgets/marks.h"
#include "ui/widgets/pixels.h"
#include "ui/widgets/span_text.h"
#include "ui/widgets/time_axis.h"

namespace waybill::ui {
namespace {

using analysis::NodeIndex;
using analysis::TraceTree;
using layout::DrawKind;
using layout::DrawRect;

constexpr double kMinLabelWidth = 30;
constexpr size_t kFewestLabels = 16;  // of a lane that get drawn where they fit
constexpr double kLabelGap = 5;
constexpr double kMinHatchWidth = 6;
constexpr double kCrowded = 2;  // pixels; ways of the path so close to each other are a curtain

// Two pixels of the bar stay above and below.
double badgeSizeIn(const LaneGeometry& lanes) {
  return lanes.laneHeight - 5;
}

bool isLaneExposed(const FlameFrame& frame, uint32_t lane) {
  const LaneGeometry& lanes = frame.lanes;
  return frame.exposed.intersects(QRect(0, lanes.laneTop(lane), lanes.width, lanes.laneHeight));
}

}  // namespace

QRectF flameBarRect(const LaneGeometry& lanes, const DrawRect& bar) {
  return {lanes.plotLeft + double(bar.x), double(lanes.laneTop(bar.lane)), double(bar.width),
          double(lanes.laneHeight - 1)};
}

void FlamePainter::setFont(const QFont& font) {
  m_labels.setFont(font);
  QFont bold = font;
  bold.setBold(true);
  m_bold.setFont(bold);
}

int FlamePainter::laneHeight() const {
  return std::max(18, static_cast<int>(std::ceil(m_labels.lineHeight())) + 7);
}

void FlamePainter::paint(QPainter& painter, const FlameFrame& frame) {
  for (TextCache* texts : {&m_labels, &m_bold}) texts->paintOnly(frame.exposed);
  const std::vector<FlameBadge> badges = placeBadges(frame, badgeSizeIn(frame.lanes));
  paintTimeGrid(painter, {frame.scale, frame.trace.bounds.startNs, frame.lanes.plotLeft, std::nullopt},
                frame.lanes.lanesRect());
  painter.save();
  painter.setClipRect(frame.lanes.plotRect());
  paintBars(painter, frame);
  if (frame.pathShown) paintPath(painter, frame);
  paintLabels(painter, frame, badges);
  painter.restore();
  // Beyond the plot's edge an outline would be cut in half.
  painter.save();
  painter.setClipRect(frame.lanes.lanesRect());
  if (frame.hovered && frame.hovered != frame.selected)
    paintOutline(painter, frame, *frame.hovered, theme().muted, 1);
  if (frame.selected)
    paintOutline(painter, frame, *frame.selected, frame.focused ? theme().accent : theme().text, 2);
  paintBadges(painter, frame, badges);
  painter.restore();
}

void FlamePainter::paintBars(QPainter& painter, const FlameFrame& frame) {
  const double ratio = painter.device()->devicePixelRatioF();
  FrameColors colors;
  m_strip.begin(frame, ratio);
  for (size_t i = 0, end = 0; i < frame.bars.size(); i = end) {
    while (end < frame.bars.size() && frame.bars[end].lane == frame.bars[i].lane) ++end;
    if (!isLaneExposed(frame, frame.bars[i].lane)) continue;
    const std::span lane(frame.bars.data() + i, end - i);
    if (lane.size() >= LaneStrip::kWorthIt) {
      m_strip.paint(painter, frame, lane, colors);
    } else {
      paintLane(painter, frame, lane, colors, ratio);
    }
    for (const DrawRect& bar : lane) {
      if (!isFolded(bar)) continue;
      const BarEdges edges = barEdges(frame.lanes, bar, ratio);
      const QRectF rect(edges.left / ratio, frame.lanes.laneTop(bar.lane), (edges.right - edges.left) / ratio,
                        frame.lanes.laneHeight - 1);
      if (rect.width() < kMinHatchWidth) continue;
      drawHatch(painter, rect, colors.of(bar.service).bar);
    }
  }
}

void FlamePainter::paintLane(QPainter& painter, const FlameFrame& frame, std::span<const DrawRect> lane,
                             FrameColors& colors, double ratio) const {
  const QColor error = theme().error;
  for (const DrawRect& bar : lane) {
    const FrameColors::Pair& pair = colors.of(bar.service);
    const BarEdges edges = barEdges(frame.lanes, bar, ratio);
    const QRectF rect(edges.left / ratio, frame.lanes.laneTop(bar.lane), (edges.right - edges.left) / ratio,
                      frame.lanes.laneHeight - 1);
    painter.fillRect(rect, isFolded(bar) ? pair.folded : pair.bar);
    if (bar.error) painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), kErrorHeight), error);
  }
}

void FlamePainter::paintBadges(QPainter& painter, const FlameFrame& frame, std::span<const FlameBadge> badges) {
  const LaneGeometry& lanes = frame.lanes;
  const auto [first, count] = lanes.lanesIn(frame.exposed.boundingRect());
  for (uint32_t lane = first; lane < first + count; ++lane) {
    if (isLaneExposed(frame, lane)) frame.badges.clearLane(lane);
  }
  const double size = badgeSizeIn(lanes);
  for (const FlameBadge& badge : badges) {
    if (!isLaneExposed(frame, badge.lane)) continue;
    const QPointF center(badge.centerX, lanes.laneTop(badge.lane) + (lanes.laneHeight - 1) / 2.0);
    drawBadge(painter, center, size, badge.rank + 1, frame.selectedFinding == badge.rank, m_bold);
    frame.badges.add(badge.lane, badge.centerX, size, badge.rank);
  }
}

void FlamePainter::paintLabels(QPainter& painter, const FlameFrame& frame, std::span<const FlameBadge> badges) {
  struct Label {
    double width;
    const DrawRect* bar;
  };
  const size_t most = std::max<size_t>(kFewestLabels, kMaxLabels / frame.lanes.wholeLanes());
  std::vector<Label> lane;
  for (size_t i = 0; i < frame.bars.size();) {
    const uint32_t number = frame.bars[i].lane;
    lane.clear();
    for (; i < frame.bars.size() && frame.bars[i].lane == number; ++i) {
      const DrawRect& bar = frame.bars[i];
      if (bar.kind != DrawKind::Span || bar.count > 1) continue;
      const double right = std::min(frame.scale.width(), double(bar.x) + double(bar.width));
      const double width = right - std::max(0.0, double(bar.x));
      if (width >= kMinLabelWidth) lane.push_back({width, &bar});
    }
    if (!isLaneExposed(frame, number)) continue;
    if (lane.size() > most) {
      std::nth_element(lane.begin(), lane.begin() + static_cast<std::ptrdiff_t>(most), lane.end(),
                       [](const Label& x, const Label& y) { return x.width > y.width; });
      lane.resize(most);
    }
    for (const Label& label : lane) paintLabel(painter, frame, *label.bar, badges);
  }
}

void FlamePainter::paintLabel(QPainter& painter, const FlameFrame& frame, const DrawRect& bar,
                              std::span<const FlameBadge> badges) {
  const TraceTree& tree = frame.trace.tree();
  const QRectF rect = flameBarRect(frame.lanes, bar);
  const QColor ink = textOn(serviceColors().color(bar.service));
  const double plotLeft = frame.lanes.plotLeft;
  double left = std::max(plotLeft, rect.left()) + kLabelGap;
  double right = std::min(plotLeft + frame.scale.width(), rect.right()) - kLabelGap;
  for (const FlameBadge& badge : badges) {
    if (badge.lane != bar.lane || badge.centerX < left) continue;
    right = std::min(right, badge.centerX - badgeSizeIn(frame.lanes) / 2 - kLabelGap);
  }
  painter.setPen(ink);
  if (bar.error && right - left > 3 * kMarkSize) {
    drawErrorMark(painter, QPointF(left + kMarkSize / 2, rect.center().y() + 1), ink);
    left += kMarkSize + 4;
    painter.setPen(ink);
  }
  const double used = m_labels.draw(painter, left, rect.center().y(), spanName(tree, bar.node), right - left);
  if (used <= 0) return;
  left += used + 8;
  const QString beside = durationLabel(tree, bar.node);
  if (right - left < m_labels.width(beside)) return;
  painter.setPen(withAlpha(ink, 0.72));
  m_labels.draw(painter, left, rect.center().y(), beside, right - left);
}

void FlamePainter::paintPath(QPainter& painter, const FlameFrame& frame) const {
  const LaneGeometry& lanes = frame.lanes;
  const auto baseline = [&](uint32_t lane) { return double(lanes.laneTop(lane) + lanes.laneHeight - 2); };
  SharpRects ways(painter), quietWays(painter), stays(painter);
  QuietWays quiet;
  double last = -kCrowded;
  for (const PathPiece& piece : frame.path.pieces(frame.scale)) {
    if (!piece.isConnector()) {
      stays.add(QRectF(lanes.plotLeft + piece.x0, baseline(piece.toKey) - 1, piece.x1 - piece.x0, 2));
      continue;
    }
    const bool isCrowded = piece.x0 - std::exchange(last, piece.x0) < kCrowded;
    if (isCrowded && !quiet.take(piece.x0)) continue;
    const double x = lanes.plotLeft + std::min(piece.x0, double(lanes.plotWidth() - 1));
    const double top = baseline(std::min(piece.fromKey, piece.toKey));
    const double bottom = baseline(std::max(piece.fromKey, piece.toKey));
    if (bottom < lanes.axisHeight || top > lanes.height) continue;
    SharpRects& drawn = isCrowded ? quietWays : ways;
    drawn.addVerticalHairline(x, std::max<double>(top, lanes.axisHeight), std::min<double>(bottom, lanes.height));
  }
  quietWays.fill(painter, QuietWays::color());
  ways.fill(painter, blended(theme().criticalPath, theme().panel, 0.5));
  stays.fill(painter, theme().criticalPath);
}

void FlamePainter::paintOutline(QPainter& painter, const FlameFrame& frame, NodeIndex node,
                                const QColor& color, double width) const {
  const TraceTree& tree = frame.trace.tree();
  if (node.value >= tree.size()) return;
  const double x0 = frame.scale.x(tree.startNs[node.value]);
  const double x1 = frame.scale.x(tree.endNs[node.value]);
  if (x1 < 0 || x0 > frame.scale.width()) return;
  const double left = frame.lanes.plotLeft + std::max(x0, -4.0);
  const double right = frame.lanes.plotLeft + std::min(std::max(x1, x0 + 2), frame.scale.width() + 4);
  const double ratio = painter.device()->devicePixelRatioF();
  const QRectF rect(QPointF(snapped(left, ratio), frame.lanes.laneTop(frame.trace.flame->laneOf(node))),
                    QPointF(snapped(right, ratio), frame.lanes.laneTop(frame.trace.flame->laneOf(node)) +
                                                       frame.lanes.laneHeight - 1.0));
  painter.setBrush(Qt::NoBrush);
  // A ring in the panel's colour keeps the outline apart from a bar of about its own.
  painter.setPen(QPen(theme().panel, width + 2, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
  painter.drawRect(rect);
  painter.setPen(QPen(color, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
  painter.drawRect(rect);
}

}  // namespace waybill::ui
