// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/slow_operations/excess_delegate.h"

#include <QPainter>
#include <algorithm>

#include "ui/slow_operations/slow_operations_model.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr int kBar = 4, kSide = 8, kSmallestRoom = 16;  // pixels

}  // namespace

void ExcessDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyledItemDelegate::paint(painter, option, index);
  const double share = index.data(SlowOperationsModel::ShareRole).toDouble();
  // The texts are of about the same width; a bar never comes under one.
  const int text = option.fontMetrics.horizontalAdvance(QStringLiteral("+000.0 ms "));
  const QRectF room(option.rect.left() + kSide, option.rect.center().y() - kBar / 2.0 + 0.5,
                    std::max(0, option.rect.width() - text - 2 * kSide), kBar);
  if (room.width() < kSmallestRoom) return;
  QRectF bar = room;
  bar.setWidth(std::max<double>(kBar, room.width() * share));
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(Qt::NoPen);
  painter->setBrush(blended(theme().muted, theme().panel, 0.18));
  painter->drawRoundedRect(room, kBar / 2.0, kBar / 2.0);
  painter->setBrush(blended(theme().slow, theme().panel, 0.8));
  painter->drawRoundedRect(bar, kBar / 2.0, kBar / 2.0);
  painter->restore();
}

}  // namespace waybill::ui
