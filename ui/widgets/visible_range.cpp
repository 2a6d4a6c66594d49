// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/visible_range.h"

#include <QGuiApplication>
#include <QStyle>
#include <cmath>

namespace waybill::ui {
namespace {

constexpr int kGlideMs = 120;

int64_t between(int64_t a, int64_t b, double t) {
  // The distance first, in integers: as doubles two dates differ by steps of 256 ns. Times are not negative, so
  // it cannot overflow.
  return a + static_cast<int64_t>(std::llround(static_cast<double>(b - a) * t));
}

bool systemWantsMotion(const QWidget& picture) {
  return QGuiApplication::platformName() != QLatin1String("offscreen") &&
         !qEnvironmentVariableIsSet("WAYBILL_CALM") &&
         picture.style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, &picture) > 0;
}

}  // namespace

VisibleRange::VisibleRange(session::Session& session, QWidget* picture)
    : QObject(picture), m_session(session), m_picture(picture), m_shown(session.visibleRange()),
      m_mayGlide(systemWantsMotion(*picture)) {
  m_glide.setDuration(kGlideMs);
  m_glide.setStartValue(0.0);
  m_glide.setEndValue(1.0);
  m_glide.setEasingCurve(QEasingCurve::OutCubic);
  m_trace = session.openTrace();
  connect(&m_glide, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
    const double t = value.toDouble();
    show(t >= 1 ? m_to
                : layout::TimeRange{between(m_from.startNs, m_to.startNs, t),
                                    between(m_from.endNs, m_to.endNs, t)});
  });
  connect(&session, &session::Session::visibleRangeChanged, this, &VisibleRange::follow);
  connect(&session, &session::Session::openTraceChanged, this, &VisibleRange::follow);
  connect(&session, &session::Session::timesChanged, this, &VisibleRange::follow);
}

layout::TimeRange VisibleRange::bounds() const {
  const auto trace = m_session.openTrace();
  return trace ? trace->bounds : layout::TimeRange{};
}

void VisibleRange::zoomAt(double x, double width, double factor) {
  const layout::TimeScale target(m_session.visibleRange(), width);
  m_session.setVisibleRange(target.zoomedAt(x, factor, bounds()));
}

void VisibleRange::panBy(double dx, double width, Motion motion) {
  const layout::TimeScale target(m_session.visibleRange(), width);
  set(target.pannedBy(dx, bounds()), motion);
}

void VisibleRange::set(layout::TimeRange range, Motion motion) {
  m_atOnce = motion == Motion::AtOnce;
  m_session.setVisibleRange(range);
  m_atOnce = false;
}

void VisibleRange::reveal(layout::TimeRange stretch) {
  const layout::TimeRange now = m_session.visibleRange();
  if (stretch.startNs < now.endNs && stretch.endNs >= now.startNs) return;
  // Its start a quarter into the picture, so that what follows is seen too.
  const int64_t start = stretch.startNs - now.durationNs() / 4;
  set(layout::clampRange({start, start + now.durationNs()}, bounds()), Motion::Glide);
}

void VisibleRange::follow() {
  const auto trace = m_session.openTrace();
  const bool sameTrace = trace && trace == m_trace.lock();
  m_trace = trace;
  m_glide.stop();
  m_to = m_session.visibleRange();
  if (!sameTrace || !mayGlide()) return show(m_to);
  m_from = m_shown;
  m_glide.start();
}

void VisibleRange::show(layout::TimeRange range) {
  if (range.endNs <= range.startNs) range.endNs = range.startNs + 1;
  m_shown = range;
  Q_EMIT shownChanged();
}

}  // namespace waybill::ui
