// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QLineEdit>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <string_view>

namespace waybill::ui {

// The small pieces that every view is made of. Texts are always plain, whatever they hold.

enum class Tone { Normal, Muted, Title, Headline };

// One line of plain text; too long for its place, it ends in "…" and says all of itself in the tool tip.
class PlainLabel : public QLabel {
  Q_OBJECT

 public:
  explicit PlainLabel(Tone tone = Tone::Normal, QWidget* parent = nullptr);

  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  bool isElided() const;
};

// A line between two parts of a view, one pixel high.
class Hairline : public QWidget {
  Q_OBJECT

 public:
  explicit Hairline(QWidget* parent);

 protected:
  void paintEvent(QPaintEvent* event) override;
};

// Several lines of plain text, wrapped.
QLabel* plainParagraph(const QString& text, Tone tone, QWidget* parent);

// A page that holds nothing but a message in its upper middle, and maybe what helps under it. Takes both
// over.
QWidget* messagePage(QLabel* text, QWidget* help, QWidget* parent);

// A filter box: Esc empties it, and only when it is empty goes on to the window.
class FilterEdit : public QLineEdit {
  Q_OBJECT

 public:
  FilterEdit(const QString& placeholder, QWidget* parent);

 Q_SIGNALS:
  void leftDownwards();  // Down or Enter: on to what was found

 protected:
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
};

// Text for a tool tip, which Qt would take for HTML when it looks like it.
QString plainToolTip(const QString& text);

// UTF-8 of a trace in one line: broken bytes and control characters replaced, at most so many characters.
QString lineText(std::string_view utf8, size_t maxBytes = 512);

QString fromUtf8(std::string_view utf8);

// "1 span", "41,302 spans".
QString countedText(uint64_t count, const QString& one, const QString& many);

// A text so that Markdown shows it as it is, in one line.
QString markdownText(const QString& text);

// The text in at most maxLines lines of that width; the last ends in "…" when something is left over.
QStringList wrappedLines(const QString& text, const QFont& font, qreal width, int maxLines,
                         bool anywhere = false);

}  // namespace waybill::ui
