// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QEventLoop>
#include <QImage>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "bench/bar.h"
#include "bench/inputs.h"
#include "bench/measure.h"
#include "session/session.h"
#include "ui/flame/flame_view.h"
#include "ui/theme/theme.h"
#include "ui/timeline/timeline_view.h"

namespace waybill::bench {
namespace {

using layout::TimeRange;
using layout::TimeScale;
using test::TraceShape;

constexpr int kWidth = 1920, kHeight = 1080;

// The program around the pictures, with settings that leave nothing behind.
struct WindowSystem {
  QTemporaryDir settings;
  int argc = 1;
  std::array<char, 14> name{"waybill-bench"};
  std::array<char*, 2> argv{name.data(), nullptr};
  QApplication application{argc, argv.data()};
};

// A trace opened as the window opens it, with one view on it.
template <typename View>
class Stage {
 public:
  explicit Stage(const std::string& path) {
    m_session.openPaths({QString::fromStdString(path)});
    waitFor([&] { return m_session.lastLoad().has_value() && !m_session.isLoading(); });
    if (!m_session.openTraceIndex()) m_session.openTraceAt(TraceIndex(0));
    waitFor([&] { return m_session.openTrace() != nullptr; });
    m_view = std::make_unique<View>(m_session, nullptr);
    m_view->setAttribute(Qt::WA_DontShowOnScreen);
    m_view->resize(kWidth, kHeight);
    m_view->show();
    settle();
  }

  // Milliseconds a frame, the median over a script: at spans all over the trace, from the whole trace down to
  // ten nanoseconds around the span, which is selected and so brought into sight.
  double medianFrame() {
    std::vector<double> frames = scriptedFrames();
    m_slowestMs = *std::max_element(frames.begin(), frames.end());
    return median(std::move(frames));
  }
  double slowestMs() const { return m_slowestMs; }

 private:
  std::vector<double> scriptedFrames() {
    constexpr uint32_t kSpans = 7;
    const auto trace = m_session.openTrace();
    std::vector<double> frames;
    for (uint32_t i = 0; i < kSpans; ++i) {
      const analysis::NodeIndex node(static_cast<uint32_t>(uint64_t{trace->tree().size()} * i / kSpans));
      m_session.resetRange();
      m_session.selectNode(node);
      m_session.resetRange();
      settle();
      TimeScale scale(trace->bounds, kWidth);
      while (scale.range().durationNs() > TimeScale::kMinDurationNs) {
        frames.push_back(frameMilliseconds(scale.range()));
        scale =
            TimeScale(scale.zoomedAt(scale.x(trace->tree().startNs[node.value]), 4, trace->bounds), kWidth);
      }
    }
    return frames;
  }

  // From the wish for another range to its picture. Nothing runs in between, or the paint event of the range
  // would fill what the views keep between frames before we look at the clock.
  double frameMilliseconds(layout::TimeRange range) {
    const double milliseconds = secondsOf([&] {
                                  m_session.setVisibleRange(range);
                                  m_view->render(&m_image);
                                }) *
                                1e3;
    settle();
    return milliseconds;
  }

  static void settle() {
    QEventLoop loop;
    while (loop.processEvents(QEventLoop::AllEvents)) {
    }
  }

  template <typename Done>
  static void waitFor(Done&& done) {
    constexpr int kPatienceMs = 120'000;
    QEventLoop loop;
    QTimer poll, patience;
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
      if (done()) loop.quit();
    });
    QObject::connect(&patience, &QTimer::timeout, &loop, [&] {
      std::fprintf(stderr, "waybill-bench: the trace was not opened in time\n");
      std::exit(2);
    });
    poll.start(5);
    patience.start(kPatienceMs);
    loop.exec();
  }

  session::Session m_session;
  std::unique_ptr<View> m_view;
  double m_slowestMs = 0;
  QImage m_image{kWidth, kHeight, QImage::Format_ARGB32_Premultiplied};
};

template <typename View>
double paintMilliseconds(const Size& size, TraceShape shape) {
  Stage<View> stage(generatedFile({1, size.spans, shape, size.seed, {}}));
  stage.medianFrame();  // fonts and text caches
  const double value = stage.medianFrame();
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.1f ms the slowest frame", stage.slowestMs());
  note(text.data());
  return value;
}

template <typename View>
double paintRatio(const Size& size, TraceShape shape) {
  Stage<View> few(generatedFile({1, size.fewSpans, shape, size.seed, {}}));
  Stage<View> many(generatedFile({1, size.spans, shape, size.seed, {}}));
  const Pair pair = inTurns(
      std::min(size.repetitions, 5), [&] { return few.medianFrame(); }, [&] { return many.medianFrame(); });
  return pair.ratio;
}

}  // namespace

std::shared_ptr<void> startWindowSystem() {
  // The offscreen platform says of every window that it has no size hints.
  qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString& text) {
    if (!text.contains(QLatin1String("propagateSizeHints"))) std::fprintf(stderr, "%s\n", qPrintable(text));
  });
  qputenv("QT_QPA_PLATFORM", "offscreen");
  const auto system = std::make_shared<WindowSystem>();
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, system->settings.path());
  QCoreApplication::setOrganizationName(QStringLiteral("waybill-bench"));
  ui::applyTheme(system->application, ui::ThemeChoice::Light);
  return system;
}

std::vector<Bar> paintBars() {
  std::vector<Bar> bars;
  const std::pair<const char*, TraceShape> shapes[] = {
      {"mixed", TraceShape::Mixed}, {"chain", TraceShape::Chain}, {"wide", TraceShape::Wide}};
  for (const auto& [title, shape] : shapes) {
    const std::string suffix = std::string(", ") + title;
    const TraceShape of = shape;
    bars.push_back({"paint the timeline, 1 M spans" + suffix, "ms", Bar::Sense::AtMost, 16,
                    [of](const Size& s) { return paintMilliseconds<ui::TimelineView>(s, of); }});
    bars.push_back({"paint the timeline, 1 M against 10 k spans" + suffix, "x", Bar::Sense::AtMost, 2,
                    [of](const Size& s) { return paintRatio<ui::TimelineView>(s, of); }});
    bars.push_back({"paint the flame graph, 1 M spans" + suffix, "ms", Bar::Sense::AtMost, 16,
                    [of](const Size& s) { return paintMilliseconds<ui::FlameView>(s, of); }});
    bars.push_back({"paint the flame graph, 1 M against 10 k spans" + suffix, "x", Bar::Sense::AtMost, 2,
                    [of](const Size& s) { return paintRatio<ui::FlameView>(s, of); }});
  }
  return bars;
}

}  // namespace waybill::bench
