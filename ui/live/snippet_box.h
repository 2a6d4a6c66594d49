// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/live/snippets.h"

class QPlainTextEdit;
class QPushButton;
class QTabBar;

namespace waybill::ui {

// How wide a page that shows one may get: room for the longest line of Python, which is two lines to paste and
// should look so.
inline constexpr int kSnippetPageWidth = 880;

// What to paste, by language, with a button that copies it.
class SnippetBox : public QWidget {
  Q_OBJECT

 public:
  explicit SnippetBox(QWidget* parent);

  void setTarget(const SnippetTarget& target);
  QString shownText() const;
  void showLanguage(int index);

 protected:
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void show(int index);
  void fit();
  void takeFont();
  void copy();

  SnippetTarget m_target;
  QList<Snippet> m_snippets;
  QTabBar* m_languages = nullptr;
  QPlainTextEdit* m_text = nullptr;
  QPushButton* m_copy = nullptr;
};

}  // namespace waybill::ui
