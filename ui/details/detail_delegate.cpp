// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/detail_delegate.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/details/details_model.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr int kSide = 12, kGap = 8, kIndent = 12, kLinePad = 2;
constexpr int kHeadingTop = 14, kHeadingBottom = 4;
constexpr int kBlockPad = 7, kBlockMargin = 3;
constexpr int kFoldedLines = 8, kMostLines = 5000, kMostValueLines = 16;
constexpr int kDot = 9;
constexpr int kHistogramHeight = 30, kHistogramGap = 4;

int keyWidth(int width) {
  return std::clamp(width * 46 / 100, 80, 240);
}

QFont blockFont(const QFont& base) {
  return monospaceFont(smallerFont(base));
}

QColor toneColor(DetailTone tone, bool isLink, const QColor& background) {
  const Theme& t = theme();
  if (isLink) return readableOn(t.accent, background);
  switch (tone) {
    case DetailTone::Number:
      return readableOn(t.accent, background);
    case DetailTone::Muted:
      return readableOn(t.muted, background);
    case DetailTone::Error:
      return readableOn(t.error, background);
    case DetailTone::Plain:
      break;
  }
  return t.text;
}

QColor rowBackground(const QStyleOptionViewItem& option) {
  if (option.state.testFlag(QStyle::State_Selected)) return theme().selection;
  return option.state.testFlag(QStyle::State_MouseOver) ? theme().hover : theme().panel;
}

// Where key and value of a line stand, within the row.
struct Columns {
  QRect key, value;
};

Columns columnsOf(const QRect& row, const DetailEntry& entry) {
  const QRect area = row.adjusted(kSide, kLinePad, -kSide, -kLinePad);
  const int keys = keyWidth(row.width());
  Columns columns{area, area};
  columns.key.setWidth(keys - kGap);
  if (entry.indented) columns.key.setLeft(columns.key.left() + kIndent);
  if (entry.service) columns.key.setLeft(columns.key.left() + kDot + 7);
  columns.value.setLeft(area.left() + (entry.key.isEmpty() ? 0 : keys));
  return columns;
}

// With the line of its scale.
int histogramHeight(const QFont& base) {
  return 2 * kHistogramGap + kHistogramHeight + QFontMetrics(smallerFont(base)).height();
}

// The bars on a hairline, the mark through them, and the two ends of the scale below.
void paintHistogram(QPainter* painter, const QRect& area, const DetailHistogram& histogram, const QFont& base,
                    const QColor& background) {
  const Theme& t = theme();
  const QRect plot(area.left(), area.top() + kHistogramGap, area.width(), kHistogramHeight);
  painter->setRenderHint(QPainter::Antialiasing, false);
  const auto edge = [&](size_t i) {
    return plot.left() + static_cast<int>(static_cast<size_t>(plot.width()) * i / histogram.bars.size());
  };
  const QColor bar = blended(t.accent, background, 0.45);
  for (size_t i = 0; i < histogram.bars.size(); ++i) {
    if (histogram.bars[i] <= 0) continue;
    const int height = std::max(1, static_cast<int>(std::lround(histogram.bars[i] * kHistogramHeight)));
    const int width = std::max(1, edge(i + 1) - edge(i) - 1);
    painter->fillRect(edge(i), plot.bottom() + 1 - height, width, height, bar);
  }
  painter->fillRect(plot.left(), plot.bottom() + 1, plot.width(), 1, t.hairline);
  const int x = plot.left() + static_cast<int>(std::lround(histogram.mark * static_cast<float>(plot.width() - 2)));
  painter->fillRect(x, plot.top() - 2, 2, kHistogramHeight + 5, readableOn(t.error, background));
  painter->setRenderHint(QPainter::Antialiasing);
  const QFont small = tabularFont(smallerFont(base));
  painter->setFont(small);
  painter->setPen(readableOn(t.muted, background));
  const QRect scale(area.left(), plot.bottom() + kHistogramGap, area.width(), QFontMetrics(small).height());
  const int flags = static_cast<int>(Qt::AlignVCenter | Qt::TextSingleLine);
  painter->drawText(scale, flags | static_cast<int>(Qt::AlignLeft), histogram.smallest);
  painter->drawText(scale, flags | static_cast<int>(Qt::AlignRight), histogram.largest);
}

int blockTextWidth(int rowWidth) {
  return rowWidth - 2 * (kSide + kBlockPad);
}

}  // namespace

DetailDelegate::DetailDelegate(const DetailsModel& model, QObject* parent)
    : QStyledItemDelegate(parent), m_model(model) {}

const DetailDelegate::Lines& DetailDelegate::linesOf(int row, const QFont& font, int width) const {
  Lines& lines = m_lines[row];
  if (lines.width == width) return lines;
  const DetailEntry& entry = m_model.entry(row);
  const bool expanded = m_model.isExpanded(row);
  lines.width = width;
  if (!entry.block) {
    lines.lines = wrappedLines(entry.text, font, width, kMostValueLines);
    return lines;
  }
  // One more than a fold shows tells whether there is more.
  lines.lines = wrappedLines(entry.text, font, width, expanded ? kMostLines : kFoldedLines + 1, true);
  lines.folded = !expanded && lines.lines.size() > kFoldedLines;
  if (lines.folded) lines.lines.removeLast();
  return lines;
}

QSize DetailDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const int row = index.row();
  const int width = option.rect.width() > 0 ? option.rect.width() : option.widget->width();
  const int line = QFontMetrics(option.font).height();
  if (m_model.kind(row) == DetailsModel::RowKind::Heading) return {0, kHeadingTop + line + kHeadingBottom};
  if (m_model.kind(row) == DetailsModel::RowKind::More) return {0, line + 8};
  const DetailEntry& entry = m_model.entry(row);
  if (!entry.block) {
    const int room = columnsOf(QRect(0, 0, width, line), entry).value.width();
    const int lines = static_cast<int>(linesOf(row, tabularFont(option.font), room).lines.size()) * line;
    return {0, lines + 2 * kLinePad + (entry.histogram ? histogramHeight(option.font) : 0)};
  }
  const Lines& lines = linesOf(row, blockFont(option.font), blockTextWidth(width));
  const int keyHeight = entry.key.isEmpty() ? 0 : line + kLinePad;
  const int textLines = static_cast<int>(lines.lines.size());
  const int foot = lines.folded ? line : 0;
  return {0, keyHeight + textLines * QFontMetrics(blockFont(option.font)).lineSpacing() + foot +
                 2 * kBlockPad + 2 * kBlockMargin};
}

void DetailDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  switch (m_model.kind(index.row())) {
    case DetailsModel::RowKind::Heading:
      paintHeading(painter, option, index.row());
      break;
    case DetailsModel::RowKind::More:
      paintMore(painter, option, index.data().toString());
      break;
    case DetailsModel::RowKind::Entry:
      if (m_model.entry(index.row()).block) {
        paintBlock(painter, option, index.row());
      } else {
        paintEntry(painter, option, index.row());
      }
  }
  painter->restore();
}

void DetailDelegate::paintHeading(QPainter* painter, const QStyleOptionViewItem& option, int row) const {
  const DetailSection& section = m_model.section(row);
  QFont font = option.font;
  font.setBold(true);
  painter->setFont(font);
  painter->setPen(theme().text);
  const QRect area = option.rect.adjusted(kSide, kHeadingTop, -kSide, -kHeadingBottom);
  const QFontMetrics metrics(font);
  const QString title = metrics.elidedText(section.title, Qt::ElideRight, area.width() - 24);
  painter->drawText(area, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine), title);
  const bool marked = option.state & (QStyle::State_MouseOver | QStyle::State_Selected);
  if (!section.collapsed && !marked) return;
  // A small arrow: right while closed, down while open.
  const QPointF centre(area.left() + metrics.horizontalAdvance(title) + 12, area.center().y() + 1);
  QPolygonF arrow({{-2, -4}, {2.5, 0}, {-2, 4}});
  if (!section.collapsed) arrow = QPolygonF({{-4, -2}, {0, 2.5}, {4, -2}});
  painter->setPen(QPen(theme().muted, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter->setBrush(Qt::NoBrush);
  painter->translate(centre);
  painter->drawPolyline(arrow);
}

void DetailDelegate::paintMore(QPainter* painter, const QStyleOptionViewItem& option,
                               const QString& text) const {
  const QColor background = rowBackground(option);
  painter->fillRect(option.rect, background);
  painter->setFont(option.font);
  painter->setPen(readableOn(theme().accent, background));
  painter->drawText(option.rect.adjusted(kSide, 0, -kSide, 0),
                    static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine), text);
}

void DetailDelegate::paintEntry(QPainter* painter, const QStyleOptionViewItem& option, int row) const {
  const DetailEntry& entry = m_model.entry(row);
  const QColor background = rowBackground(option);
  painter->fillRect(option.rect, background);
  const Columns columns = columnsOf(option.rect, entry);
  const QFontMetrics metrics(option.font);
  const int line = metrics.height();
  const int flags = static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine);

  const QFont valueFont = tabularFont(option.font);
  const QRect keyLine(columns.key.left(), columns.key.top(), columns.key.width(), line);
  if (entry.service) {
    painter->setPen(Qt::NoPen);
    painter->setBrush(serviceColors().color(*entry.service));
    painter->drawRoundedRect(
        QRectF(keyLine.left() - kDot - 7, keyLine.center().y() + 1 - kDot / 2.0, kDot, kDot), 2, 2);
  }
  painter->setFont(valueFont);
  painter->setPen(readableOn(theme().muted, background));
  painter->drawText(keyLine, flags, metrics.elidedText(entry.key, Qt::ElideMiddle, keyLine.width()));

  painter->setPen(toneColor(entry.tone, entry.target.has_value(), background));
  if (entry.target && option.state.testFlag(QStyle::State_MouseOver)) {
    QFont underlined = valueFont;
    underlined.setUnderline(true);
    painter->setFont(underlined);
  }
  QRect valueLine(columns.value.left(), columns.value.top(), columns.value.width(), line);
  for (const QString& text : linesOf(row, valueFont, columns.value.width()).lines) {
    painter->drawText(valueLine, flags, text);
    valueLine.translate(0, line);
  }
  if (!entry.histogram) return;
  const QRect area(columns.key.left(), valueLine.top(), option.rect.width() - 2 * kSide, histogramHeight(option.font));
  paintHistogram(painter, area, *entry.histogram, option.font, background);
}

void DetailDelegate::paintBlock(QPainter* painter, const QStyleOptionViewItem& option, int row) const {
  const Theme& t = theme();
  const DetailEntry& entry = m_model.entry(row);
  const int line = QFontMetrics(option.font).height();
  const int flags = static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine);
  QRect area = option.rect.adjusted(kSide, kBlockMargin, -kSide, -kBlockMargin);
  if (!entry.key.isEmpty()) {
    painter->setFont(option.font);
    painter->setPen(t.muted);
    painter->drawText(QRect(area.left(), area.top(), area.width(), line), flags,
                      QFontMetrics(option.font).elidedText(entry.key, Qt::ElideMiddle, area.width()));
    area.setTop(area.top() + line + kLinePad);
  }
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  const QColor background = t.background;
  painter->setPen(QPen(selected ? t.accent : t.hairline, 1));
  painter->setBrush(background);
  painter->drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);

  const QFont font = blockFont(option.font);
  const int step = QFontMetrics(font).lineSpacing();
  const Lines& lines = linesOf(row, font, blockTextWidth(option.rect.width()));
  painter->setFont(font);
  painter->setPen(toneColor(entry.tone, false, background));
  QRect textLine(area.left() + kBlockPad, area.top() + kBlockPad, area.width() - 2 * kBlockPad, step);
  // Only what is in sight: a block may have thousands of lines.
  const QRectF sight = painter->hasClipping() ? painter->clipBoundingRect() : QRectF(area);
  const auto first = std::clamp<qsizetype>(static_cast<qsizetype>((sight.top() - textLine.top()) / step), 0,
                                           lines.lines.size());
  textLine.translate(0, static_cast<int>(first) * step);
  for (qsizetype i = first; i < lines.lines.size() && textLine.top() <= sight.bottom(); ++i) {
    painter->drawText(textLine, flags, lines.lines[i]);
    textLine.translate(0, step);
  }
  if (!lines.folded) return;
  painter->setFont(option.font);
  painter->setPen(readableOn(t.accent, background));
  painter->drawText(QRect(textLine.left(), area.bottom() - kBlockPad - line + 1, area.width(), line), flags,
                    tr("Show all"));
}

}  // namespace waybill::ui
