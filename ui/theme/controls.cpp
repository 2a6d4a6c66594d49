// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/controls.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QTextLayout>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>

#include "base/time_text.h"
#include "base/utf8.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

void setTone(QLabel& label, Tone tone) {
  QFont font = label.font();
  if (tone == Tone::Title) font.setBold(true);
  if (tone == Tone::Headline) {
    font = largerFont(font);
    font.setBold(true);
  }
  label.setFont(font);
  label.setTextFormat(Qt::PlainText);
  // The palette's placeholder colour is the theme's muted one, and follows it.
  if (tone == Tone::Muted) label.setForegroundRole(QPalette::PlaceholderText);
}

}  // namespace

PlainLabel::PlainLabel(Tone tone, QWidget* parent) : QLabel(parent) {
  setTone(*this, tone);
}

QSize PlainLabel::minimumSizeHint() const {
  const int shortest = fontMetrics().horizontalAdvance(QStringLiteral("mmm…"));
  return {std::min(QLabel::sizeHint().width(), shortest), QLabel::sizeHint().height()};
}

bool PlainLabel::isElided() const {
  return fontMetrics().horizontalAdvance(text()) > contentsRect().width();
}

void PlainLabel::paintEvent(QPaintEvent* event) {
  if (!isElided()) return QLabel::paintEvent(event);
  QPainter painter(this);
  painter.setPen(palette().color(foregroundRole()));
  painter.drawText(contentsRect(), static_cast<int>(Qt::AlignVCenter | Qt::TextSingleLine),
                   fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width()));
}

bool PlainLabel::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip && toolTip().isEmpty()) {
    if (isElided())
      QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), plainToolTip(text()), this);
    return true;
  }
  return QLabel::event(event);
}

Hairline::Hairline(QWidget* parent) : QWidget(parent) {
  setFixedHeight(1);
}

void Hairline::paintEvent(QPaintEvent*) {
  QPainter(this).fillRect(rect(), theme().hairline);
}

QLabel* plainParagraph(const QString& text, Tone tone, QWidget* parent) {
  auto* label = new QLabel(parent);
  setTone(*label, tone);
  label->setWordWrap(true);
  label->setText(text);
  return label;
}

QWidget* messagePage(QLabel* text, QWidget* help, QWidget* parent) {
  auto* page = new QWidget(parent);
  auto* layout = new QVBoxLayout(page);
  layout->setContentsMargins(16, 32, 16, 16);
  layout->setSpacing(12);
  text->setAlignment(Qt::AlignHCenter | Qt::AlignVCenter);
  layout->addWidget(text);
  if (help != nullptr) layout->addWidget(help, 0, Qt::AlignHCenter);
  layout->addStretch();
  return page;
}

FilterEdit::FilterEdit(const QString& placeholder, QWidget* parent) : QLineEdit(parent) {
  setPlaceholderText(placeholder);
  setAccessibleName(placeholder);
  setClearButtonEnabled(true);
}

bool FilterEdit::event(QEvent* event) {
  // Before the window's own Esc: undoing what was narrowed last.
  if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape &&
      !text().isEmpty()) {
    event->accept();
    return true;
  }
  return QLineEdit::event(event);
}

void FilterEdit::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Escape:
      if (text().isEmpty()) return event->ignore();
      return clear();
    case Qt::Key_Down:
    case Qt::Key_Return:
    case Qt::Key_Enter:
      Q_EMIT leftDownwards();
      return;
    default:
      QLineEdit::keyPressEvent(event);
  }
}

QString plainToolTip(const QString& text) {
  constexpr int kLongest = 2000;
  const QString shown = text.size() > kLongest ? text.left(kLongest) + u'…' : text;
  return Qt::mightBeRichText(shown) ? Qt::convertFromPlainText(shown, Qt::WhiteSpaceNormal) : shown;
}

QString fromUtf8(std::string_view utf8) {
  return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString lineText(std::string_view utf8, size_t maxBytes) {
  return fromUtf8(printable(utf8, maxBytes));
}

QString countedText(uint64_t count, const QString& one, const QString& many) {
  return QString::fromStdString(countText(count)) + u' ' + (count == 1 ? one : many);
}

QString markdownText(const QString& text) {
  QString out;
  for (const QChar c : text.simplified()) {
    // ASCII punctuation may be escaped wherever it stands (CommonMark, section 2.4).
    if (QStringLiteral("\\`*_[]<>|#~&").contains(c)) out += u'\\';
    out += c;
  }
  return out;
}

QStringList wrappedLines(const QString& text, const QFont& font, qreal width, int maxLines, bool anywhere) {
  const QFontMetricsF metrics(font);
  QStringList lines;
  const QStringList paragraphs = text.split(u'\n');
  for (qsizetype p = 0; p < paragraphs.size(); ++p) {
    const QString& paragraph = paragraphs[p];
    QTextLayout layout(paragraph, font);
    QTextOption option;
    option.setWrapMode(anywhere ? QTextOption::WrapAnywhere : QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    while (true) {
      QTextLine line = layout.createLine();
      if (!line.isValid()) break;
      line.setLineWidth(std::max<qreal>(width, metrics.averageCharWidth()));
      const bool last = lines.size() + 1 == maxLines;
      const bool more = line.textStart() + line.textLength() < paragraph.size() || p + 1 < paragraphs.size();
      if (last && more) {
        QString rest = paragraph.mid(line.textStart());
        if (metrics.horizontalAdvance(rest) <= width) rest += QStringLiteral(" …");
        lines.append(metrics.elidedText(rest, Qt::ElideRight, width));
        return lines;
      }
      lines.append(paragraph.mid(line.textStart(), line.textLength()));
    }
    layout.endLayout();
    if (lines.size() == maxLines) return lines;
  }
  return lines;
}

}  // namespace waybill::ui
