// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/theme_menu.h"

#include <QActionGroup>
#include <QApplication>
#include <QMenu>
#include <array>
#include <utility>

#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {
QString text(const char* english) { return QCoreApplication::translate("ThemeMenu", english); }
}  // namespace

void addThemeMenu(QMenu* menu) {
  QMenu* themes = menu->addMenu(text("Theme"));
  auto* group = new QActionGroup(themes);
  const std::array choices{std::pair(text("As the System"), ThemeChoice::System),
                           std::pair(text("Light"), ThemeChoice::Light),
                           std::pair(text("Dark"), ThemeChoice::Dark)};
  for (const auto& choice : choices) {
    QAction* action = themes->addAction(choice.first);
    action->setCheckable(true);
    action->setChecked(themeChoice() == choice.second);
    group->addAction(action);
    QObject::connect(action, &QAction::triggered, menu, [wanted = choice.second] { applyTheme(*qApp, wanted); });
  }
}

}  // namespace waybill::ui
