// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <QApplication>
#include <QDir>
#include <QTest>
#include <memory>
#include <string>
#include <string_view>

#include "session/session.h"
#include "support/trace_dsl.h"
#include "ui/theme/theme.h"
#include "ui/widgets/lanes_canvas.h"
#include "ui/widgets/minimap.h"

namespace waybill::test {

// A session with one trace open, and a view on it in a window of its own.
template <typename ViewType>
class PictureFixture : public ::testing::Test {
 protected:
  static constexpr const char* kBuy = R"(
web POST /buy              0..155ms   SERVER id=1
  web auth.check           0.4..1.6ms id=2
  stock SELECT             1.2..7.7ms CLIENT id=3
  payment POST /charge     2..152ms   CLIENT id=4
    payment validate       2.5..6.5ms id=5
    bank POST /auth        8..148ms   CLIENT error id=6 event=tls@12ms event=done@46ms link=2:9
      bank tls             8.3..46ms  id=7
      bank authorize       46.4..144ms id=8
    payment INSERT         148.5..151.3ms id=9
  email POST /send         152..155ms CLIENT id=a
)";

  void openText(std::string_view text) {
    const std::string bytes = encode(parseTrace(text));
    openBytes(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())));
  }

  void openBytes(const QByteArray& bytes) {
    m_session.openText(bytes, QStringLiteral("test"));
    ASSERT_TRUE(QTest::qWaitFor([this] { return !m_session.isLoading() && m_session.openTrace() != nullptr; },
                                60000));
    ui::serviceColors().update(*m_session.snapshot());
  }

  void show(const QSize& size = {1100, 620}) {
    m_view = std::make_unique<ViewType>(m_session, nullptr);
    m_view->resize(size);
    m_view->show();
    m_view->activateWindow();
    m_view->focusTarget()->setFocus();
    ASSERT_TRUE(QTest::qWaitForWindowActive(m_view.get()));
    m_canvas = m_view->template findChild<ui::LanesCanvas*>();
    ASSERT_NE(m_canvas, nullptr);
    QTest::qWait(1);
  }

  analysis::NodeIndex node(uint64_t spanId) const {
    const analysis::TraceTree& tree = m_session.openTrace()->tree();
    for (uint32_t i = 0; i < tree.size(); ++i) {
      if (tree.snapshot->spans().id(tree.row[i]).value == spanId) return analysis::NodeIndex(i);
    }
    ADD_FAILURE() << "no span " << spanId;
    return {};
  }

  void select(uint64_t spanId) { m_session.selectNode(node(spanId)); }
  bool isSelected(uint64_t spanId) const { return m_session.selectedNode() == node(spanId); }
  void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : m_canvas, key, modifiers);
  }

  void drag(QWidget* widget, const QPoint& from, const QPoint& to, Qt::MouseButton button = Qt::LeftButton) {
    QTest::mousePress(widget, button, {}, from);
    for (int i = 1; i <= 8; ++i) moveTo(widget, from + (to - from) * i / 8, button);
    QTest::mouseRelease(widget, button, {}, to);
  }

  void wheel(const QPoint& at, int angle, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QWheelEvent event(at, m_canvas->mapToGlobal(at), {}, {0, angle}, Qt::NoButton, modifiers,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(m_canvas, &event);
  }

  // Of the whole window, into the folder of the test run; the offscreen platform paints what a screen would.
  void screenshot(const QString& name) {
    QDir().mkpath(QStringLiteral(WAYBILL_TEST_OUTPUT));
    QTest::qWait(1);  // layouts
    const QImage image = m_view->grab().toImage();
    EXPECT_FALSE(image.isNull());
    EXPECT_TRUE(image.save(QStringLiteral(WAYBILL_TEST_OUTPUT "/") + name));
  }

  QPoint at(double plotShare, uint32_t lane) const {
    const ui::LaneGeometry& lanes = m_canvas->lanes();
    return {lanes.plotLeft + static_cast<int>(lanes.plotWidth() * plotShare),
            lanes.laneTop(lane) + lanes.laneHeight / 2};
  }

  session::Session m_session;
  std::unique_ptr<ViewType> m_view;
  ui::LanesCanvas* m_canvas = nullptr;

 private:
  static void moveTo(QWidget* widget, const QPoint& position, Qt::MouseButton button) {
    QMouseEvent move(QEvent::MouseMove, position, widget->mapToGlobal(position), Qt::NoButton, button, {});
    QApplication::sendEvent(widget, &move);
  }
};

}  // namespace waybill::test
