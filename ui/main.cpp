// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QCommandLineParser>
#include <QTimer>

#include "ui/main_window.h"
#include "ui/shell/start_report.h"
#include "ui/theme/theme.h"

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  QCoreApplication::setOrganizationName(QStringLiteral("waybill"));
  QCoreApplication::setApplicationName(QStringLiteral("waybill"));
  QCoreApplication::setApplicationVersion(QStringLiteral(WAYBILL_VERSION));
  QGuiApplication::setApplicationDisplayName(QStringLiteral("Waybill"));
  QGuiApplication::setDesktopFileName(QStringLiteral("waybill"));

  QCommandLineParser arguments;
  arguments.setApplicationDescription(
      QCoreApplication::translate("main", "Reads distributed traces and says which step made a request slow."));
  arguments.addHelpOption();
  arguments.addVersionOption();
  arguments.addPositionalArgument(QStringLiteral("files"),
                                  QCoreApplication::translate("main", "Trace files or folders to open."),
                                  QStringLiteral("[FILE…]"));
  arguments.process(application);

  waybill::ui::applyTheme(application, waybill::ui::themeChoice());
  waybill::ui::MainWindow window;
  waybill::ui::reportStart(window, window.session());
  window.show();
  // Loading begins once the window is on the screen, so that it is there at once however large the file.
  const QStringList files = arguments.positionalArguments();
  if (!files.isEmpty()) QTimer::singleShot(0, &window, [&window, files] { window.openPaths(files); });
  return QApplication::exec();
}
