// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <cstdint>

namespace waybill::ui {

// Where things stand in the tree column of one frame. The indentation shrinks with the depth of the rows in
// sight, down to three pixels a level; beyond that the outermost levels share the left edge, so that a span
// 500 levels deep still has room for its name. A value; logical pixels.
class TreeColumn {
 public:
  static constexpr int kMinWidth = 120;
  static constexpr double kServiceMark = 9;  // edge of the coloured square

  // Until somebody drags its border: a part of the picture's width.
  static int defaultWidth(int pictureWidth);

  TreeColumn(int width, uint32_t deepestInSight);

  bool operator==(const TreeColumn&) const = default;

  int width() const { return m_width; }
  uint32_t baseDepth() const { return m_baseDepth; }  // levels up to it stand at the left edge
  double step() const { return m_step; }

  double expanderX(uint32_t depth) const;  // centre
  double markX(uint32_t depth) const;      // left edge of the service's square
  double textX(uint32_t depth) const;
  double textRight() const { return m_width - 10; }
  // Centre of the guide line from a span of that depth down to its children.
  double guideX(uint32_t depth) const { return expanderX(depth); }

 private:
  int m_width;
  uint32_t m_baseDepth = 0;
  double m_step;
};

}  // namespace waybill::ui
