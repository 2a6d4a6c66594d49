// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/file_summary.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>

#include "base/time_text.h"

namespace waybill::ui {
namespace {

QString counted(uint64_t count, const QString& one, const QString& many) {
  return QString::fromStdString(countText(count)) + QLatin1Char(' ') + (count == 1 ? one : many);
}

uint64_t total(const Diagnostics& diagnostics) {
  uint64_t sum = 0;
  for (const Diagnostic& entry : diagnostics.entries()) sum += entry.count;
  return sum;
}

QString formatText(const session::Session& session) {
  const auto& report = session.lastLoad();
  if (!report || report->files.size() != 1) return {};
  const auto& file = report->files.front();
  QString format = QString::fromStdString(file.formatTitle);
  if (!file.container.empty() && file.container != "none") {
    format += QStringLiteral(", ") + QString::fromStdString(file.container);
  }
  return format;
}

}  // namespace

FileSummary::FileSummary(session::Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(10, 0, 10, 0);
  m_contents = new QLabel(this);
  m_contents->setObjectName(QStringLiteral("fileSummary"));
  m_contents->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  m_oddities = new QLabel(this);
  for (QLabel* label : {m_contents, m_oddities}) label->setTextFormat(Qt::PlainText);
  row->addWidget(m_contents, 1);
  row->addWidget(m_oddities);
  for (const auto signal : {&session::Session::snapshotChanged, &session::Session::loadFinished,
                            &session::Session::loadingChanged, &session::Session::openTraceChanged}) {
    connect(&session, signal, this, &FileSummary::update);
  }
}

QString FileSummary::title(const session::Session& session) {
  const QStringList files = session.openFiles();
  if (session.isShowingLive()) return tr("Live");
  if (files.isEmpty()) return {};
  const QString first = QFileInfo(files.front()).fileName();
  return files.size() == 1 ? first : tr("%1 and %2 more").arg(first).arg(files.size() - 1);
}

void FileSummary::update() {
  const auto snapshot = m_session.snapshot();
  QStringList parts;
  // What is received is counted beside it, with the state of the endpoint.
  const bool live = m_session.isShowingLive() && m_session.live().isOn();
  if (const QString name = title(m_session); !name.isEmpty() && !live) parts << name;
  if (const QString format = formatText(m_session); !format.isEmpty()) parts << format;
  if (snapshot->spanCount() > 0 && !live) {
    parts << tr("%1 in %2").arg(counted(snapshot->spanCount(), tr("span"), tr("spans")),
                                counted(snapshot->traceCount(), tr("trace"), tr("traces")));
  }
  m_contents->setText(parts.join(QStringLiteral(" · ")));

  uint64_t odd = total(snapshot->diagnostics());
  if (const auto open = m_session.openTrace()) odd += total(open->tree().diagnostics);
  m_oddities->setText(odd == 0 ? QString()
                               : tr("%1, see Diagnostics").arg(counted(odd, tr("oddity"), tr("oddities"))));
}

}  // namespace waybill::ui
