// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/diagnostics/diagnostics_view.h"

#include <QHeaderView>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/diagnostics/diagnostics_model.h"
#include "ui/diagnostics/files_model.h"
#include "ui/theme/controls.h"
#include "ui/widgets/table.h"

namespace waybill::ui {
namespace {

// A heading over a table.
void addHeading(QVBoxLayout& layout, const QString& text, QWidget* parent) {
  auto* label = new PlainLabel(Tone::Title, parent);
  label->setText(text);
  label->setIndent(4);
  layout.addSpacing(14);
  layout.addWidget(label);
  layout.addSpacing(6);
}

// No higher than its rows: what stands below it follows at once.
void fitHeight(QTreeView& table) {
  const int rows = table.model()->rowCount();
  const int rowHeight = rows > 0 ? table.sizeHintForRow(0) : 0;
  const qint64 wanted =
      table.header()->sizeHint().height() + qint64{rows} * rowHeight + table.fontMetrics().height();
  table.setMaximumHeight(static_cast<int>(std::min<qint64>(wanted, QWIDGETSIZE_MAX)));
}

}  // namespace

DiagnosticsView::DiagnosticsView(session::Session& session, QWidget* parent)
    : View(session, parent), m_diagnostics(new DiagnosticsModel(this)), m_files(new FilesModel(this)) {
  setObjectName(QStringLiteral("diagnostics"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(12, 0, 12, 12);
  layout->setSpacing(0);
  addHeading(*layout, tr("What was odd"), this);
  m_pages = new QStackedWidget(this);
  m_oddTable = new Table(*m_diagnostics, QStringLiteral("diagnosticsTable"), m_pages);
  m_oddTable->setAccessibleName(tr("What was odd"));
  setWidths(*m_oddTable, {62, 9, 15, 30});
  m_empty = plainParagraph({}, Tone::Muted, m_pages);
  m_empty->setObjectName(QStringLiteral("diagnosticsEmpty"));
  m_empty->setAlignment(Qt::AlignLeft | Qt::AlignTop);
  m_empty->setMargin(4);
  m_pages->addWidget(m_oddTable);
  m_pages->addWidget(m_empty);
  layout->addWidget(m_pages, 1);

  m_fileArea = new QWidget(this);
  auto* fileLayout = new QVBoxLayout(m_fileArea);
  fileLayout->setContentsMargins(0, 0, 0, 0);
  fileLayout->setSpacing(0);
  addHeading(*fileLayout, tr("Files"), m_fileArea);
  m_fileTable = new Table(*m_files, QStringLiteral("filesTable"), m_fileArea);
  m_fileTable->setAccessibleName(tr("Files"));
  setWidths(*m_fileTable, {30, 22, 14, 11, 15});
  fileLayout->addWidget(m_fileTable, 1);
  fileLayout->addStretch();
  layout->addWidget(m_fileArea, 1);
  layout->addStretch();

  connect(&session, &session::Session::snapshotChanged, this, &DiagnosticsView::showDiagnostics);
  connect(&session, &session::Session::openTraceChanged, this, &DiagnosticsView::showDiagnostics);
  connect(&session, &session::Session::loadFinished, this, &DiagnosticsView::showFiles);
  connect(&session, &session::Session::loadingChanged, this, &DiagnosticsView::showFiles);
  showDiagnostics();
  showFiles();
}

QWidget* DiagnosticsView::focusTarget() {
  return m_oddTable;
}

void DiagnosticsView::showDiagnostics() {
  const auto open = session().openTrace();
  m_diagnostics->setDiagnostics(session().snapshot()->diagnostics(),
                                open != nullptr ? &open->tree().diagnostics : nullptr);
  const bool any = m_diagnostics->rowCount() > 0;
  m_empty->setText(session().openFiles().isEmpty() ? tr("No files are open.")
                                                   : tr("Nothing odd in these files."));
  m_pages->setCurrentWidget(any ? static_cast<QWidget*>(m_oddTable) : m_empty);
  fitHeight(*m_oddTable);
  m_pages->setMaximumHeight(any ? m_oddTable->maximumHeight() : m_empty->sizeHint().height());
}

void DiagnosticsView::showFiles() {
  const auto& load = session().lastLoad();
  m_fileArea->setVisible(load.has_value() && !load->files.empty());
  if (session().isLoading()) return;  // comes many times a second, and there is nothing new
  m_files->setFiles(load ? load->files : std::vector<ingest::LoadedFile>());
  fitHeight(*m_fileTable);
  showDiagnostics();
}

}  // namespace waybill::ui
