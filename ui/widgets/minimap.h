// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPixmap>
#include <QWidget>
#include <memory>
#include <optional>

#include "session/session.h"
#include "ui/widgets/minimap_window.h"
#include "ui/widgets/visible_range.h"

namespace waybill::ui {

// The whole trace in a strip, with a window over the visible range: drag the window to move it, its edges to
// resize it, anywhere else to choose a new range; a click centres it, a double click shows everything.
class Minimap : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kHeight = 56;

  Minimap(session::Session& session, VisibleRange& range, QWidget* parent);

  // Where the plot it belongs to begins and how far before the right edge it ends, in pixels.
  void setPlot(int left, int rightMargin);

  QSize sizeHint() const override { return {400, kHeight}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  struct Drag {
    MinimapGrip grip;
    double fromX;          // pixels of the strip
    MinimapWindow window;  // as it was when the drag began
    bool moved = false;
  };

  QRectF strip() const;
  layout::TimeScale wholeScale() const;
  MinimapWindow window() const;
  double stripX(const QPointF& position) const { return position.x() - strip().left(); }
  void refreshPicture(const session::OpenTrace& trace);
  void paintWindow(QPainter& painter) const;
  void updateCursor(const QPointF& position);

  session::Session& m_session;
  VisibleRange& m_range;
  int m_left = 12;
  int m_rightMargin = 12;
  QPixmap m_picture;  // of m_pictured, at the strip's size
  std::weak_ptr<const session::OpenTrace> m_pictured;
  std::optional<Drag> m_drag;
};

}  // namespace waybill::ui
