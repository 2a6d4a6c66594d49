// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/facet_delegate.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>

#include "base/time_text.h"
#include "ui/theme/theme.h"
#include "ui/traces/facets_model.h"

namespace waybill::ui {
namespace {

constexpr int kSide = 12, kGap = 8;
constexpr int kMark = 16;      // room for the fold of a group, and for what the filter says of a value
constexpr int kBarInset = 2;   // of the bar, above and below
constexpr int kBarLead = 5;    // it begins so far before its text
constexpr int kMenu = 22;
constexpr int kAbove = 6;      // a group, between it and the one before

using RowKind = FacetsModel::RowKind;
using ValueState = FacetsModel::ValueState;

struct Row {
  QPainter& painter;
  const QStyleOptionViewItem& option;
  const QModelIndex& index;
  QColor background;

  bool isGroup() const { return index.data(FacetsModel::KindRole).value<RowKind>() == RowKind::Group; }
  QRect content() const { return option.rect.adjusted(0, isGroup() ? kAbove : 0, 0, 0); }
  QRect text() const { return content().adjusted(kSide + kMark, 0, -kSide, 0); }
  bool isHovered() const { return option.state.testFlag(QStyle::State_MouseOver); }
};

void write(Row& row, const QRect& area, const QString& text, Qt::Alignment alignment, Qt::TextElideMode elide) {
  const QFontMetrics metrics(row.painter.font());
  row.painter.drawText(area, static_cast<int>(alignment | Qt::AlignVCenter) | Qt::TextSingleLine,
                       metrics.elidedText(text, elide, area.width()));
}

// Returns what is left of the area before it.
QRect writeCount(Row& row, QRect area, const QColor& color) {
  const QVariant traces = row.index.data(FacetsModel::TracesRole);
  if (traces.isNull()) return area;
  const QString count = QString::fromStdString(countText(traces.toULongLong()));
  row.painter.setFont(tabularFont(smallerFont(row.option.font)));
  row.painter.setPen(color);
  write(row, area, count, Qt::AlignRight, Qt::ElideNone);
  area.setRight(area.right() - QFontMetrics(row.painter.font()).horizontalAdvance(count) - kGap);
  return area;
}

void paintFold(Row& row, bool isOpen) {
  const QPointF at(row.option.rect.left() + kSide + 4, row.content().center().y() + 0.5);
  QPainterPath path;
  if (isOpen) {
    path.moveTo(at + QPointF(-4, -2));
    path.lineTo(at + QPointF(0, 2));
    path.lineTo(at + QPointF(4, -2));
  } else {
    path.moveTo(at + QPointF(-2, -4));
    path.lineTo(at + QPointF(2, 0));
    path.lineTo(at + QPointF(-2, 4));
  }
  row.painter.setBrush(Qt::NoBrush);
  row.painter.setPen(QPen(readableOn(theme().muted, row.background), 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  row.painter.drawPath(path);
}

void paintGroup(Row& row) {
  const QColor muted = readableOn(theme().muted, row.background);
  paintFold(row, row.option.state.testFlag(QStyle::State_Open));
  QRect area = row.text();
  if (row.isHovered() || row.option.state.testFlag(QStyle::State_HasFocus)) {
    const QRect menu = FacetDelegate::menuRect(row.option.rect);
    row.painter.setPen(Qt::NoPen);
    row.painter.setBrush(muted);
    for (const int dx : {-5, 0, 5}) row.painter.drawEllipse(QPointF(menu.center().x() + 1 + dx, menu.center().y() + 0.5), 1.4, 1.4);
    area.setRight(menu.left() - 2);
  } else {
    area = writeCount(row, area, muted);
  }
  QFont bold = row.option.font;
  bold.setBold(true);
  row.painter.setFont(bold);
  row.painter.setPen(theme().text);
  write(row, area, row.index.data().toString(), Qt::AlignLeft, Qt::ElideMiddle);
}

// What the filter says of the value.
void paintState(Row& row, ValueState state) {
  if (state == ValueState::Free) return;
  const QPointF at(row.option.rect.left() + kSide + 4, row.content().center().y() + 0.5);
  const QColor color = state == ValueState::Chosen ? theme().accent : theme().muted;
  row.painter.setBrush(Qt::NoBrush);
  row.painter.setPen(QPen(readableOn(color, row.background), 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  if (state == ValueState::Chosen) {
    const std::array<QPointF, 3> check{at + QPointF(-4, 0), at + QPointF(-1, 3), at + QPointF(4, -4)};
    row.painter.drawPolyline(check.data(), static_cast<int>(check.size()));
  } else {
    row.painter.drawLine(at + QPointF(-4, 0), at + QPointF(4, 0));
  }
}

void paintValue(Row& row) {
  const auto state = row.index.data(FacetsModel::StateRole).value<ValueState>();
  const double share = row.index.data(FacetsModel::ShareRole).toDouble();
  const QRect area = row.text();
  QColor behind = row.background;
  if (share > 0) {
    // Bars of all rows on one scale, which ends before the counts.
    const int counts = QFontMetrics(tabularFont(smallerFont(row.option.font))).horizontalAdvance(QStringLiteral("0,000,000"));
    QRectF bar = area.adjusted(-kBarLead, kBarInset, -std::min(counts, area.width() / 3), -kBarInset);
    bar.setWidth(std::max(3.0, bar.width() * std::min(share, 1.0)));
    behind = blended(theme().accent, row.background, theme().dark ? 0.22 : 0.13);
    row.painter.setPen(Qt::NoPen);
    row.painter.setBrush(behind);
    row.painter.drawRoundedRect(bar, 3, 3);
  }
  paintState(row, state);
  const bool isDull = state == ValueState::Excluded || share == 0;
  const QRect left = writeCount(row, area, readableOn(theme().muted, row.background));
  QFont font = row.option.font;
  font.setBold(state == ValueState::Chosen);
  font.setStrikeOut(state == ValueState::Excluded);
  row.painter.setFont(font);
  row.painter.setPen(readableOn(isDull ? theme().muted : theme().text, behind));
  write(row, left, row.index.data().toString(), Qt::AlignLeft, Qt::ElideMiddle);
}

void paintLast(Row& row, RowKind kind) {
  const QColor color = kind == RowKind::More ? theme().accent : theme().muted;
  row.painter.setFont(smallerFont(row.option.font));
  row.painter.setPen(readableOn(color, row.background));
  write(row, row.text(), row.index.data().toString(), Qt::AlignLeft, Qt::ElideRight);
}

}  // namespace

QRect FacetDelegate::menuRect(const QRect& row) {
  return {row.right() - kSide + 5 - kMenu, row.top() + kAbove, kMenu, row.height() - kAbove};
}

QSize FacetDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const bool isGroup = index.data(FacetsModel::KindRole).value<RowKind>() == RowKind::Group;
  return {120, QFontMetrics(option.font).height() + 7 + (isGroup ? kAbove : 0)};
}

void FacetDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const auto kind = index.data(FacetsModel::KindRole).value<RowKind>();
  const bool isCurrent = option.state.testFlag(QStyle::State_HasFocus);
  const bool isHovered = option.state.testFlag(QStyle::State_MouseOver) && kind != RowKind::Note;
  Row row{*painter, option, index, isCurrent ? theme().selection : isHovered ? theme().hover : theme().panel};
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->fillRect(option.rect, row.background);
  switch (kind) {
    case RowKind::Group: paintGroup(row); break;
    case RowKind::Value: paintValue(row); break;
    default: paintLast(row, kind); break;
  }
  painter->restore();
}

}  // namespace waybill::ui
