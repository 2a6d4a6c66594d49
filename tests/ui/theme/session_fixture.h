// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <QApplication>
#include <QSettings>
#include <QTest>
#include <QWidget>
#include <string_view>

#include "session/session.h"
#include "support/trace_dsl.h"
#include "ui/theme/theme.h"

namespace waybill::ui {

// A session with traces from a small text, and the views a test puts before it.
class SessionFixture : public ::testing::Test {
 protected:
  SessionFixture() {
    // As the main window does.
    QObject::connect(&m_session, &session::Session::snapshotChanged, &m_session,
                     [this] { serviceColors().update(*m_session.snapshot()); });
  }

  // Loads the text and waits until its slowest trace is open.
  void open(std::string_view text) {
    const std::vector<test::SpanSpec> spans = test::parseTrace(text);
    load(test::encode(spans));
    ASSERT_TRUE(QTest::qWaitFor([this] { return m_session.openTrace() != nullptr; }, 10'000));
  }

  void load(const std::string& bytes) {
    m_session.openText(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())),
                       QStringLiteral("test.binpb"));
    ASSERT_TRUE(QTest::qWaitFor([this] { return m_session.lastLoad().has_value(); }, 10'000));
  }

  std::optional<analysis::NodeIndex> nodeNamed(std::string_view name) const {
    const analysis::TraceTree& tree = m_session.openTrace()->tree();
    for (uint32_t i = 0; i < tree.size(); ++i) {
      if (tree.name(analysis::NodeIndex(i)) == name) return analysis::NodeIndex(i);
    }
    return std::nullopt;
  }

  // What the view looks like, in both themes, for people to look at.
  static void picture(QWidget& view, const QString& name) {
    for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
      applyTheme(*static_cast<QApplication*>(QCoreApplication::instance()), choice);
      view.show();
      QTest::qWait(80);
      const QString file =
          QStringLiteral(WAYBILL_TEST_OUTPUT "/%1-%2.png")
              .arg(name, choice == ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light"));
      EXPECT_TRUE(view.grab().save(file));
    }
  }

  // First of all: the session reads them as it begins.
  struct NoSettings {
    NoSettings() { QSettings().clear(); }
  } m_noSettings;
  session::Session m_session;
};

}  // namespace waybill::ui
