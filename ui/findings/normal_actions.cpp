// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/findings/normal_actions.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QSettings>
#include <utility>
#include <vector>

#include "ui/findings/normal_range.h"

namespace waybill::ui {
namespace {

constexpr char kFolderKey[] = "normalFolder";

std::vector<TraceIndex> tracesOf(const session::ListedTraces& listed) {
  if (listed.traces) return *listed.traces;
  std::vector<TraceIndex> all;
  all.reserve(listed.count());
  for (uint32_t i = 0; i < listed.count(); ++i) all.emplace_back(i);
  return all;
}

}  // namespace

NormalActions::NormalActions(session::Session& session, const MakeAction& make, QWidget* window)
    : QObject(window),
      m_session(session),
      m_window(window),
      m_files(make(tr("Choose Normal Files…"), QKeySequence(tr("Ctrl+Shift+N")), [this] { chooseFiles(); })),
      m_listed(make(tr("Use the Listed Traces as Normal"), QKeySequence(tr("Ctrl+Alt+N")), [this] { chooseListed(); })),
      m_range(make(tr("Use a Time Range as Normal…"), QKeySequence(tr("Ctrl+Shift+T")), [this] { chooseRange(); })),
      m_end(make(tr("End the Comparison with Normal"), QKeySequence(tr("Ctrl+Shift+E")),
                 [this] { m_session.normal().end(); })) {
  connect(&session.normal(), &session::Normal::changed, this, &NormalActions::showState);
  connect(&session.normal(), &session::Normal::learningChanged, this, &NormalActions::showState);
  connect(&session.listing(), &session::TraceListing::listedChanged, this, &NormalActions::showState);
  connect(&session, &session::Session::snapshotChanged, this, &NormalActions::showState);
  showState();
}

void NormalActions::addTo(QMenu& menu) const {
  menu.addActions({m_files, m_listed, m_range});
  menu.addSeparator();
  menu.addAction(m_end);
}

void NormalActions::showState() {
  const bool anyTrace = m_session.snapshot()->traceCount() > 0;
  m_listed->setEnabled(anyTrace && m_session.listing().listed()->count() > 0);
  m_range->setEnabled(anyTrace);
  m_end->setEnabled(m_session.normal().usual() != nullptr || m_session.normal().isLearning());
}

void NormalActions::chooseFiles() {
  auto* dialog = new QFileDialog(m_window, tr("Choose files with normal traces"),
                                 QSettings().value(QLatin1String(kFolderKey)).toString());
  dialog->setObjectName(QStringLiteral("normalFiles"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFiles);
  connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList& files) {
    if (files.isEmpty()) return;
    QSettings().setValue(QLatin1String(kFolderKey), QFileInfo(files.front()).absolutePath());
    m_session.normal().chooseFiles(files);
  });
  dialog->open();
}

void NormalActions::chooseListed() {
  const auto listed = m_session.listing().listed();
  QString origin = openOrigin(m_session);
  if (listed->traces) origin += tr(" that match “%1”").arg(listed->filter.simplified());
  m_session.normal().chooseTraces(listed->snapshot, tracesOf(*listed), origin);
}

void NormalActions::chooseRange() {
  auto* dialog = new NormalRange(m_session, m_window);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->open();
}

}  // namespace waybill::ui
