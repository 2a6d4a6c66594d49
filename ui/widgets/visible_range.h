// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QVariantAnimation>
#include <QWidget>
#include <memory>

#include "layout/time_scale.h"
#include "session/session.h"

namespace waybill::ui {

// The range of time a picture shows: the session's visible range, which it follows with a short glide (120
// ms), or at once while something is being dragged. Zooms are taken from where the glide ends, so that fast
// turns of the wheel add up. GUI thread.
class VisibleRange : public QObject {
  Q_OBJECT

 public:
  enum class Motion { Glide, AtOnce };

  VisibleRange(session::Session& session, QWidget* picture);  // the picture is its parent

  layout::TimeRange shown() const { return m_shown; }
  layout::TimeRange bounds() const;  // the whole trace
  // Off where the system asks for calm, and offscreen.
  void setGliding(bool on) { m_mayGlide = on; }
  bool isGliding() const { return m_glide.state() == QAbstractAnimation::Running; }
  bool isWhole() const { return m_session.visibleRange() == bounds(); }

  void zoomAt(double x, double width, double factor);  // x in pixels of width; factor > 1 zooms in
  void panBy(double dx, double width, Motion motion);  // pixels; positive shows later times
  void set(layout::TimeRange range, Motion motion);
  // Brings a stretch into sight without changing the zoom; nothing when part of it is in sight.
  void reveal(layout::TimeRange stretch);

 Q_SIGNALS:
  void shownChanged();

 private:
  bool mayGlide() const { return m_mayGlide && !m_atOnce && m_picture->isVisible(); }
  void follow();
  void show(layout::TimeRange range);

  session::Session& m_session;
  QWidget* m_picture;
  QVariantAnimation m_glide;
  layout::TimeRange m_from, m_to, m_shown;
  std::weak_ptr<const session::OpenTrace> m_trace;  // the one m_shown belongs to
  bool m_mayGlide;
  bool m_atOnce = false;
};

}  // namespace waybill::ui
