// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/what_if_strip.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include "base/time_text.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

using session::WhatIf;

constexpr int kLongestName = 60;  // characters of a service or operation in the scope box

QString duration(int64_t ns) { return QString::fromStdString(durationText(ns)); }

QString shortened(const QString& name) {
  return name.size() <= kLongestName ? name : name.left(kLongestName - 1) + QChar(0x2026);
}

QString change(int64_t beforeNs, int64_t afterNs) {
  const QString arrow = QStringLiteral("%1 → %2").arg(duration(beforeNs), duration(afterNs));
  const int64_t saved = beforeNs - afterNs;
  if (saved == 0) return arrow + WhatIfStrip::tr(", saves nothing");
  return arrow + WhatIfStrip::tr(", saves %1 (%2)")
                     .arg(duration(saved), QString::fromStdString(percentText(saved, beforeNs)));
}

}  // namespace

QString whatIfText(const session::WhatIfResult& result) {
  if (result.savingNs() == 0 && result.savingUntilDoneNs() > 0) {
    return WhatIfStrip::tr("the response stays at %1; until all is done %2")
        .arg(duration(result.measuredNs), change(result.measuredUntilDoneNs, result.predictedUntilDoneNs));
  }
  return change(result.measuredNs, result.predictedNs);
}

WhatIfStrip::WhatIfStrip(session::Session& session, QWidget* parent)
    : Strip(parent),
      m_session(session),
      m_subject(new PlainLabel(Tone::Normal, this)),
      m_scope(new QComboBox(this)),
      m_slider(new QSlider(Qt::Horizontal, this)),
      m_percent(new QLabel(this)),
      m_ownTime(new QCheckBox(tr("own time only"), this)),
      m_result(new PlainLabel(Tone::Title, this)),
      m_note(new PlainLabel(Tone::Muted, this)) {
  setObjectName(QStringLiteral("whatIfStrip"));
  buildControls();
  buildLines();
  connect(&session, &session::Session::whatIfChanged, this, &WhatIfStrip::update);
  hide();
}

void WhatIfStrip::buildControls() {
  m_subject->setObjectName(QStringLiteral("whatIfSubject"));
  m_scope->setObjectName(QStringLiteral("whatIfScope"));
  m_scope->setAccessibleName(tr("What would be faster"));
  m_scope->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  m_scope->setMinimumContentsLength(12);
  m_slider->setObjectName(QStringLiteral("whatIfSlider"));
  m_slider->setAccessibleName(tr("Per cent faster"));
  m_slider->setRange(0, 100);
  m_slider->setSingleStep(1);
  m_slider->setPageStep(10);
  m_slider->setMinimumWidth(120);
  m_slider->setMaximumWidth(260);
  m_slider->setMinimumHeight(20);  // the whole handle
  m_percent->setFont(tabularFont(font()));
  m_percent->setTextFormat(Qt::PlainText);
  m_percent->setMinimumWidth(m_percent->fontMetrics().horizontalAdvance(tr("%1 % faster").arg(100)) + 4);
  m_ownTime->setObjectName(QStringLiteral("whatIfOwnTime"));
  m_ownTime->setToolTip(tr("Without the spans below it, which stay as long as they are"));
  m_result->setObjectName(QStringLiteral("whatIfResult"));
  m_note->setObjectName(QStringLiteral("whatIfNote"));
  connect(m_scope, qOverload<int>(&QComboBox::activated), this, &WhatIfStrip::ask);
  connect(m_slider, &QSlider::valueChanged, this, &WhatIfStrip::ask);
  connect(m_ownTime, &QCheckBox::toggled, this, &WhatIfStrip::ask);
}

void WhatIfStrip::buildLines() {
  auto* title = new PlainLabel(Tone::Title, this);
  title->setText(tr("What if"));
  auto* end = new QToolButton(this);
  end->setObjectName(QStringLiteral("whatIfEnd"));
  end->setText(QStringLiteral("✕"));
  end->setToolTip(tr("Back to what was measured (Esc)"));
  end->setAccessibleName(end->toolTip());
  connect(end, &QToolButton::clicked, this, [this] { m_session.setWhatIf(std::nullopt); });

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 7, 8, 8);
  column->setSpacing(4);
  auto* first = new QHBoxLayout;
  first->setSpacing(10);
  first->addWidget(title);
  first->addWidget(m_subject, 1);
  first->addWidget(m_scope);
  first->addWidget(m_slider, 1);
  first->addWidget(m_percent);
  first->addWidget(m_ownTime);
  first->addStretch(0);
  first->addWidget(end);
  auto* second = new QHBoxLayout;
  second->setSpacing(12);
  second->addWidget(m_result);
  second->addWidget(m_note, 1);
  column->addLayout(first);
  column->addLayout(second);
}

QColor WhatIfStrip::edge() const { return theme().accent; }

void WhatIfStrip::update() {
  const std::optional<WhatIf>& wanted = m_session.whatIf();
  if (!wanted) return vanish();
  m_follows = true;
  show(*wanted);
  m_follows = false;
  if (isHidden()) appear();
}

void WhatIfStrip::show(const WhatIf& wanted) {
  const bool isFix = wanted.scope == WhatIf::Scope::Fix;
  m_subject->setVisible(isFix);
  for (QWidget* control : {static_cast<QWidget*>(m_scope), static_cast<QWidget*>(m_slider),
                           static_cast<QWidget*>(m_percent), static_cast<QWidget*>(m_ownTime)}) {
    control->setVisible(!isFix);
  }
  showSubject(wanted);
  m_slider->setValue(wanted.percentFaster);
  m_percent->setText(tr("%1 % faster").arg(wanted.percentFaster));
  m_ownTime->setChecked(wanted.ownTimeOnly);
  const auto open = m_session.openTrace();
  m_ownTime->setEnabled(open != nullptr && (!open->tree().isLeaf(wanted.node) || wanted.ownTimeOnly));

  const auto result = m_session.whatIfResult();
  if (result) m_result->setText(whatIfText(*result));
  if (!result && isHidden()) m_result->clear();
  const QString how = result && result->spans > 1
                          ? tr("predicted for %1, not measured").arg(countedText(result->spans, tr("span"), tr("spans")))
                          : tr("predicted, not measured");
  m_note->setText(result ? how + tr(" · Esc goes back") : tr("replaying the trace…"));
  setAccessibleDescription(m_result->text());
}

void WhatIfStrip::showSubject(const WhatIf& wanted) {
  const auto open = m_session.openTrace();
  if (open == nullptr) return;
  const QString name = shortened(spanName(open->tree(), wanted.node));
  const QString service = shortened(serviceText(open->tree(), wanted.node));
  if (wanted.scope == WhatIf::Scope::Fix) {
    m_subject->setText(tr("this finding were fixed: %1 of %2").arg(name, service));
    return;
  }
  const QStringList scopes{tr("this span: %1").arg(name), tr("every %1 of %2 in this trace").arg(name, service)};
  if (m_scope->count() != 2 || m_scope->itemText(0) != scopes[0] || m_scope->itemText(1) != scopes[1]) {
    m_scope->clear();
    m_scope->addItems(scopes);
  }
  m_scope->setCurrentIndex(wanted.scope == WhatIf::Scope::Operation ? 1 : 0);
  m_scope->setToolTip(plainToolTip(m_scope->currentText()));
}

void WhatIfStrip::ask() {
  if (m_follows || !m_session.whatIf()) return;
  WhatIf wanted = *m_session.whatIf();
  wanted.scope = m_scope->currentIndex() == 1 ? WhatIf::Scope::Operation : WhatIf::Scope::Span;
  wanted.percentFaster = m_slider->value();
  wanted.ownTimeOnly = m_ownTime->isChecked();
  m_session.setWhatIf(wanted);
}

void WhatIfStrip::appear() {
  m_hadFocus = QApplication::focusWidget();
  setVisible(true);
  if (m_slider->isVisibleTo(this)) m_slider->setFocus(Qt::OtherFocusReason);
}

void WhatIfStrip::vanish() {
  if (isHidden()) return;
  const QWidget* focused = QApplication::focusWidget();
  const bool hasFocus = focused == nullptr || isAncestorOf(focused);
  hide();
  if (hasFocus && m_hadFocus != nullptr) m_hadFocus->setFocus(Qt::OtherFocusReason);
}

}  // namespace waybill::ui
