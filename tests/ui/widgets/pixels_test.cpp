// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/pixels.h"

#include <gtest/gtest.h>

#include <QImage>
#include <array>

namespace waybill::ui {
namespace {

class PixelsTest : public ::testing::TestWithParam<double> {
 protected:
  template <typename Paint>
  static QImage painted(Paint&& paint) {
    QImage image(600, 400, QImage::Format_RGB32);
    image.setDevicePixelRatio(GetParam());
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.setClipRect(QRect(10, 5, 150, 100));
    paint(painter);
    return image;
  }
};

TEST_P(PixelsTest, ManyRectanglesInOneGoAreThePictureOfEachByItself) {
  const std::array<QRectF, 6> rects{QRectF(12.3, 20.1, 0.2, 30), {40, 8, 20.5, 2},   {41.7, 9.2, 3.1, 40.4},
                                    {-20, 60, 400, 1.5},         {150, 3, 30, 20.2}, {77.49, 50.5, 0, 0}};
  const QColor color(40, 90, 200);
  const QImage each = painted([&](QPainter& painter) {
    for (const QRectF& rect : rects) fillSharp(painter, rect, color);
    drawVerticalHairline(painter, 100.4, 10, 90, color);
  });
  const QImage together = painted([&](QPainter& painter) {
    SharpRects all(painter);
    for (const QRectF& rect : rects) all.add(rect);
    all.addVerticalHairline(100.4, 10, 90);
    all.fill(painter, color);
  });
  EXPECT_EQ(each, together);
}

INSTANTIATE_TEST_SUITE_P(AtRatios, PixelsTest, testing::Values(1.0, 1.25, 1.5, 2.0, 3.0));

}  // namespace
}  // namespace waybill::ui
