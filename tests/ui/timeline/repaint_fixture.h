// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QPaintEvent>
#include <QRegion>
#include <QScreen>
#include <random>
#include <string>

#include "ui/timeline/picture_fixture.h"

namespace waybill::test {

// What a widget was asked to paint.
class PaintRecorder : public QObject {
 public:
  explicit PaintRecorder(QWidget* widget) : QObject(widget) { widget->installEventFilter(this); }

  QRegion take() { return std::exchange(m_region, {}); }
  bool eventFilter(QObject*, QEvent* event) override {
    if (event->type() == QEvent::Paint) m_region += static_cast<QPaintEvent*>(event)->region();
    return false;
  }

 private:
  QRegion m_region;
};

// A view on a trace higher than its window, and what is really on the screen.
template <typename ViewType>
class RepaintFixture : public PictureFixture<ViewType> {
 protected:
  void showTall() {
    this->openText(tallTrace());
    this->show();
    this->m_canvas->scrollTo(0);
    settle();
    m_recorder = new PaintRecorder(this->m_canvas);
  }

  static void settle() { QTest::qWait(5); }

  QImage onScreen() const {
    return this->m_view->screen()->grabWindow(this->m_view->winId()).toImage();
  }

  // Whether painting everything anew would change anything.
  ::testing::AssertionResult screenIsRight(const QString& name) {
    settle();
    const QImage kept = onScreen();
    this->m_canvas->update();
    settle();
    const QImage fresh = onScreen();
    if (kept == fresh) return ::testing::AssertionSuccess();
    QDir().mkpath(QStringLiteral(WAYBILL_TEST_OUTPUT));
    kept.save(QStringLiteral(WAYBILL_TEST_OUTPUT "/%1-kept.png").arg(name));
    fresh.save(QStringLiteral(WAYBILL_TEST_OUTPUT "/%1-fresh.png").arg(name));
    return ::testing::AssertionFailure() << name.toStdString() << ": what is kept on the screen is stale";
  }

  void moveMouse(const QPoint& to) {
    QMouseEvent move(QEvent::MouseMove, to, this->m_canvas->mapToGlobal(to), Qt::NoButton, Qt::NoButton, {});
    QApplication::sendEvent(this->m_canvas, &move);
  }

  // Scrolls up and down by all kinds of distances, with the mouse in the middle.
  void scrollAbout(const QString& name) {
    std::mt19937 random(7);
    moveMouse(this->m_canvas->rect().center());
    const int most = this->m_canvas->scrollBar()->maximum();
    ASSERT_GT(most, 200);
    for (int i = 0; i < 40; ++i) {
      const int reach = i % 2 == 0 ? 40 : 400;
      const int by = std::uniform_int_distribution<int>(-reach, reach)(random);
      this->m_canvas->scrollTo(std::clamp(this->m_canvas->scrollBar()->value() + by, 0, most));
      if (i % 5 == 0) moveMouse(this->m_canvas->rect().center() + QPoint(3 * i, i));
      ASSERT_TRUE(screenIsRight(name + QString::number(i)));
    }
  }

  PaintRecorder* m_recorder = nullptr;

 private:
  // Chains of all depths beside each other, so that lanes and indentation differ from place to place.
  static std::string tallTrace() {
    std::string text = "web root 0..1000ms SERVER\n";
    for (int group = 0; group < 30; ++group) {
      const int start = group * 30;
      std::string indent = "  ";
      for (int depth = 0; depth < 2 + group % 9 * 3; ++depth) {
        text += indent + (depth % 3 == 0 ? "db" : "web") + " step" + std::to_string(depth) + " " +
                std::to_string(start + depth) + ".." + std::to_string(start + 400 - depth) + "ms" +
                (depth % 7 == 6 ? " error" : "") + "\n";
        indent += "  ";
      }
    }
    return text;
  }
};

}  // namespace waybill::test
