// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Sharp at any scale factor: run at 1, and by CTest at QT_SCALE_FACTOR 1.5 and 2 too.
#include <QIcon>
#include <set>
#include <vector>

#include "ui/flame/flame_view.h"
#include "ui/timeline/picture_fixture.h"
#include "ui/timeline/timeline_view.h"

namespace waybill::ui {
namespace {

using Colors = std::set<QRgb>;

QRgb opaque(const QColor& color) {
  return color.rgb() | 0xff000000U;
}

// Lengths of the runs of a colour in a line of pixels.
std::vector<int> runsOf(QRgb wanted, const std::vector<QRgb>& line) {
  std::vector<int> runs;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] != wanted) continue;
    if (i == 0 || line[i - 1] != wanted) runs.push_back(0);
    ++runs.back();
  }
  return runs;
}

template <typename ViewType>
class HighDpi : public test::PictureFixture<ViewType> {
 protected:
  double ratio() const { return this->m_view->devicePixelRatioF(); }
  int device(double logical) const { return static_cast<int>(std::lround(logical * ratio())); }
  int hairline() const { return std::max(1, static_cast<int>(ratio())); }

  // Of the widget as a screen of that scale would show it, in device pixels.
  QImage picture(QWidget* widget) const { return widget->grab().toImage().convertToFormat(QImage::Format_RGB32); }

  void largeScreenshot(const QString& name) {
    this->openText(this->kBuy);
    this->show(QSize(static_cast<int>(3840 / devicePixelRatio()), static_cast<int>(2160 / devicePixelRatio())));
    EXPECT_EQ(picture(this->m_view.get()).size(), QSize(3840, 2160));
    this->screenshot(QStringLiteral("%1@%2.png").arg(name).arg(ratio()));
  }

  static double devicePixelRatio() { return qApp->devicePixelRatio(); }

  static std::vector<QRgb> column(const QImage& image, int x, int from, int to) {
    std::vector<QRgb> out;
    for (int y = from; y < to; ++y) out.push_back(image.pixel(x, y));
    return out;
  }
  static std::vector<QRgb> row(const QImage& image, int y, int from, int to) {
    std::vector<QRgb> out;
    for (int x = from; x < to; ++x) out.push_back(image.pixel(x, y));
    return out;
  }
};

class HighDpiTimelineTest : public HighDpi<TimelineView> {};
class HighDpiFlameTest : public HighDpi<FlameView> {};

TEST_F(HighDpiTimelineTest, TheScaleIsTheOneAskedFor) {
  show();
  const QByteArray asked = qgetenv("QT_SCALE_FACTOR");
  EXPECT_DOUBLE_EQ(ratio(), asked.isEmpty() ? 1 : asked.toDouble());
}

TEST_F(HighDpiTimelineTest, TheLineBelowTheAxisIsWholeDevicePixels) {
  openText(kBuy);
  show();
  const QImage image = picture(m_canvas);
  const double y = m_canvas->lanes().axisHeight - 1;
  const std::vector<QRgb> line = column(image, device(2), device(y - 3), device(y + 4));
  EXPECT_EQ(runsOf(opaque(theme().hairline), line), std::vector<int>{hairline()});
  EXPECT_EQ(Colors(line.begin(), line.end()), (Colors{opaque(theme().hairline), opaque(theme().panel)}));
}

TEST_F(HighDpiTimelineTest, TheTimeGridIsWholeDevicePixels) {
  openText(kBuy);
  show();
  m_session.setCriticalPathShown(false);
  const LaneGeometry& lanes = m_canvas->lanes();
  const QImage image = picture(m_canvas);
  const std::vector<QRgb> line =
      row(image, device(lanes.axisHeight + 2), device(lanes.plotLeft + 3), device(lanes.plotRight() - 3));
  EXPECT_EQ(Colors(line.begin(), line.end()), (Colors{opaque(theme().hairline), opaque(theme().panel)}));
  const std::vector<int> runs = runsOf(opaque(theme().hairline), line);
  EXPECT_GE(runs.size(), 2U);
  for (const int run : runs) EXPECT_EQ(run, hairline());
  m_session.setCriticalPathShown(true);
}

TEST_F(HighDpiFlameTest, BarsBeginAndEndOnDevicePixels) {
  openText(kBuy);
  show();
  m_session.selectNode(std::nullopt);
  m_session.setCriticalPathShown(false);
  const LaneGeometry& lanes = m_canvas->lanes();
  const QImage image = picture(m_canvas);
  Colors allowed{opaque(theme().hairline), opaque(theme().panel), opaque(theme().error)};
  for (const QColor& color : servicePalette()) allowed.insert(opaque(color));
  // Through the first pixels of the bars, above their texts.
  for (uint32_t lane = 0; lane < lanes.laneCount; ++lane) {
    const int y = device(lanes.laneTop(lane) + 1);
    for (const QRgb color : row(image, y, device(lanes.plotLeft), device(lanes.plotRight())))
      ASSERT_TRUE(allowed.contains(color)) << "a blended pixel in lane " << lane;
  }
  m_session.setCriticalPathShown(true);
}

TEST_F(HighDpiFlameTest, TheMinimapIsPicturedInDevicePixels) {
  openText(kBuy);
  show();
  auto* minimap = m_view->findChild<Minimap*>();
  const QImage image = picture(minimap);
  Colors allowed{opaque(theme().background)};
  for (const QColor& color : servicePalette()) allowed.insert(opaque(color));
  constexpr int kFirstLane = 13;  // within the frame and the padding
  const LaneGeometry& lanes = m_canvas->lanes();
  const std::vector<QRgb> line =
      row(image, device(kFirstLane), device(lanes.plotLeft + 4), device(lanes.plotRight() - 4));
  for (const QRgb color : line) ASSERT_TRUE(allowed.contains(color)) << "a blended pixel";
  EXPECT_GE(Colors(line.begin(), line.end()).size(), 1U);
}

TEST_F(HighDpiTimelineTest, IconsHaveTheirShapeInDevicePixels) {
  show();
  const QPixmap pixmap = themeIcon(QStringLiteral("copy")).pixmap(QSize(16, 16), ratio());
  EXPECT_EQ(pixmap.width(), device(16));
}

TEST_F(HighDpiTimelineTest, ScreenshotAt3840x2160) { largeScreenshot(QStringLiteral("timeline-4k")); }
TEST_F(HighDpiFlameTest, ScreenshotAt3840x2160) { largeScreenshot(QStringLiteral("flame-4k")); }

}  // namespace
}  // namespace waybill::ui
