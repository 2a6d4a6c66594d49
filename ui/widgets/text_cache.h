// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QHash>
#include <QRegion>
#include <QStaticText>
#include <QString>
#include <vector>

class QPainter;

namespace waybill::ui {

// Texts of one font, measured and shaped once: a frame draws many short labels, most of them the same as in
// the frame before. Texts are plain. Forgets everything when it holds too many. GUI thread.
class TextCache {
 public:
  // Drops what it holds when the font differs from the last.
  void setFont(const QFont& font);
  const QFont& font() const { return m_font; }
  double lineHeight() const { return m_lineHeight; }

  double width(const QString& text);

  // What is to be painted from now on: texts wholly outside are measured and not drawn. All when it is empty.
  void paintOnly(const QRegion& exposed) { m_exposed = exposed; }

  // Draws in the painter's pen, vertically centred on `centerY`, cut with "…" to `available` pixels; returns
  // the width used, 0 when not even two characters fit. Sets the painter's font.
  double draw(QPainter& painter, double x, double centerY, const QString& text, double available);

 private:
  static constexpr qsizetype kMaxTexts = 4096;
  static constexpr qsizetype kMaxCharacters = 256;  // of one text; more never fits a bar

  struct Measured {
    QString text;             // cut to kMaxCharacters
    std::vector<float> ends;  // right edge of the text cut after cuts[i] characters
    std::vector<int> cuts;    // where graphemes end
    float width = 0;
  };
  const Measured& measure(const QString& text);
  const QStaticText& shaped(const QString& text);

  bool isExposed(double x, double y, double width) const;

  QRegion m_exposed;
  QFont m_font;
  double m_lineHeight = 0;
  double m_ellipsisWidth = 0;
  QHash<QString, Measured> m_measured;
  QHash<QString, QStaticText> m_shaped;
};

}  // namespace waybill::ui
