// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/waiting_page.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/live/live_text.h"
#include "ui/live/snippet_box.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
WaitingPage::WaitingPage(session::Session& session, QWidget* parent)
    : QWidget(parent), m_live(session.live()) {
  setObjectName(QStringLiteral("waiting"));
  auto* column = new QWidget(this);
  column->setMaximumWidth(kSnippetPageWidth);
  m_title = new PlainLabel(Tone::Headline, column);
  m_title->setObjectName(QStringLiteral("waitingTitle"));
  m_title->setFont(largerFont(m_title->font()));
  m_about = plainParagraph({}, Tone::Muted, column);
  m_about->setObjectName(QStringLiteral("waitingAbout"));
  m_snippets = new SnippetBox(column);
  auto* layout = new QVBoxLayout(column);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addStretch(2);
  layout->addWidget(m_title);
  layout->addWidget(m_about);
  layout->addSpacing(18);
  layout->addWidget(m_snippets);
  layout->addStretch(3);
  auto* across = new QHBoxLayout(this);
  across->setContentsMargins(32, 24, 32, 24);
  across->addStretch(1);
  across->addWidget(column, 1000);
  across->addStretch(1);
  for (const auto signal :
       {&session::Live::stateChanged, &session::Live::statusChanged, &session::Live::settingsChanged}) {
    connect(&m_live, signal, this, &WaitingPage::update);
  }
  update();
}

void WaitingPage::update() {
  const bool following = m_live.state() == session::Live::State::Following;
  const session::LiveStatus& status = m_live.status();
  m_snippets->setVisible(!following);
  m_snippets->setTarget(snippetTarget(m_live));
  if (following) {
    m_title->setText(tr("Waiting for the first span in %1").arg(QFileInfo(m_live.followedFile()).fileName()));
    m_about->setText(tr("Traces appear as soon as a whole line or message with spans has been written."));
    return;
  }
  m_title->setText(tr("Waiting for the first span"));
  QString about = tr("Listening on %1. Start a program with these lines, and its traces appear here.")
                      .arg(boundText(m_live));
  if (status.requests + status.refused + status.otherSignals > 0) {
    about += QLatin1Char(' ') + tr("So far: %1 without spans, %2 refused, %3 with metrics, logs or profiles.")
                                    .arg(countedText(status.requests, tr("request"), tr("requests")))
                                    .arg(status.refused)
                                    .arg(status.otherSignals);
  }
  m_about->setText(about);
}

}  // namespace waybill::ui
