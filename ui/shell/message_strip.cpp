// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/message_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

#include "ui/theme/theme.h"

namespace waybill::ui {

MessageStrip::MessageStrip(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("messageStrip"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 8, 8, 8);
  m_label = new QLabel(this);
  m_label->setObjectName(QStringLiteral("messageText"));
  m_label->setTextFormat(Qt::PlainText);
  m_label->setWordWrap(true);
  m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* dismiss = new QToolButton(this);
  dismiss->setText(QStringLiteral("✕"));
  dismiss->setAutoRaise(true);
  dismiss->setToolTip(tr("Dismiss"));
  connect(dismiss, &QToolButton::clicked, this, &MessageStrip::clear);
  row->addWidget(m_label, 1);
  row->addWidget(dismiss, 0, Qt::AlignTop);
  hide();
}

void MessageStrip::tell(const QString& sentence) {
  m_label->setText(sentence);
  setVisible(!sentence.isEmpty());
}

void MessageStrip::clear() { tell({}); }

QString MessageStrip::text() const { return m_label->text(); }

void MessageStrip::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.fillRect(rect(), theme().selection);
  painter.fillRect(0, 0, 3, height(), theme().slow);
  painter.fillRect(0, height() - 1, width(), 1, theme().hairline);
}

}  // namespace waybill::ui
