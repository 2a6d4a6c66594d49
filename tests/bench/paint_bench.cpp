// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <numeric>

#include "bench/bar.h"
#include "bench/inputs.h"
#include "bench/measure.h"
#include "bench/picture_stage.h"
#include "ui/flame/flame_view.h"
#include "ui/theme/theme.h"
#include "ui/timeline/timeline_view.h"

namespace waybill::bench {
namespace {

using test::TraceShape;

// The program around the pictures, with settings that leave nothing behind.
struct WindowSystem {
  QTemporaryDir settings;
  int argc = 1;
  std::array<char, 14> name{"waybill-bench"};
  std::array<char*, 2> argv{name.data(), nullptr};
  QApplication application{argc, argv.data()};
};

constexpr QSize kSmall{1920, 1080};
constexpr QSize kLarge{3840, 2160};

std::string milliseconds(double value, const char* of) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.1f ms %s", value, of);
  return text.data();
}

double average(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double percentile99(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() * 99 / 100];
}

// A coarse script, of which the median counts.
template <typename View>
std::vector<double> coarseFrames(PictureStage<View>& stage) {
  return stage.script(7, 4, 0);
}

// A fine one, of which every frame counts: about a thousand of them.
template <typename View>
std::vector<double> fineFrames(const Size& size, PictureStage<View>& stage) {
  const bool quick = size.repetitions == 1;
  return quick ? stage.script(1, 8, 1) : stage.script(9, 2, 3);
}

template <typename View>
double paintMilliseconds(const Size& size, TraceShape shape) {
  PictureStage<View> stage(generatedFile({1, size.spans, shape, size.seed, {}}), kSmall);
  coarseFrames(stage);  // fonts and text caches
  const std::vector<double> frames = coarseFrames(stage);
  note(milliseconds(*std::max_element(frames.begin(), frames.end()), "the slowest frame"));
  return median(frames);
}

template <typename View>
double paintRatio(const Size& size, TraceShape shape) {
  PictureStage<View> few(generatedFile({1, size.fewSpans, shape, size.seed, {}}), kSmall);
  PictureStage<View> many(generatedFile({1, size.spans, shape, size.seed, {}}), kSmall);
  return inTurns(
             std::min(size.repetitions, 5), [&] { return median(coarseFrames(few)); },
             [&] { return median(coarseFrames(many)); })
      .ratio;
}

// Nothing warms it but one frame of the whole trace: the first look at a place counts too.
template <typename View>
double largeFrame(const Size& size, TraceShape shape) {
  PictureStage<View> stage(generatedFile({1, size.hugeSpans, shape, size.seed, {}}), kLarge);
  const std::vector<double> frames = fineFrames(size, stage);
  note(std::to_string(frames.size()) + " frames, " + milliseconds(median(frames), "the median, ") +
       milliseconds(*std::max_element(frames.begin(), frames.end()), "the slowest"));
  return percentile99(frames);
}

template <typename View>
double largeRatio(const Size& size, TraceShape shape) {
  PictureStage<View> few(generatedFile({1, size.fewSpans, shape, size.seed, {}}), kLarge);
  PictureStage<View> many(generatedFile({1, size.hugeSpans, shape, size.seed, {}}), kLarge);
  few.rest();
  many.rest();
  const Pair pair = inTurns(
      std::min(size.repetitions, 3), [&] { return average(fineFrames(size, few)); },
      [&] { return average(fineFrames(size, many)); });
  note(milliseconds(pair.first, "the average frame of the few, ") + milliseconds(pair.second, "of the many"));
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
  for (const auto& [title, shape] : shapes) {
    const std::string most = std::string(" of 10 M spans, 3840 x 2160, 99 % of frames, ") + title;
    const std::string ratio = std::string(", 3840 x 2160, 10 M against 10 k spans, ") + title;
    const TraceShape of = shape;
    bars.push_back({"timeline" + most, "ms", Bar::Sense::AtMost, 16,
                    [of](const Size& s) { return largeFrame<ui::TimelineView>(s, of); }});
    bars.push_back({"flame graph" + most, "ms", Bar::Sense::AtMost, 16,
                    [of](const Size& s) { return largeFrame<ui::FlameView>(s, of); }});
    bars.push_back({"timeline" + ratio, "x", Bar::Sense::AtMost, 1.5,
                    [of](const Size& s) { return largeRatio<ui::TimelineView>(s, of); }});
    bars.push_back({"flame graph" + ratio, "x", Bar::Sense::AtMost, 1.5,
                    [of](const Size& s) { return largeRatio<ui::FlameView>(s, of); }});
  }
  return bars;
}

}  // namespace waybill::bench
