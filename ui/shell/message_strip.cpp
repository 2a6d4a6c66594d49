// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/message_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <utility>

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
  m_help = new QPushButton(this);
  m_help->setObjectName(QStringLiteral("messageHelp"));
  connect(m_help, &QPushButton::clicked, this, [this] {
    const auto wanted = m_run;
    clear();
    if (wanted) wanted();
  });
  row->addWidget(m_label, 1);
  row->addWidget(m_help);
  row->addWidget(dismiss, 0, Qt::AlignTop);
  hide();
}

void MessageStrip::tell(const QString& sentence, const QString& help, std::function<void()> run) {
  m_label->setText(sentence);
  m_help->setText(help);
  m_help->setVisible(!help.isEmpty());
  m_run = std::move(run);
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
