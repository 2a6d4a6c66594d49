// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QEvent>
#include <QEventLoop>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/measure.h"
#include "session/session.h"
#include "ui/theme/theme.h"
#include "ui/widgets/lanes_canvas.h"

namespace waybill::bench {

// A trace opened as the window opens it, with one view on it, shown offscreen. Frames are taken as the program
// takes them: a range is wished for, and what became dirty by that is painted into the window's backing store.
template <typename View>
class PictureStage {
 public:
  PictureStage(const std::string& path, QSize size) {
    m_session.openPaths({QString::fromStdString(path)});
    waitFor([&] { return m_session.lastLoad().has_value() && !m_session.isLoading(); });
    if (!m_session.openTraceIndex()) m_session.openTraceAt(TraceIndex(0));
    waitFor([&] {  // one that was opened while the file was being read is opened again
      const auto open = m_session.openTrace();
      return open != nullptr && open->tree().snapshot == m_session.snapshot();
    });
    ui::serviceColors().update(*m_session.snapshot());
    m_view = std::make_unique<View>(m_session, nullptr);
    m_view->resize(size);
    m_view->show();
    settle();
    m_canvas = m_view->template findChild<ui::LanesCanvas*>();
    m_canvas->installEventFilter(&m_paints);
  }

  // Until nobody works beside the window, for who compares two stages.
  void rest() {
    waitFor([&] { return !m_session.isExplaining(); });
  }

  // Milliseconds of every frame of a script: at spans all over the trace, each selected and so scrolled into
  // sight, zoomed from the whole trace to ten nanoseconds around its start in steps of `factor`, and panned
  // `pans` times by a fifth of the width after each step. No range comes twice in a row.
  std::vector<double> script(uint32_t spans, double factor, int pans) {
    const auto trace = m_session.openTrace();
    std::vector<double> frames;
    for (uint32_t i = 0; i < spans; ++i) {
      const analysis::NodeIndex node(static_cast<uint32_t>(uint64_t{trace->tree().size()} * i / spans));
      m_session.resetRange();
      m_session.selectNode(node);
      m_session.resetRange();
      settle();
      const double width = m_canvas->lanes().plotWidth();
      layout::TimeScale scale(trace->bounds, width);
      while (scale.range().durationNs() > layout::TimeScale::kMinDurationNs) {
        scale = {scale.zoomedAt(scale.x(trace->tree().startNs[node.value]), factor, trace->bounds), width};
        takeFrame(scale.range(), frames);
        layout::TimeScale panned = scale;
        for (int p = 0; p < pans; ++p) {
          // Away from the nearer end, or there would be nowhere to go.
          const bool later = scale.range().startNs - trace->bounds.startNs < trace->bounds.endNs - scale.range().endNs;
          panned = {panned.pannedBy(later ? width / 5 : -width / 5, trace->bounds), width};
          takeFrame(panned.range(), frames);
        }
      }
    }
    return frames;
  }

 private:
  // Counts, so that no frame is measured that was not painted.
  class PaintCounter : public QObject {
   public:
    uint64_t count = 0;
    bool eventFilter(QObject*, QEvent* event) override {
      if (event->type() == QEvent::Paint) ++count;
      return false;
    }
  };

  // From the wish for another range to its picture. Nothing runs in between, or the paint event of the range
  // would fill what the views keep between frames before we look at the clock. Only the window's thread counts: in
  // a huge trace others are still looking for findings when the first frames are painted.
  void takeFrame(layout::TimeRange range, std::vector<double>& frames) {
    if (range == m_session.visibleRange()) return;
    const uint64_t before = m_paints.count;
    frames.push_back(threadSecondsOf([&] {
                       m_session.setVisibleRange(range);
                       QEvent wanted(QEvent::UpdateRequest);
                       QCoreApplication::sendEvent(m_view.get(), &wanted);
                     }) *
                     1e3);
    if (m_paints.count == before) fail("a frame was not painted");
    settle();
  }

  static void settle() {
    QEventLoop loop;
    while (loop.processEvents(QEventLoop::AllEvents)) {
    }
  }

  template <typename Done>
  static void waitFor(Done&& done) {
    constexpr int kPatienceMs = 300'000;
    QEventLoop loop;
    QTimer poll, patience;
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
      if (done()) loop.quit();
    });
    QObject::connect(&patience, &QTimer::timeout, &loop, [] { fail("the trace was not opened in time"); });
    poll.start(5);
    patience.start(kPatienceMs);
    loop.exec();
  }

  [[noreturn]] static void fail(const char* what) {
    std::fprintf(stderr, "waybill-bench: %s\n", what);
    std::exit(2);
  }

  session::Session m_session;
  std::unique_ptr<View> m_view;
  ui::LanesCanvas* m_canvas = nullptr;
  PaintCounter m_paints;
};

}  // namespace waybill::bench
