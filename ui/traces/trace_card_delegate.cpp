// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/trace_card_delegate.h"

#include <QPainter>
#include <algorithm>

#include "base/time_text.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"
#include "ui/traces/traces_model.h"

namespace waybill::ui {
namespace {

constexpr int kSide = 12, kTop = 8, kLineGap = 3, kBarGap = 6, kBar = 3, kBottom = 7;
constexpr int kTagSide = 5, kTagGap = 8;  // within the tag of a stream, and after it
constexpr int kDot = 9, kDotGap = 7, kMostDots = 8;

struct Fonts {
  QFont name, duration, small;
};

Fonts fontsOf(const QFont& base) {
  Fonts fonts{base, tabularFont(base), tabularFont(smallerFont(base))};
  fonts.duration.setBold(true);
  return fonts;
}

// What a card is painted with.
struct Card {
  QPainter& painter;
  Fonts fonts;
  QRect area;  // within the sides
  QColor background;
};

void paintFirstLine(Card& card, const store::Snapshot& snapshot, const store::TraceSummary& trace,
                    int height) {
  const QString duration = QString::fromStdString(durationText(trace.durationNs()));
  const QRect line(card.area.left(), card.area.top(), card.area.width(), height);
  card.painter.setPen(theme().text);
  card.painter.setFont(card.fonts.duration);
  card.painter.drawText(line, static_cast<int>(Qt::AlignRight | Qt::AlignVCenter), duration);
  const int room = line.width() - QFontMetrics(card.fonts.duration).horizontalAdvance(duration) - kSide;
  card.painter.setFont(card.fonts.name);
  card.painter.drawText(
      line, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine),
      QFontMetrics(card.fonts.name).elidedText(traceTitle(snapshot, trace), Qt::ElideMiddle, room));
}

// Returns where the dots end.
int paintDots(Card& card, const store::Snapshot& snapshot, const store::TraceSummary& trace, int y,
              int right) {
  int x = card.area.left();
  int painted = 0;
  card.painter.setPen(Qt::NoPen);
  const auto paintDot = [&](StringId service) {
    if (painted++ >= kMostDots || x + kDot > right) return;
    card.painter.setBrush(serviceColors().color(service));
    card.painter.drawRoundedRect(QRectF(x, y - kDot / 2.0, kDot, kDot), 2, 2);
    x += kDot + kDotGap;
  };
  // The service that was called first, as in the title.
  const StringId root = snapshot.serviceId(trace.root);
  paintDot(root);
  for (const StringId service : snapshot.services(trace.services)) {
    if (painted >= kMostDots) break;
    if (service != root) paintDot(service);
  }
  return x;
}

// What is special about the trace while it is received; empty mostly.
QString stateText(const TracesModel& model, const store::TraceSummary& trace) {
  QStringList parts;
  if (model.isPinned(trace)) parts << TracesModel::tr("pinned");
  if (trace.rootHasParent) parts << TracesModel::tr("root missing");
  return parts.join(QStringLiteral(", "));
}

QString tagText() { return TracesModel::tr("stream"); }

int tagWidth(const QFontMetrics& metrics) { return metrics.horizontalAdvance(tagText()) + 2 * kTagSide; }

void paintTag(Card& card, const QFontMetrics& metrics, int x, QRect line) {
  const QColor muted = readableOn(theme().muted, card.background);
  const QRectF tag(x + 0.5, line.top() + 0.5, tagWidth(metrics) - 1, line.height() - 1);
  card.painter.setPen(blended(muted, card.background, 0.45));
  card.painter.setBrush(Qt::NoBrush);
  card.painter.drawRoundedRect(tag, 3, 3);
  card.painter.setPen(muted);
  card.painter.drawText(tag, static_cast<int>(Qt::AlignCenter), tagText());
}

void paintSecondLine(Card& card, const TracesModel& model, TraceIndex index, QRect line) {
  const store::TraceSummary& trace = model.snapshot().trace(index);
  const QFontMetrics metrics(card.fonts.small);
  const QColor muted = readableOn(theme().muted, card.background);
  const int flags = static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine);
  card.painter.setFont(card.fonts.small);
  card.painter.setPen(muted);
  const QString start = traceStartText(trace.startNs, model.order());
  card.painter.drawText(line, static_cast<int>(Qt::AlignRight | Qt::AlignVCenter), start);
  const QString spans = countedText(trace.spans, TracesModel::tr("span"), TracesModel::tr("spans"));
  const QString errors = trace.errors == 0
                             ? QString()
                             : QStringLiteral("▲ ") + countedText(trace.errors, TracesModel::tr("error"),
                                                                  TracesModel::tr("errors"));
  // The counts matter more than the last dots.
  const int end = line.right() - metrics.horizontalAdvance(start) - kSide;
  const QString state = stateText(model, trace);
  const int tag = model.isStream(index) ? tagWidth(metrics) + kTagGap : 0;
  const int texts =
      tag + metrics.horizontalAdvance(spans) + (state.isEmpty() ? 0 : metrics.horizontalAdvance(state) + 10) + (errors.isEmpty() ? 0 : metrics.horizontalAdvance(errors) + 10);
  int x = paintDots(card, model.snapshot(), trace, line.center().y() + 1,
                    std::max(line.left() + kDot, end - texts));
  if (tag > 0 && x + tag <= end) {
    paintTag(card, metrics, x, line);
    x += tag;
  }
  const auto write = [&](const QString& text, const QColor& color) {
    if (x >= end) return;
    const QString shown = metrics.elidedText(text, Qt::ElideRight, end - x);
    card.painter.setPen(color);
    card.painter.drawText(QRect(x, line.top(), end - x, line.height()), flags, shown);
    x += metrics.horizontalAdvance(shown) + 10;
  };
  write(spans, muted);
  if (!state.isEmpty()) write(state, muted);
  if (!errors.isEmpty()) write(errors, readableOn(theme().error, card.background));
}

// Names muted, values as text.
void paintAttributes(Card& card, const std::vector<TracesModel::Attribute>& attributes, QRect line) {
  const QFontMetrics metrics(card.fonts.small);
  card.painter.setFont(card.fonts.small);
  const QColor muted = readableOn(theme().muted, card.background);
  const auto write = [&](const QString& text, const QColor& color, int gap) {
    if (line.width() <= kSide) return;
    const QString shown = metrics.elidedText(text, Qt::ElideRight, line.width());
    card.painter.setPen(color);
    card.painter.drawText(line, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine), shown);
    line.setLeft(line.left() + metrics.horizontalAdvance(shown) + gap);
  };
  for (const TracesModel::Attribute& attribute : attributes) {
    write(attribute.name, muted, 5);
    write(attribute.value, theme().text, 12);
  }
}

void paintBar(Card& card, const TracesModel& model, const store::TraceSummary& trace) {
  const QRectF track(card.area.left(), card.area.bottom() - kBar + 1, card.area.width(), kBar);
  card.painter.setPen(Qt::NoPen);
  card.painter.setBrush(blended(theme().muted, card.background, 0.18));
  card.painter.drawRoundedRect(track, kBar / 2.0, kBar / 2.0);
  const double longest = static_cast<double>(std::max<int64_t>(1, model.order().longestNs));
  const double share = std::clamp(static_cast<double>(trace.durationNs()) / longest, 0.0, 1.0);
  QRectF bar = track;
  bar.setWidth(std::max(2.0, track.width() * share));
  card.painter.setBrush(blended(theme().accent, card.background, 0.8));
  card.painter.drawRoundedRect(bar, kBar / 2.0, kBar / 2.0);
}

}  // namespace

TraceCardDelegate::TraceCardDelegate(const TracesModel& model, QObject* parent)
    : QStyledItemDelegate(parent), m_model(model) {}

int TraceCardDelegate::cardHeight(const QFont& font, bool hasAttributes) {
  const Fonts fonts = fontsOf(font);
  return (hasAttributes ? kLineGap + QFontMetrics(fonts.small).height() : 0) + kTop + QFontMetrics(fonts.duration).height() + kLineGap + QFontMetrics(fonts.small).height() +
         kBarGap + kBar + kBottom + 1;
}

QSize TraceCardDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
  return {200, cardHeight(option.font, !m_model.shownQuery().columns.empty())};
}

void TraceCardDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const {
  const Theme& t = theme();
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
  const QColor background = selected ? t.selection : hovered ? t.hover : t.panel;
  const store::TraceSummary& trace = m_model.snapshot().trace(m_model.traceAt(index.row()));
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->fillRect(option.rect, background);
  painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.hairline);
  if (selected) painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())), t.accent);

  Card card{*painter, fontsOf(option.font), option.rect.adjusted(kSide, kTop, -kSide, -kBottom - 1),
            background};
  const int first = QFontMetrics(card.fonts.duration).height(),
            second = QFontMetrics(card.fonts.small).height();
  paintFirstLine(card, m_model.snapshot(), trace, first);
  paintSecondLine(card, m_model, m_model.traceAt(index.row()),
                  QRect(card.area.left(), card.area.top() + first + kLineGap, card.area.width(), second));
  if (!m_model.shownQuery().columns.empty()) {
    paintAttributes(card, m_model.attributesOf(m_model.traceAt(index.row())),
                    QRect(card.area.left(), card.area.top() + first + second + 2 * kLineGap, card.area.width(), second));
  }
  paintBar(card, m_model, trace);
  painter->restore();
}

}  // namespace waybill::ui
