// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QHash>
#include <algorithm>
#include <cmath>

#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

bool digitsHaveEqualWidth(const QFont& font) {
  const QFontMetricsF metrics(font);
  const qreal zero = metrics.horizontalAdvance(u'0');
  for (char16_t digit = u'1'; digit <= u'9'; ++digit) {
    if (std::abs(metrics.horizontalAdvance(digit) - zero) > 0.01) return false;
  }
  return true;
}

QFont resized(const QFont& base, double factor) {
  QFont font = base;
  if (base.pixelSize() > 0) {
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(base.pixelSize() * factor))));
  } else {
    font.setPointSizeF(std::max(1.0, base.pointSizeF() * factor));
  }
  return font;
}

}  // namespace

QFont tabularFont(const QFont& base) {
  static QHash<QString, QFont> known;  // by base font: asked for on every paint
  const QString key = base.key();
  if (const auto at = known.constFind(key); at != known.constEnd()) return *at;
  QFont font = base;
  if (!digitsHaveEqualWidth(font)) {
    // The system font has proportional digits: the first family at hand that has not.
    for (const char* family : {"Noto Sans", "DejaVu Sans", "Liberation Sans", "Ubuntu"}) {
      font.setFamilies({QString::fromLatin1(family)});
      if (QFontDatabase::hasFamily(QString::fromLatin1(family)) && digitsHaveEqualWidth(font)) break;
      font = base;
    }
  }
  known.insert(key, font);
  return font;
}

QFont monospaceFont(const QFont& base) {
  QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
  if (base.pixelSize() > 0) {
    font.setPixelSize(base.pixelSize());
  } else {
    font.setPointSizeF(base.pointSizeF());
  }
  return font;
}

QFont smallerFont(const QFont& base) {
  return resized(base, 0.92);
}
QFont largerFont(const QFont& base) {
  return resized(base, 1.25);
}

}  // namespace waybill::ui
