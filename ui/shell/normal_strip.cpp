// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/normal_strip.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr int kBarSteps = 1000, kBarWidth = 200;

}  // namespace

NormalStrip::NormalStrip(session::Session& session, QWidget* parent)
    : Strip(parent),
      m_session(session),
      m_text(new PlainLabel(Tone::Normal, this)),
      m_progress(new QProgressBar(this)),
      m_cancel(new QPushButton(tr("Cancel"), this)),
      m_end(new QPushButton(tr("End"), this)) {
  setObjectName(QStringLiteral("normalStrip"));
  m_text->setObjectName(QStringLiteral("normalText"));
  m_progress->setRange(0, kBarSteps);
  m_progress->setTextVisible(false);
  m_progress->setFixedWidth(kBarWidth);
  m_progress->setAccessibleName(tr("Learning what is normal"));
  m_cancel->setObjectName(QStringLiteral("normalCancel"));
  m_cancel->setToolTip(tr("Learn no further; what was compared with what stays as it was"));
  m_end->setObjectName(QStringLiteral("normalEnd"));
  m_end->setToolTip(tr("Compare the open traces with each other again (Ctrl+Shift+E)"));
  m_end->setAccessibleName(tr("End the comparison with normal"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 5, 8, 6);
  row->setSpacing(12);
  row->addWidget(m_text, 1);
  row->addWidget(m_progress);
  row->addWidget(m_cancel);
  row->addWidget(m_end);
  connect(m_cancel, &QPushButton::clicked, &session.normal(), &session::Normal::cancel);
  connect(m_end, &QPushButton::clicked, &session.normal(), &session::Normal::end);
  connect(&session.normal(), &session::Normal::changed, this, &NormalStrip::update);
  connect(&session.normal(), &session::Normal::learningChanged, this, &NormalStrip::update);
  connect(&session, &session::Session::populationChanged, this, &NormalStrip::update);
  connect(&session, &session::Session::openTraceChanged, this, &NormalStrip::update);
  hide();
}

QColor NormalStrip::edge() const { return theme().accent; }

void NormalStrip::update() {
  const session::Normal& normal = m_session.normal();
  const bool isLearning = normal.isLearning();
  m_progress->setVisible(isLearning);
  m_cancel->setVisible(isLearning);
  m_end->setVisible(!isLearning);
  if (isLearning) {
    showLearning(normal);
  } else {
    showChosen(normal);
  }
  setVisible(isLearning || normal.usual() != nullptr);
}

void NormalStrip::showLearning(const session::Normal& normal) {
  m_text->setText(tr("Learning what is normal from the traces %1…").arg(normal.learningOrigin()));
  m_text->setToolTip({});
  m_progress->setValue(static_cast<int>(normal.progress() * kBarSteps));
}

void NormalStrip::showChosen(const session::Normal& normal) {
  if (normal.usual() == nullptr) return;
  // Until the open trace has been explained by it, that is not said.
  const auto open = m_session.openTrace();
  const analysis::Population* known = open == nullptr ? nullptr : open->analysis->population.get();
  const bool isCompared = known != nullptr && known->usual == normal.usual();
  m_text->setText((isCompared || open == nullptr ? tr("Compared with normal: %1") : tr("Comparing with normal: %1…"))
                      .arg(normal.text()));
  m_text->setToolTip(plainToolTip(normal.text() + u'\n' +
                                  tr("What is usual is learned from these traces alone. It stays so when you open "
                                     "other traces or files, until you end it.")));
}

}  // namespace waybill::ui
