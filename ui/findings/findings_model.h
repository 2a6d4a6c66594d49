// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QString>
#include <vector>

#include "analysis/finding.h"

namespace waybill::ui {

// The findings of the open trace, best first. GUI thread.
class FindingsModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role { SortRole = Qt::UserRole, AdviceRole, SavingRole, ConfidenceRole };

  using QAbstractListModel::QAbstractListModel;

  void setFindings(std::vector<analysis::Finding> findings);
  const std::vector<analysis::Finding>& findings() const { return m_findings; }

  int rowCount(const QModelIndex& parent = {}) const final;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const final;

 private:
  std::vector<analysis::Finding> m_findings;
};

// "−120 ms", "up to −140 ms", "−3.2 s until done" where only what goes on after the response is done sooner; empty when a
// fix saves nothing.
QString savingText(const analysis::Finding& finding);

// "sure", "likely", "a guess".
QString confidenceText(analysis::Confidence confidence);

// "Slow dependency".
QString titleText(const analysis::Finding& finding);

// For the clipboard: one finding, plain or as an item of a Markdown list.
QString findingAsText(const analysis::Finding& finding, int number);
QString findingAsMarkdown(const analysis::Finding& finding);

}  // namespace waybill::ui
