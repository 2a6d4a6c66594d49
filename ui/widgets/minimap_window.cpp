// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/minimap_window.h"

#include <algorithm>
#include <cmath>

namespace waybill::ui {

MinimapGrip MinimapWindow::gripAt(double x) const {
  const double inside = std::min(kGrip, (right() - left()) / 4);
  if (x >= left() - kGrip && x <= left() + inside) return MinimapGrip::LeftEdge;
  if (x <= right() + kGrip && x >= right() - inside) return MinimapGrip::RightEdge;
  if (x > left() && x < right() && !coversAll()) return MinimapGrip::Window;
  return MinimapGrip::Outside;
}

layout::TimeRange MinimapWindow::dragged(MinimapGrip grip, double x0, double x1) const {
  const layout::TimeRange& bounds = m_whole.range();
  const int64_t from = std::clamp(m_whole.ns(x0), bounds.startNs, bounds.endNs);
  const int64_t to = std::clamp(m_whole.ns(x1), bounds.startNs, bounds.endNs);
  switch (grip) {
    case MinimapGrip::Window: {
      const int64_t shift =
          std::clamp(to - from, bounds.startNs - m_visible.startNs, bounds.endNs - m_visible.endNs);
      return {m_visible.startNs + shift, m_visible.endNs + shift};
    }
    case MinimapGrip::LeftEdge:
      return layout::clampRange({std::min(to, m_visible.endNs), std::max(to, m_visible.endNs)}, bounds);
    case MinimapGrip::RightEdge:
      return layout::clampRange({std::min(to, m_visible.startNs), std::max(to, m_visible.startNs)}, bounds);
    case MinimapGrip::Outside:
      break;
  }
  return layout::clampRange({std::min(from, to), std::max(from, to)}, bounds);
}

}  // namespace waybill::ui
