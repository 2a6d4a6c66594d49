// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/mistake_mark.h"

#include <QCoreApplication>
#include <QInputMethodEvent>
#include <QLabel>
#include <QLineEdit>
#include <QTextCharFormat>
#include <algorithm>
#include <utility>

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr int kWaitMs = 700;

// A place in UTF-8 as a place in the text.
int placeOf(const QByteArray& utf8, size_t byte) {
  return static_cast<int>(QString::fromUtf8(utf8.left(static_cast<qsizetype>(byte))).size());
}

}  // namespace

MistakeMark::MistakeMark(QLineEdit& edit, QLabel& label) : QObject(&edit), m_edit(edit), m_label(label) {
  m_label.setTextFormat(Qt::PlainText);
  m_label.hide();
  m_wait.setSingleShot(true);
  m_wait.setInterval(kWaitMs);
  connect(&m_wait, &QTimer::timeout, this, &MistakeMark::show);
}

void MistakeMark::setMistake(const std::optional<query::Mistake>& mistake) {
  m_mistake = mistake;
  if (m_mistake && m_shown) return show();  // the same moment goes on
  if (m_mistake) return m_wait.start();
  m_wait.stop();
  m_label.hide();
  if (std::exchange(m_shown, false)) underline(0, 0);
}

void MistakeMark::show() {
  m_shown = true;
  const QByteArray utf8 = m_edit.text().toUtf8();
  const int begin = placeOf(utf8, m_mistake->begin);
  underline(begin, std::max(1, placeOf(utf8, m_mistake->end) - begin));
  m_label.setText(lineText(m_mistake->sentence));
  m_label.show();
}

// A line edit formats its text for input methods alone.
void MistakeMark::underline(int begin, int length) {
  QList<QInputMethodEvent::Attribute> attributes;
  if (length > 0) {
    QTextCharFormat format;
    format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    format.setUnderlineColor(theme().error);
    attributes.append({QInputMethodEvent::TextFormat, begin - m_edit.cursorPosition(), length, format});
  }
  QInputMethodEvent event(QString(), attributes);
  QCoreApplication::sendEvent(&m_edit, &event);
}

}  // namespace waybill::ui
