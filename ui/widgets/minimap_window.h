// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "layout/time_scale.h"

namespace waybill::ui {

// What the mouse takes hold of in the minimap.
enum class MinimapGrip { Window, LeftEdge, RightEdge, Outside };

// The window of the visible range in the minimap, and what dragging does to it. Pure; pixels of `whole`'s
// scale.
class MinimapWindow {
 public:
  MinimapWindow(layout::TimeScale whole, layout::TimeRange visible) : m_whole(whole), m_visible(visible) {}

  double left() const { return m_whole.x(m_visible.startNs); }
  double right() const { return m_whole.x(m_visible.endNs); }
  bool coversAll() const { return m_visible == m_whole.range(); }

  // Edges are kGrip pixels to both sides, less inside a narrow window so that it can still be moved. A window
  // that covers everything cannot be moved: its inside counts as outside.
  MinimapGrip gripAt(double x) const;

  // The range after dragging from x0 to x1, kept inside the whole.
  layout::TimeRange dragged(MinimapGrip grip, double x0, double x1) const;

 private:
  static constexpr double kGrip = 5;

  layout::TimeScale m_whole;
  layout::TimeRange m_visible;
};

}  // namespace waybill::ui
