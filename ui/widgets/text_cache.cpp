// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/text_cache.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QTextLayout>
#include <algorithm>
#include <cmath>

namespace waybill::ui {
namespace {
constexpr QChar kEllipsis(0x2026);
constexpr double kUnlimited = 1e6;
}  // namespace

void TextCache::setFont(const QFont& font) {
  if (m_lineHeight > 0 && m_font == font) return;
  m_font = font;
  const QFontMetricsF metrics(font);
  m_lineHeight = metrics.height();
  m_ellipsisWidth = metrics.horizontalAdvance(kEllipsis);
  m_measured.clear();
  m_shaped.clear();
}

double TextCache::width(const QString& text) {
  return measure(text).width;
}

double TextCache::draw(QPainter& painter, double x, double centerY, const QString& text, double available) {
  const Measured& measured = measure(text);
  const QPointF topLeft(x, std::round(centerY - m_lineHeight / 2));
  if (measured.width <= available) {
    if (!isExposed(x, topLeft.y(), measured.width)) return measured.width;
    painter.setFont(m_font);
    painter.drawStaticText(topLeft, shaped(measured.text));
    return measured.width;
  }
  const auto room = static_cast<float>(available - m_ellipsisWidth);
  const auto fits =
      std::upper_bound(measured.ends.begin(), measured.ends.end(), room) - measured.ends.begin();
  if (fits < 2) return 0;
  const auto last = static_cast<size_t>(fits - 1);
  const double cutWidth = measured.ends[last] + m_ellipsisWidth;
  if (!isExposed(x, topLeft.y(), cutWidth)) return cutWidth;
  const QString cut = measured.text.left(measured.cuts[last]) + kEllipsis;
  painter.setFont(m_font);
  painter.drawStaticText(topLeft, shaped(cut));
  return cutWidth;
}

bool TextCache::isExposed(double x, double y, double width) const {
  constexpr double kOverhang = 4;  // of slanted letters
  return m_exposed.isEmpty() ||
         m_exposed.intersects(QRectF(x - kOverhang, y, width + 2 * kOverhang, m_lineHeight).toAlignedRect());
}

const TextCache::Measured& TextCache::measure(const QString& text) {
  if (const auto known = m_measured.constFind(text); known != m_measured.cend()) return *known;
  if (m_measured.size() >= kMaxTexts) m_measured.clear();
  Measured out;
  out.text = text.size() > kMaxCharacters ? text.left(kMaxCharacters) + kEllipsis : text;
  QTextLayout layout(out.text, m_font);
  layout.beginLayout();
  QTextLine line = layout.createLine();
  line.setLineWidth(kUnlimited);
  layout.endLayout();
  out.width = static_cast<float>(line.naturalTextWidth());
  float widest = 0;
  for (int i = 1; i <= out.text.size(); ++i) {
    if (!layout.isValidCursorPosition(i)) continue;
    // Where directions mix, positions jump: the widest so far is a safe bound.
    widest = std::max(widest, static_cast<float>(line.cursorToX(i)));
    out.ends.push_back(widest);
    out.cuts.push_back(i);
  }
  return *m_measured.insert(text, std::move(out));
}

const QStaticText& TextCache::shaped(const QString& text) {
  if (const auto known = m_shaped.constFind(text); known != m_shaped.cend()) return *known;
  if (m_shaped.size() >= kMaxTexts) m_shaped.clear();
  QStaticText shape(text);
  shape.setTextFormat(Qt::PlainText);
  shape.prepare({}, m_font);
  return *m_shaped.insert(text, shape);
}

}  // namespace waybill::ui
