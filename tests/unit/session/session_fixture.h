// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QSettings>
#include <QTemporaryDir>
#include <fstream>

#include "session/session.h"
#include "support/trace_generator.h"

namespace waybill::session {

inline const QString kSample = QStringLiteral(WAYBILL_SOURCE_DIR "/resources/samples/buy.json");

// An application and settings of its own.
class SessionTest : public ::testing::Test {
 protected:
  SessionTest() {
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
  }

  template <typename Condition>
  static bool waitFor(Condition condition, int seconds = 20) {
    QElapsedTimer timer;
    timer.start();
    while (!condition()) {
      if (timer.elapsed() > seconds * 1000) return false;
      QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    }
    return true;
  }
  bool waitForTrace() {
    return waitFor([this] { return m_session.openTrace() != nullptr; });
  }

  QString generate(uint64_t traces, uint64_t spans) const {
    const QString path = m_folder.filePath(QStringLiteral("generated.otlp"));
    test::GeneratorOptions options;
    options.traces = traces;
    options.spansPerTrace = spans;
    std::ofstream(path.toStdString(), std::ios::binary) << test::generateTraces(options);
    return path;
  }

  QTemporaryDir m_folder;
  int m_argc = 1;
  char m_name[5] = "test";
  char* m_argv[2] = {m_name, nullptr};
  QCoreApplication m_application{m_argc, m_argv};
  Session m_session;
};

}  // namespace waybill::session
