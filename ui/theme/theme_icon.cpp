// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>
#include <memory>

#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

// Paints the shape of an SVG in a colour of the theme as it is at that moment.
class ThemeIconEngine : public QIconEngine {
 public:
  explicit ThemeIconEngine(const QString& file) : m_renderer(std::make_shared<QSvgRenderer>(file)) {}

  QIconEngine* clone() const override { return new ThemeIconEngine(*this); }

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    const qreal ratio = painter->device()->devicePixelRatioF();
    painter->drawPixmap(rect, scaledPixmap(rect.size() * ratio, mode, QIcon::Off, 1));
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    return scaledPixmap(size, mode, state, 1);
  }

  QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal) override {
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    m_renderer->render(&painter, QRectF(QPointF(0, 0), QSizeF(size)));
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    const Theme& t = theme();
    painter.fillRect(pixmap.rect(), mode == QIcon::Disabled ? blended(t.muted, t.panel, 0.6) : t.text);
    return pixmap;
  }

 private:
  std::shared_ptr<QSvgRenderer> m_renderer;
};

}  // namespace

QIcon themeIcon(const QString& name) {
  return QIcon(new ThemeIconEngine(QStringLiteral(":/icons/") + name + QStringLiteral(".svg")));
}

}  // namespace waybill::ui
