// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/live_panel.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>

#include "base/time_text.h"
#include "ui/live/live_clients_model.h"
#include "ui/live/live_settings_form.h"
#include "ui/live/live_text.h"
#include "ui/live/snippet_box.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

using State = session::Live::State;

constexpr int kRowHeight = 29, kMostRows = 6;

QString countersText(const session::LiveStatus& status) {
  const auto number = [](quint64 count) { return QString::fromStdString(countText(count)); };
  QStringList parts{countedText(status.spans, LivePanel::tr("span"), LivePanel::tr("spans")) +
                    LivePanel::tr(" in ") +
                    countedText(status.traces, LivePanel::tr("trace"), LivePanel::tr("traces"))};
  parts << LivePanel::tr("%1 spans/s").arg(number(static_cast<quint64>(status.spansPerSecond)));
  parts << countedText(status.requests, LivePanel::tr("request"), LivePanel::tr("requests"));
  parts << LivePanel::tr("%1 refused").arg(number(status.refused));
  parts << LivePanel::tr("%1 on disk").arg(QString::fromStdString(bytesText(status.captureBytes)));
  if (status.droppedSpans > 0)
    parts << LivePanel::tr("%1 spans dropped by the limits").arg(number(status.droppedSpans));
  if (status.otherSignals > 0) {
    parts << LivePanel::tr("%1 exports of metrics, logs or profiles, not kept")
                 .arg(number(status.otherSignals));
  }
  if (status.forwarded + status.notForwarded > 0) {
    parts << LivePanel::tr("%1 forwarded, %2 not").arg(number(status.forwarded), number(status.notForwarded));
  }
  return parts.join(QStringLiteral(" · "));
}

}  // namespace

LivePanel::LivePanel(session::Session& session, QAction* listen, const QList<QAction*>& actions,
                     QWidget* parent)
    : QDialog(parent), m_live(session.live()), m_clients(new LiveClientsModel(this)) {
  setObjectName(QStringLiteral("livePanel"));
  setWindowTitle(tr("Live"));
  auto* content = new QWidget(this);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(20, 18, 20, 18);
  column->setSpacing(16);
  column->addWidget(buildTop(listen, actions));
  column->addWidget(new Hairline(content));
  m_snippets = new SnippetBox(content);
  column->addWidget(buildTitled(tr("Send traces here"), m_snippets));
  column->addWidget(new Hairline(content));
  column->addWidget(buildTitled(tr("Senders"), buildSenders()));
  column->addWidget(new Hairline(content));
  auto* settings = new QWidget(content);
  auto* settingsColumn = new QVBoxLayout(settings);
  settingsColumn->setContentsMargins(0, 0, 0, 0);
  m_restart =
      plainParagraph(tr("Addresses, tokens and TLS take effect at the next start."), Tone::Muted, settings);
  settingsColumn->addWidget(new LiveSettingsForm(m_live, settings));
  settingsColumn->addWidget(m_restart);
  column->addWidget(buildTitled(tr("Settings"), settings));
  column->addStretch();

  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setWidget(content);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(scroll);
  resize(780, 800);
  connect(&m_live, &session::Live::stateChanged, this, &LivePanel::showState);
  connect(&m_live, &session::Live::settingsChanged, this, &LivePanel::showState);
  connect(&m_live, &session::Live::pausedChanged, this, &LivePanel::showState);
  connect(&m_live, &session::Live::statusChanged, this, &LivePanel::showStatus);
  showState();
}

QWidget* LivePanel::buildTop(QAction* listen, const QList<QAction*>& actions) {
  auto* top = new QWidget(this);
  m_state = plainParagraph({}, Tone::Headline, top);
  m_state->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_state->setObjectName(QStringLiteral("liveState"));
  m_counters = plainParagraph({}, Tone::Muted, top);
  m_counters->setObjectName(QStringLiteral("liveCounters"));
  m_listen = new QPushButton(top);
  m_listen->setObjectName(QStringLiteral("liveListen"));
  m_listen->setProperty("primary", true);
  connect(m_listen, &QPushButton::clicked, listen, &QAction::trigger);
  m_otherPorts = new QPushButton(tr("Listen on free ports"), top);
  m_otherPorts->setObjectName(QStringLiteral("liveOtherPorts"));
  connect(m_otherPorts, &QPushButton::clicked, &m_live, &session::Live::startOnFreePorts);
  auto* first = new QHBoxLayout;
  first->addWidget(m_state, 1);
  first->addWidget(m_otherPorts);
  first->addWidget(m_listen);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(6);
  for (QAction* action : actions) {
    auto* button = new QToolButton(top);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setProperty("framed", true);
    buttons->addWidget(button);
  }
  buttons->addStretch();
  auto* column = new QVBoxLayout(top);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(8);
  column->addLayout(first);
  column->addWidget(m_counters);
  column->addLayout(buttons);
  return top;
}

QWidget* LivePanel::buildSenders() {
  m_senders = new QStackedWidget(this);
  auto* table = new QTreeView(m_senders);
  table->setObjectName(QStringLiteral("liveClients"));
  table->setAccessibleName(tr("Senders"));
  table->setProperty("table", true);
  table->setRootIsDecorated(false);
  table->setUniformRowHeights(true);
  table->setModel(m_clients);
  table->header()->setStretchLastSection(false);
  table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
  table->header()->setSectionResizeMode(LiveClientsModel::NameColumn, QHeaderView::Stretch);
  m_senders->addWidget(plainParagraph(tr("Nobody has sent anything yet."), Tone::Muted, m_senders));
  m_senders->addWidget(table);
  m_senders->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  return m_senders;
}

QWidget* LivePanel::buildTitled(const QString& title, QWidget* content) {
  auto* area = new QWidget(this);
  auto* label = new PlainLabel(Tone::Title, area);
  label->setText(title);
  auto* column = new QVBoxLayout(area);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(8);
  column->addWidget(label);
  column->addWidget(content);
  return area;
}

void LivePanel::showState() {
  const State state = m_live.state();
  const bool failed = state == State::Failed;
  const bool on = m_live.isOn();
  m_state->setText(failed                      ? m_live.failure()
                   : state == State::Listening ? tr("Listening on %1").arg(boundText(m_live))
                   : state == State::Off       ? tr("Not listening")
                                               : liveStatusText(m_live));
  m_listen->setText(on ? tr("Stop") : tr("Listen"));
  m_listen->setEnabled(on || failed || state == State::Off);
  m_otherPorts->setVisible(m_live.offersFreePorts());
  m_restart->setVisible(state == State::Listening);
  m_snippets->setTarget(snippetTarget(m_live));
  showStatus();
}

void LivePanel::showStatus() {
  const session::LiveStatus& status = m_live.status();
  m_counters->setText(status.problem.isEmpty()
                          ? countersText(status)
                          : QStringLiteral("▲ ") + status.problem + QLatin1Char('\n') + countersText(status));
  m_counters->setVisible(m_live.snapshot() != nullptr);
  m_clients->setClients(status.clients);
  m_senders->setCurrentIndex(status.clients.isEmpty() ? 0 : 1);
  // As high as the senders need, up to some.
  const int rows = static_cast<int>(std::min<qsizetype>(status.clients.size(), kMostRows));
  m_senders->setFixedHeight(rows == 0 ? m_senders->currentWidget()->sizeHint().height()
                                      : kRowHeight * (rows + 1) + 6);
}

}  // namespace waybill::ui
