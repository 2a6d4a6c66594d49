// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/style_sheet.h"

#include <array>
#include <utility>

namespace waybill::ui {
namespace {

// @names stand for colours of the theme. Widgets say what they are by the dynamic properties "primary" (the
// one button that matters), "flat" (a tool button that looks like text), "framed" (one that looks like a button),
// "card" and "code".
constexpr const char* kRules = R"(
QMainWindow, QDialog { background: @panel; }
QMainWindow::separator { background: @hairline; width: 1px; height: 1px; }
QSplitter::handle { background: @hairline; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QToolTip { color: @text; background: @panel; border: 1px solid @hairline; padding: 4px 6px; }

QMenuBar { background: @panel; padding: 2px 4px; }
QMenuBar::item { padding: 4px 9px; border-radius: 4px; background: transparent; color: @text; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @panel; border: 1px solid @hairline; padding: 4px; }
QMenu::item { padding: 5px 26px 5px 24px; border-radius: 4px; color: @text; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @disabled; }
QMenu::separator { height: 1px; background: @hairline; margin: 4px 6px; }
QListView#completions { background: @panel; border: 1px solid @hairline; color: @text; outline: 0; }
QListView#completions::item { padding: 5px 12px; color: @text; }
QListView#completions::item:selected { background: @selection; }
QMenu::indicator, QMenu::icon { left: 6px; }

QToolBar { background: @panel; border: 0; border-bottom: 1px solid @hairline; padding: 6px 8px; spacing: 6px; }
QToolBar::separator { background: @hairline; width: 1px; margin: 4px 4px; }
QStatusBar { background: @panel; border-top: 1px solid @hairline; color: @muted; }
QStatusBar::item { border: 0; }
QStatusBar QLabel { color: @muted; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; }
QDockWidget::title { background: @panel; padding: 7px 12px; text-align: left; }

QPushButton, QToolBar QToolButton, QToolButton[framed="true"] { background: @panel; color: @text; border: 1px solid @border; border-radius: 6px;
  padding: 5px 13px; }
QPushButton:hover, QToolBar QToolButton:hover, QToolButton[framed="true"]:hover { background: @hover; }
QPushButton:pressed, QToolBar QToolButton:pressed, QToolButton[framed="true"]:pressed { background: @selection; }
QPushButton:focus, QToolBar QToolButton:focus, QToolButton[framed="true"]:focus { border-color: @accent; }
QToolButton:disabled { color: @disabled; }
QPushButton:disabled, QToolBar QToolButton:disabled, QToolButton[framed="true"]:disabled { color: @disabled; }
QPushButton[primary="true"] { background: @accentFill; color: @onAccent; border-color: @accentFill; }
QPushButton[primary="true"]:hover { background: @accentHover; border-color: @accentHover; }
QPushButton[primary="true"]:focus { border: 2px solid @accentFocus; padding: 4px 12px; }
QPushButton[card="true"] { text-align: left; padding: 12px 14px; border-radius: 8px; }
QToolButton { color: @text; border: 1px solid transparent; border-radius: 4px; padding: 3px 5px; }
QToolButton:hover, QToolButton:open { background: @hover; }
QToolButton:focus { border-color: @accent; }
QToolButton:checked { background: @selection; color: @accentText; }
QToolBar QToolButton:checked { background: @accentFill; color: @onAccent; border-color: @accentFill; }
QToolButton[flat="true"] { color: @muted; padding: 2px 4px; }
QToolButton[flat="true"]:hover { color: @text; }
QToolButton[flat="true"]::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QSpinBox, QDateTimeEdit, QComboBox { background: @panel; color: @text; border: 1px solid @border;
  border-radius: 6px; padding: 4px 8px; selection-background-color: @accentFill; selection-color: @onAccent; }
QLineEdit { background: @background; }
QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QDateTimeEdit:focus, QComboBox:focus { border-color: @accent; }
QLineEdit:disabled { color: @disabled; }
QLineEdit QToolButton { border: 0; padding: 0; background: transparent; }

QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: url(:/icons/choose.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView { border: 1px solid @hairline; padding: 3px; }

QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @border; }
QSlider::sub-page:horizontal { background: @accentFill; border-radius: 2px; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -6px 0; border-radius: 8px; background: @accentFill;
  border: 2px solid @panel; }
QSlider::handle:horizontal:hover { background: @accentHover; }
QSlider::handle:horizontal:focus { border-color: @accentFocus; }

QCheckBox { spacing: 7px; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @border; border-radius: 3px; background: @panel; }
QCheckBox::indicator:checked { background: @accentFill; border-color: @accentFill; image: url(:/icons/@checkIcon.svg); }
QCheckBox:focus { color: @accentText; }

QTabWidget::pane { border: 0; border-top: 1px solid @hairline; }
QTabBar { background: @panel; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @muted; border: 0; border-bottom: 2px solid transparent;
  padding: 8px 14px 7px 14px; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:focus { color: @accentText; }

QHeaderView { background: @panel; border: 0; }
QHeaderView::section { background: @panel; color: @muted; border: 0; border-bottom: 1px solid @hairline;
  padding: 6px 10px 6px 6px; }
QAbstractItemView { border: 0; background: @panel; color: @text; outline: 0; selection-background-color: @selection;
  selection-color: @text; }
QAbstractScrollArea { border: 0; }
QPlainTextEdit[code="true"] { background: @background; border: 1px solid @hairline; border-radius: 8px; padding: 6px 8px; }
QTreeView[table="true"]::item { padding: 5px 8px 5px 4px; border: 0; border-bottom: 1px solid @hairline; }
QTreeView[table="true"]::item:hover { background: @hover; }
QTreeView[table="true"]::item:selected { background: @selection; }

QProgressBar { border: 0; border-radius: 2px; background: @hairline; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { border-radius: 2px; background: @accentFill; }

QScrollBar:vertical { background: transparent; width: 11px; margin: 0; border: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; border: 0; }
QScrollBar::handle { background: @scroll; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 28px; margin: 2px 2px 2px 3px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 3px 2px 2px 2px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: @scrollHover; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: @panel; border: 0; }
)";

}  // namespace

QString styleSheet(const Theme& t) {
  const QColor accentFill = t.accent;
  // Longer names before their prefixes: they are replaced as texts.
  const std::array<std::pair<const char*, QColor>, 18> colors{{
      {"@accentFocus", blended(t.text, t.accent, 0.5)},
      {"@accentHover", blended(t.text, t.accent, 0.12)},
      {"@accentFill", accentFill},
      {"@accentText", readableOn(t.accent, t.selection)},
      {"@accent", t.accent},
      {"@onAccent", textOn(accentFill)},
      {"@background", t.background},
      {"@border", blended(t.muted, t.panel, 0.32)},
      {"@disabled", blended(t.muted, t.panel, 0.6)},
      {"@hairline", t.hairline},
      {"@hover", t.hover},
      {"@muted", t.muted},
      {"@panel", t.panel},
      {"@scrollHover", blended(t.muted, t.panel, 0.7)},
      {"@scroll", blended(t.muted, t.panel, 0.4)},
      {"@selection", t.selection},
      {"@text", t.text},
      {"@slow", t.slow},
  }};
  QString rules = QString::fromLatin1(kRules);
  const bool lightMark = textOn(accentFill).lightness() > 128;
  rules.replace(QLatin1StringView("@checkIcon"), lightMark ? QStringLiteral("check") : QStringLiteral("check-dark"));
  for (const auto& [name, color] : colors) rules.replace(QLatin1StringView(name), color.name());
  return rules;
}

}  // namespace waybill::ui
