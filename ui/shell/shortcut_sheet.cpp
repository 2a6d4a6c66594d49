// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/shortcut_sheet.h"

#include <QCoreApplication>
#include <QDialog>
#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QVBoxLayout>
#include <vector>

namespace waybill::ui {
namespace {

QString sheetText(const char* text) { return QCoreApplication::translate("ShortcutSheet", text); }

// Two columns under a heading.
class Section {
 public:
  Section(const QString& heading, QWidget* parent) : m_widget(new QWidget(parent)), m_grid(new QGridLayout(m_widget)) {
    m_grid->setContentsMargins(0, 0, 0, 12);
    m_grid->setHorizontalSpacing(16);
    m_grid->setVerticalSpacing(3);
    QLabel* title = label(heading);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    m_grid->addWidget(title, 0, 0, 1, 2);
    m_grid->setColumnStretch(1, 1);
    m_widget->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  }

  void add(const QString& keys, const QString& text) {
    const int row = m_grid->rowCount();
    QLabel* left = label(keys);
    left->setMinimumWidth(110);
    left->setEnabled(true);
    m_grid->addWidget(left, row, 0);
    m_grid->addWidget(label(text), row, 1);
    ++m_count;
  }

  QWidget* widget() const { return m_widget; }
  int lines() const { return m_count; }

 private:
  QLabel* label(const QString& text) {
    auto* out = new QLabel(text, m_widget);
    out->setTextFormat(Qt::PlainText);
    return out;
  }

  QWidget* m_widget;
  QGridLayout* m_grid;
  int m_count = 0;
};

QString keysOf(const QAction& action) {
  QStringList keys;
  for (const QKeySequence& shortcut : action.shortcuts()) keys << shortcut.toString(QKeySequence::NativeText);
  return keys.join(QStringLiteral("  "));
}

Section mouseSection(QWidget* parent) {
  Section section(sheetText("Mouse"), parent);
  section.add(sheetText("Wheel"), sheetText("scroll rows"));
  section.add(sheetText("Ctrl+Wheel"), sheetText("zoom at the cursor"));
  section.add(sheetText("Shift+Wheel"), sheetText("pan"));
  section.add(sheetText("Drag on bars"), sheetText("measure a stretch of time"));
  section.add(sheetText("Drag on the ruler"), sheetText("zoom to a stretch of time"));
  section.add(sheetText("Middle button"), sheetText("pan"));
  section.add(sheetText("Double click"), sheetText("zoom to the span"));
  return section;
}

// In order, the second column from where the first holds about half of the lines.
void addInTwoColumns(QHBoxLayout& columns, const std::vector<Section>& sections) {
  constexpr int kHeadingLines = 2;
  int all = 0, before = 0;
  for (const Section& section : sections) all += section.lines() + kHeadingLines;
  auto* left = new QVBoxLayout;
  auto* right = new QVBoxLayout;
  left->setSpacing(0);
  right->setSpacing(0);
  columns.addLayout(left, 1);
  columns.addLayout(right, 1);
  for (const Section& section : sections) {
    const int lines = section.lines() + kHeadingLines;
    (before + lines / 2 <= all / 2 ? left : right)->addWidget(section.widget());
    before += lines;
  }
  left->addStretch(1);
  right->addStretch(1);
}

}  // namespace

void showShortcutSheet(QWidget* parent, const QList<QAction*>& menus) {
  auto* sheet = new QDialog(parent);
  sheet->setObjectName(QStringLiteral("shortcutSheet"));
  sheet->setAttribute(Qt::WA_DeleteOnClose);
  sheet->setWindowTitle(sheetText("Keyboard and mouse"));

  auto* content = new QWidget(sheet);
  auto* columns = new QHBoxLayout(content);
  columns->setContentsMargins(24, 20, 24, 12);
  columns->setSpacing(40);
  std::vector<Section> sections;
  for (QAction* menu : menus) {
    if (menu->menu() == nullptr) continue;
    Section section(menu->text().remove(QLatin1Char('&')), content);
    for (const QAction* action : menu->menu()->actions()) {
      if (!action->shortcuts().isEmpty()) section.add(keysOf(*action), action->text().remove(QLatin1Char('&')));
    }
    if (section.lines() == 0) {
      delete section.widget();
    } else {
      sections.push_back(section);
    }
  }
  sections.push_back(mouseSection(content));
  addInTwoColumns(*columns, sections);

  auto* scroll = new QScrollArea(sheet);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setWidget(content);
  auto* column = new QVBoxLayout(sheet);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(scroll);
  sheet->resize(900, 720);
  sheet->show();
}

}  // namespace waybill::ui
