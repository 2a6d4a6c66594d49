// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <unistd.h>

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>

#include "ui/theme/theme.h"

namespace {

// A warning of Qt is a defect of ours: a wrong connection, a painter on nothing, an invalid index.
void failOnWarning(QtMsgType type, const QMessageLogContext& /*context*/, const QString& text) {
  if (type == QtDebugMsg || type == QtInfoMsg) return;
  // The offscreen platform says this of every window; it is no warning about us.
  if (text.contains(QLatin1String("This plugin does not support"))) return;
  ADD_FAILURE() << "Qt says: " << text.toStdString();
  if (type == QtFatalMsg) std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  // Settings of their own for each run: tests run side by side and leave nothing behind.
  const QTemporaryDir settings;
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
  QCoreApplication::setOrganizationName(QStringLiteral("waybill-test"));
  QCoreApplication::setApplicationName(QStringLiteral("waybill-test"));
  qInstallMessageHandler(failOnWarning);
  waybill::ui::applyTheme(application, waybill::ui::ThemeChoice::Light);
  return RUN_ALL_TESTS();
}
