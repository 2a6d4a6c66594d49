// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/welcome/drop_area.h"

#include <QDragEnterEvent>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr int kIcon = 28;
constexpr int kTop = 18;

QStringList localPaths(const QMimeData* data) {
  QStringList paths;
  if (data == nullptr) return paths;
  for (const QUrl& url : data->urls()) {
    if (url.isLocalFile()) paths << url.toLocalFile();
  }
  return paths;
}

}  // namespace

DropArea::DropArea(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("dropArea"));
  setAcceptDrops(true);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(24, kTop + kIcon + 8, 24, 18);
  layout->setSpacing(6);
  QLabel* title = plainParagraph(tr("Drop trace files or folders here"), Tone::Title, this);
  QLabel* formats = plainParagraph(
      tr("OTLP as protobuf or JSON, OpenTelemetry Collector files; plain, gzip or zstd"), Tone::Muted, this);
  for (QLabel* label : {title, formats}) {
    label->setAlignment(Qt::AlignHCenter);
    layout->addWidget(label);
  }
  auto* open = new QPushButton(tr("Open…"), this);
  open->setObjectName(QStringLiteral("welcomeOpen"));
  open->setProperty("primary", true);
  open->setMinimumWidth(120);
  connect(open, &QPushButton::clicked, this, &DropArea::openRequested);
  layout->addSpacing(10);
  layout->addWidget(open, 0, Qt::AlignHCenter);
}

void DropArea::paintEvent(QPaintEvent*) {
  const Theme& t = theme();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  QPen pen(m_hovered ? t.accent : blended(t.muted, t.panel, 0.5), 1.5);
  pen.setDashPattern({4, 3.5});
  painter.setPen(pen);
  painter.setBrush(m_hovered ? t.selection : t.background);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 10, 10);
  themeIcon(QStringLiteral("drop")).paint(&painter, QRect((width() - kIcon) / 2, kTop, kIcon, kIcon));
}

void DropArea::dragEnterEvent(QDragEnterEvent* event) {
  if (localPaths(event->mimeData()).isEmpty()) return;
  event->acceptProposedAction();
  m_hovered = true;
  update();
}

void DropArea::dragLeaveEvent(QDragLeaveEvent*) {
  m_hovered = false;
  update();
}

void DropArea::dropEvent(QDropEvent* event) {
  m_hovered = false;
  update();
  const QStringList paths = localPaths(event->mimeData());
  if (paths.isEmpty()) return;
  event->acceptProposedAction();
  Q_EMIT pathsDropped(paths);
}

}  // namespace waybill::ui
