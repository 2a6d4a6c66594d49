// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/findings/finding_delegate.h"

#include <QPainter>
#include <algorithm>

#include "ui/findings/findings_model.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr int kSide = 14, kTop = 8, kBottom = 9, kLineGap = 2, kColumnGap = 18;
constexpr int kBadge = 19;
constexpr int kTextLeft = kSide + kBadge + 16;
constexpr int kNarrow = 760;  // below this the confidence stands under the saving

struct Fonts {
  QFont sentence, advice, saving;
};

Fonts fontsOf(const QFont& base) {
  Fonts fonts{base, smallerFont(base), tabularFont(base)};
  fonts.saving.setBold(true);
  return fonts;
}

// The parts of a row, relative to its corner; the same for measuring and painting.
struct Parts {
  QStringList sentence, advice;
  QString saving, confidence;
  int rightWidth = 0;  // saving and confidence
  int savingWidth = 0;
  bool narrow = false;
  int height = 0;
};

Parts partsOf(const QModelIndex& index, const Fonts& fonts, int width) {
  Parts parts;
  parts.saving = index.data(FindingsModel::SavingRole).toString();
  parts.confidence = index.data(FindingsModel::ConfidenceRole).toString();
  parts.narrow = width < kNarrow;
  const QFontMetrics saving(fonts.saving), advice(fonts.advice), sentence(fonts.sentence);
  const int confidenceWidth = advice.horizontalAdvance(FindingsModel::tr("a guess")) + 4;
  parts.savingWidth = saving.horizontalAdvance(parts.saving);
  parts.rightWidth = parts.narrow
                         ? std::max(parts.savingWidth, confidenceWidth)
                         : std::max(parts.savingWidth, saving.horizontalAdvance(QStringLiteral("−000 ms"))) +
                               kColumnGap + confidenceWidth;
  const int room = std::max(60, width - kTextLeft - kColumnGap - parts.rightWidth - kSide);
  const int mostLines = parts.narrow ? 4 : 3;
  parts.sentence = wrappedLines(index.data().toString(), fonts.sentence, room, mostLines);
  parts.advice =
      wrappedLines(index.data(FindingsModel::AdviceRole).toString(), fonts.advice, room, mostLines);
  parts.height = kTop + static_cast<int>(parts.sentence.size()) * sentence.height() + kLineGap +
                 static_cast<int>(parts.advice.size()) * advice.height() + kBottom + 1;
  return parts;
}

void paintBadge(QPainter* painter, const QRect& row, int number, const QFont& base) {
  const QRectF circle(row.left() + kSide, row.top() + (row.height() - kBadge) / 2.0, kBadge, kBadge);
  painter->setPen(Qt::NoPen);
  painter->setBrush(theme().badge);
  painter->drawEllipse(circle);
  QFont font = smallerFont(base);
  font.setBold(true);
  if (number > 99) font = smallerFont(smallerFont(font));
  painter->setFont(font);
  painter->setPen(theme().badgeText);
  painter->drawText(circle, Qt::AlignCenter, QString::number(number));
}

void paintLines(QPainter* painter, const QStringList& lines, const QFont& font, const QColor& color,
                QRect& line) {
  painter->setFont(font);
  painter->setPen(color);
  line.setHeight(QFontMetrics(font).height());
  for (const QString& text : lines) {
    painter->drawText(line, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine), text);
    line.translate(0, line.height());
  }
}

}  // namespace

QSize FindingDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const int width = option.rect.width() > 0 ? option.rect.width() : option.widget->width();
  return {0, partsOf(index, fontsOf(option.font), width).height};
}

void FindingDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
  const Theme& t = theme();
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
  const QColor background = index.row() == 0 ? t.errorTint
                            : selected       ? t.selection
                            : hovered        ? t.hover
                                             : t.panel;
  const QRect row = option.rect;
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->fillRect(row, background);
  painter->fillRect(QRect(row.left(), row.bottom(), row.width(), 1), t.hairline);
  if (selected)
    painter->fillRect(QRect(row.topLeft(), QSize(3, row.height())), index.row() == 0 ? t.error : t.accent);

  const Fonts fonts = fontsOf(option.font);
  const Parts parts = partsOf(index, fonts, row.width());
  paintBadge(painter, row, index.row() + 1, option.font);
  const QColor muted = readableOn(t.muted, background);
  QRect line(row.left() + kTextLeft, row.top() + kTop, row.width() - kTextLeft - kSide, 0);
  paintLines(painter, parts.sentence, fonts.sentence, t.text, line);
  line.translate(0, kLineGap);
  paintLines(painter, parts.advice, fonts.advice, muted, line);

  const QRect right(row.right() - kSide - parts.rightWidth, row.top(), parts.rightWidth, row.height() - 1);
  QRect saving = right, confidence = right;
  if (parts.narrow) {
    saving.setBottom(right.center().y());
    confidence.setTop(right.center().y() + 2);
  } else {
    saving.setWidth(right.width() - kColumnGap - QFontMetrics(fonts.advice).horizontalAdvance(tr("a guess")) -
                    4);
  }
  const int side = static_cast<int>(Qt::AlignRight | Qt::TextSingleLine);
  painter->setFont(fonts.saving);
  painter->setPen(t.text);
  painter->drawText(saving, side | static_cast<int>(parts.narrow ? Qt::AlignBottom : Qt::AlignVCenter),
                    parts.saving);
  painter->setFont(fonts.advice);
  painter->setPen(muted);
  painter->drawText(confidence, side | static_cast<int>(parts.narrow ? Qt::AlignTop : Qt::AlignVCenter),
                    parts.confidence);
  painter->restore();
}

}  // namespace waybill::ui
