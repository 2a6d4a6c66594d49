// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QString>
#include <memory>

#include "analysis/trace_analysis.h"

namespace waybill::ui {

// The findings of the open trace, best first. GUI thread.
class FindingsModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { SortRole = Qt::UserRole, AdviceRole, SavingRole, ConfidenceRole };

  using QAbstractListModel::QAbstractListModel;

  void setAnalysis(std::shared_ptr<const analysis::TraceAnalysis> analysis);  // null for none
  const analysis::TraceAnalysis* analysis() const { return m_analysis.get(); }

  int rowCount(const QModelIndex& parent = {}) const final;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const final;

 private:
  std::shared_ptr<const analysis::TraceAnalysis> m_analysis;
};

// "−119 ms", "up to −140 ms"; empty when a fix saves nothing.
QString savingText(const analysis::Finding& finding);

// "sure", "likely", "a guess".
QString confidenceText(analysis::Confidence confidence);

// For the clipboard: one finding, plain or as an item of a Markdown list.
QString findingAsText(const analysis::Finding& finding, int number);
QString findingAsMarkdown(const analysis::Finding& finding);

}  // namespace waybill::ui
