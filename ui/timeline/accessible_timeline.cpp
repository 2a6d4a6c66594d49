// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What screen readers see of the timeline: a tree whose children are the rows in sight.
#include <QAccessible>
#include <QAccessibleWidget>
#include <unordered_map>

#include "ui/timeline/group_text.h"
#include "ui/timeline/timeline_canvas.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

// The row at a place in the picture, counted from the first in sight; it says what is there now.
class AccessibleRow : public QAccessibleInterface {
 public:
  AccessibleRow(TimelineCanvas* canvas, uint32_t place) : m_canvas(canvas), m_place(place) {}

  bool isValid() const override { return node().has_value(); }
  QObject* object() const override { return nullptr; }
  QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_canvas); }
  QAccessibleInterface* child(int) const override { return nullptr; }
  QAccessibleInterface* childAt(int, int) const override { return nullptr; }
  int childCount() const override { return 0; }
  int indexOfChild(const QAccessibleInterface*) const override { return -1; }
  QAccessible::Role role() const override { return QAccessible::TreeItem; }
  void setText(QAccessible::Text, const QString&) override {}

  QString text(QAccessible::Text what) const override {
    const auto span = node();
    if (!span) return {};
    const auto trace = m_canvas->trace();
    const auto group = m_canvas->groupAt(row());
    switch (what) {
      case QAccessible::Name:
        if (group) return groupName(*trace, *group);
        return spanName(trace->tree(), *span) + QStringLiteral(", ") + serviceText(trace->tree(), *span);
      case QAccessible::Description:
      case QAccessible::Value:
        if (group) return groupDescription(*trace, *group);
        return spanDescription(*trace, *span);
      default:
        return {};
    }
  }

  QRect rect() const override {
    const QRect row = m_canvas->rowRect(this->row()).intersected(m_canvas->lanes().lanesRect());
    return {m_canvas->mapToGlobal(row.topLeft()), row.size()};
  }

  QAccessible::State state() const override {
    QAccessible::State out;
    const auto span = node();
    out.invalid = !span;
    if (!span) return out;
    out.selectable = out.focusable = true;
    out.selected = m_canvas->selectedRow() == row();
    out.focused = out.selected && m_canvas->hasFocus();
    const layout::GanttRows& rows = *m_canvas->rows();
    const uint32_t place = rows.placeAt(row());
    if (!rows.order().isLeaf(place)) {
      out.expandable = true;
      (rows.isClosed(place) ? out.collapsed : out.expanded) = true;
    }
    return out;
  }

 private:
  uint32_t row() const { return m_canvas->lanes().firstLane() + m_place; }
  std::optional<analysis::NodeIndex> node() const {
    const layout::GanttRows* rows = m_canvas->rows();
    if (rows == nullptr || row() >= rows->rowCount()) return std::nullopt;
    return rows->nodeAt(row());
  }

  TimelineCanvas* m_canvas;  // outlives it: the canvas's interface deletes it
  uint32_t m_place;
};

class AccessibleTimeline : public QAccessibleWidget {
 public:
  explicit AccessibleTimeline(TimelineCanvas* canvas) : QAccessibleWidget(canvas, QAccessible::Tree) {}
  ~AccessibleTimeline() override {
    for (const auto& [place, id] : m_rows) QAccessible::deleteAccessibleInterface(id);
  }
  AccessibleTimeline(const AccessibleTimeline&) = delete;
  AccessibleTimeline& operator=(const AccessibleTimeline&) = delete;

  int childCount() const override { return static_cast<int>(canvas()->lanes().visibleLanes()); }

  QAccessibleInterface* child(int index) const override {
    if (index < 0 || index >= childCount()) return nullptr;
    const auto place = static_cast<uint32_t>(index);
    if (const auto known = m_rows.find(place); known != m_rows.end()) {
      return QAccessible::accessibleInterface(known->second);
    }
    auto* row = new AccessibleRow(canvas(), place);  // the cache owns it from here on
    m_rows.emplace(place, QAccessible::registerAccessibleInterface(row));
    return row;
  }

  int indexOfChild(const QAccessibleInterface* wanted) const override {
    for (const auto& [place, id] : m_rows) {
      if (QAccessible::accessibleInterface(id) == wanted) return static_cast<int>(place);
    }
    return -1;
  }

  QAccessibleInterface* childAt(int x, int y) const override {
    const LaneGeometry& lanes = canvas()->lanes();
    const auto row = lanes.laneAt(canvas()->mapFromGlobal(QPoint(x, y)).y());
    return row && *row >= lanes.firstLane() ? child(static_cast<int>(*row - lanes.firstLane())) : nullptr;
  }

  QAccessibleInterface* focusChild() const override {
    const auto row = canvas()->selectedRow();
    const LaneGeometry& lanes = canvas()->lanes();
    if (!canvas()->hasFocus() || !row || *row < lanes.firstLane()) return QAccessibleWidget::focusChild();
    return child(static_cast<int>(*row - lanes.firstLane()));
  }

 private:
  TimelineCanvas* canvas() const { return static_cast<TimelineCanvas*>(widget()); }

  mutable std::unordered_map<uint32_t, QAccessible::Id> m_rows;  // by place
};

QAccessibleInterface* makeInterface(const QString& className, QObject* object) {
  if (className != QLatin1String("waybill::ui::TimelineCanvas")) return nullptr;
  auto* canvas = qobject_cast<TimelineCanvas*>(object);
  return canvas ? new AccessibleTimeline(canvas) : nullptr;  // Qt's cache owns it
}

}  // namespace

// A factory is known by its address: installing it again changes nothing.
void installTimelineAccessibility() {
  QAccessible::installFactory(&makeInterface);
}

}  // namespace waybill::ui
