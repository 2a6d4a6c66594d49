// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QRect>
#include <QStringList>
#include <QStyledItemDelegate>

namespace waybill::ui {

class DetailsModel;

// Paints the lines of the details: keys in a quiet column, values beside them, blocks under them.
class DetailDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  DetailDelegate(const DetailsModel& model, QObject* parent);

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  // Text that was broken into lines for another width or font is broken anew; call when rows changed.
  void forgetLines() { m_lines.clear(); }

 private:
  struct Lines {
    int width = 0;
    QStringList lines;
    bool folded = false;  // there is more
  };
  const Lines& linesOf(int row, const QFont& font, int width) const;
  void paintHeading(QPainter* painter, const QStyleOptionViewItem& option, int row) const;
  void paintMore(QPainter* painter, const QStyleOptionViewItem& option, const QString& text) const;
  void paintEntry(QPainter* painter, const QStyleOptionViewItem& option, int row) const;
  void paintBlock(QPainter* painter, const QStyleOptionViewItem& option, int row) const;

  const DetailsModel& m_model;
  mutable QHash<int, Lines> m_lines;  // by row
};

}  // namespace waybill::ui
