// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <QApplication>
#include <QEvent>
#include <QSettings>
#include <QStyleFactory>
#include <QTimer>

#include "ui/theme/style_sheet.h"

// The resources lie in a static library, whose parts a linker leaves out unless somebody names them. The
// macro does not work inside a namespace.
static void keepResources() {
  Q_INIT_RESOURCE(waybill);
}

namespace waybill::ui {
namespace {

constexpr auto kSettingsKey = "theme";

Theme lightTheme() {
  Theme t;
  t.background = QColor(0xf6f7f9);
  t.panel = QColor(0xffffff);
  t.hairline = QColor(0xe3e6ea);
  t.text = QColor(0x1c232b);
  t.muted = QColor(0x66717d);
  t.accent = QColor(0x2f6fed);
  t.selection = QColor(0xe7effd);
  t.error = QColor(0xc6283d);
  t.slow = QColor(0xb86a00);
  t.errorTint = QColor(0xfdecee);
  t.hover = QColor(0xf1f3f6);
  t.badge = QColor(0x1c232b);
  t.badgeText = QColor(0xffffff);
  t.criticalPath = QColor(0x1c232b);
  t.barText = QColor(0x1c232b);
  return t;
}

Theme darkTheme() {
  Theme t;
  t.dark = true;
  t.background = QColor(0x14181d);
  t.panel = QColor(0x1b2026);
  t.hairline = QColor(0x2b323a);
  t.text = QColor(0xe6eaee);
  t.muted = QColor(0x8f9ba7);
  t.accent = QColor(0x6ea3ff);
  t.selection = QColor(0x22304a);
  t.error = QColor(0xff7285);
  t.slow = QColor(0xf0b35a);
  t.errorTint = QColor(0x3a2026);
  t.hover = QColor(0x232930);
  t.badge = QColor(0xe6eaee);
  t.badgeText = QColor(0x14181d);
  t.criticalPath = QColor(0xe6eaee);
  t.barText = QColor(0x14181d);
  return t;
}

Theme& current() {
  static Theme instance = lightTheme();
  return instance;
}

QPalette paletteOf(const Theme& t) {
  QPalette p;
  const QColor disabled = blended(t.muted, t.panel, 0.6);
  p.setColor(QPalette::Window, t.panel);
  p.setColor(QPalette::WindowText, t.text);
  p.setColor(QPalette::Base, t.panel);
  p.setColor(QPalette::AlternateBase, t.background);
  p.setColor(QPalette::Text, t.text);
  p.setColor(QPalette::PlaceholderText, t.muted);
  p.setColor(QPalette::Button, t.panel);
  p.setColor(QPalette::ButtonText, t.text);
  p.setColor(QPalette::BrightText, t.error);
  p.setColor(QPalette::ToolTipBase, t.panel);
  p.setColor(QPalette::ToolTipText, t.text);
  p.setColor(QPalette::Highlight, t.selection);
  p.setColor(QPalette::HighlightedText, t.text);
  p.setColor(QPalette::Link, t.accent);
  p.setColor(QPalette::LinkVisited, t.accent);
  // What Fusion draws frames, grooves and shadows with.
  p.setColor(QPalette::Light, t.panel);
  p.setColor(QPalette::Midlight, t.hover);
  p.setColor(QPalette::Mid, t.hairline);
  p.setColor(QPalette::Dark, blended(t.muted, t.panel, 0.4));
  p.setColor(QPalette::Shadow, blended(t.muted, t.panel, 0.5));
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    p.setColor(QPalette::Disabled, role, disabled);
  }
  return p;
}

// The palette without ours: what the platform, or Fusion in its place, wants.
bool systemIsDark(QApplication& app) {
  app.setPalette(QPalette());
  const QPalette system = app.palette();
  return system.color(QPalette::Window).lightness() < system.color(QPalette::WindowText).lightness();
}

void applyColors(QApplication& app, ThemeChoice choice) {
  const bool dark = choice == ThemeChoice::Dark || (choice == ThemeChoice::System && systemIsDark(app));
  current() = dark ? darkTheme() : lightTheme();
  app.setPalette(paletteOf(current()));
  app.setStyleSheet(styleSheet(current()));
}

// Follows a change of the system's theme while the program runs. Windows hear of it, the application does
// not.
class SystemThemeFollower : public QObject {
 public:
  explicit SystemThemeFollower(QApplication& app) : QObject(&app), m_app(app) {
    m_later.setSingleShot(true);
    connect(&m_later, &QTimer::timeout, this, [this] {
      if (themeChoice() != ThemeChoice::System) return;
      if (systemIsDark(m_app) != theme().dark) return applyColors(m_app, ThemeChoice::System);
      m_app.setPalette(paletteOf(theme()));
    });
    app.installEventFilter(this);
  }

  bool eventFilter(QObject*, QEvent* event) override {
    if (event->type() == QEvent::ThemeChange) m_later.start(0);
    return false;
  }

 private:
  QApplication& m_app;
  QTimer m_later;
};

}  // namespace

const Theme& theme() {
  return current();
}

ThemeChoice themeChoice() {
  const QString kept = QSettings().value(QLatin1StringView(kSettingsKey)).toString();
  if (kept == QLatin1StringView("light")) return ThemeChoice::Light;
  if (kept == QLatin1StringView("dark")) return ThemeChoice::Dark;
  return ThemeChoice::System;
}

void applyTheme(QApplication& app, ThemeChoice choice) {
  const char* const text = choice == ThemeChoice::Light  ? "light"
                           : choice == ThemeChoice::Dark ? "dark"
                                                         : "system";
  QSettings().setValue(QLatin1StringView(kSettingsKey), QString::fromLatin1(text));
  static bool styled = false;
  if (!styled) {
    styled = true;
    keepResources();
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    new SystemThemeFollower(app);
  }
  applyColors(app, choice);
}

}  // namespace waybill::ui
