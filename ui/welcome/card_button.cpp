// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/welcome/card_button.h"

#include <QEvent>
#include <QPainter>
#include <algorithm>
#include <array>

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr int kPadX = 10, kPadY = 6, kCardPad = 16;
constexpr int kPicture = 60, kPictureGap = 16;

// A request and the step that made it slow, as bars of the timeline.
void paintPicture(QPainter& painter, const QRectF& area) {
  struct Bar {
    double left, width;
    size_t color;
  };
  static constexpr std::array kBars{Bar{0.0, 1.0, 0}, Bar{0.03, 0.93, 1}, Bar{0.08, 0.85, 2},
                                    Bar{0.94, 0.06, 3}};
  const double step = area.height() / kBars.size();
  painter.setPen(Qt::NoPen);
  for (size_t i = 0; i < kBars.size(); ++i) {
    painter.setBrush(servicePalette()[kBars[i].color]);
    painter.drawRoundedRect(QRectF(area.left() + kBars[i].left * area.width(),
                                   area.top() + static_cast<double>(i) * step + step * 0.15,
                                   std::max(3.0, kBars[i].width * area.width()), step * 0.7),
                            1.5, 1.5);
  }
}

}  // namespace

CardButton::CardButton(Look look, const QString& title, const QString& about, QWidget* parent)
    : QAbstractButton(parent), m_look(look), m_about(about) {
  setText(title);
  setAccessibleName(title);
  setAccessibleDescription(about);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_Hover);
  setCursor(Qt::PointingHandCursor);
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void CardButton::setAbout(const QString& about) {
  m_about = about;
  setAccessibleDescription(about);
  update();
}

QRect CardButton::textArea(const QRect& whole) const {
  if (m_look == Look::Row) return whole.adjusted(kPadX, kPadY, -kPadX, -kPadY);
  return whole.adjusted(kCardPad + kPicture + kPictureGap, kCardPad - 2, -kCardPad, -kCardPad + 2);
}

QStringList CardButton::aboutLines(int width) const {
  const QFont small = smallerFont(font());
  if (m_look == Look::Card) return wrappedLines(m_about, small, width, 3);
  return {QFontMetrics(small).elidedText(m_about, Qt::ElideMiddle, width)};
}

int CardButton::heightForWidth(int width) const {
  const QRect text = textArea(QRect(0, 0, width, 100));
  const int lines = static_cast<int>(aboutLines(text.width()).size());
  return 100 - text.height() + fontMetrics().height() + 2 +
         lines * QFontMetrics(smallerFont(font())).height();
}

QSize CardButton::sizeHint() const {
  return {300, heightForWidth(300)};
}
QSize CardButton::minimumSizeHint() const {
  return {160, heightForWidth(160)};
}

bool CardButton::event(QEvent* event) {
  if (event->type() == QEvent::EnabledChange)
    setCursor(isEnabled() ? Qt::PointingHandCursor : Qt::ArrowCursor);
  return QAbstractButton::event(event);
}

void CardButton::paintEvent(QPaintEvent*) {
  const Theme& t = theme();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const bool lit = isEnabled() && (underMouse() || isDown());
  const QColor background = isDown() ? t.selection : lit ? t.hover : t.panel;
  const QColor frame = hasFocus()             ? t.accent
                       : m_look == Look::Card ? blended(t.muted, t.panel, 0.32)
                                              : background;
  painter.setPen(QPen(frame, 1));
  painter.setBrush(background);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
  if (m_look == Look::Card) {
    painter.save();
    paintPicture(painter, QRectF(kCardPad, (height() - 40) / 2.0, kPicture, 40));
    painter.restore();
  }

  QRect line = textArea(rect());
  const int flags = static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine);
  const QColor muted = isEnabled() ? readableOn(t.muted, background) : t.muted;
  painter.setFont(font());
  painter.setPen(isEnabled() ? t.text : muted);
  line.setHeight(fontMetrics().height());
  painter.drawText(line, flags, fontMetrics().elidedText(text(), Qt::ElideMiddle, line.width()));
  line.translate(0, line.height() + 2);
  painter.setFont(smallerFont(font()));
  painter.setPen(muted);
  line.setHeight(QFontMetrics(painter.font()).height());
  for (const QString& about : aboutLines(line.width())) {
    painter.drawText(line, flags, about);
    line.translate(0, line.height());
  }
}

}  // namespace waybill::ui
