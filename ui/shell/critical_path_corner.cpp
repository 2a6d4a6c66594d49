// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/critical_path_corner.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QToolButton>

namespace waybill::ui {
namespace {

struct Texts {
  Q_DECLARE_TR_FUNCTIONS(CriticalPathCorner)
};

}  // namespace

QWidget* criticalPathCorner(session::Session& session, QWidget* parent) {
  auto* room = new QWidget(parent);  // keeps the button off the edge and level with the tabs
  auto* button = new QToolButton(room);
  button->setObjectName(QStringLiteral("criticalPathButton"));
  button->setText(Texts::tr("Critical path"));
  button->setCheckable(true);
  button->setChecked(session.criticalPathShown());
  button->setToolTip(Texts::tr("What the request waited for, instant by instant (C)"));
  QObject::connect(button, &QToolButton::toggled, &session, &session::Session::setCriticalPathShown);
  QObject::connect(&session, &session::Session::criticalPathShownChanged, button,
                   [&session, button] { button->setChecked(session.criticalPathShown()); });
  auto* row = new QHBoxLayout(room);
  row->setContentsMargins(0, 0, 12, 0);
  row->addWidget(button, 0, Qt::AlignVCenter);
  return room;
}

}  // namespace waybill::ui
