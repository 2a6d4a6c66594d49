// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/findings/findings_model.h"

#include <utility>

#include "analysis/registry.h"
#include "base/time_text.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {

constexpr size_t kLongestText = 2000;  // bytes of a sentence or advice; they hold names of any length

QString sentenceOf(const analysis::Finding& finding) {
  return lineText(finding.sentence, kLongestText);
}

// With the names of the smaller findings that it explains as well.
QString adviceOf(const analysis::Finding& finding) {
  const QString advice = lineText(finding.advice, kLongestText);
  const QString more = fromUtf8(analysis::alsoExplainsText(finding));
  return more.isEmpty() ? advice : advice + QLatin1Char(' ') + more;
}

// Of the response, or where that gains nothing, of what goes on after it.
int64_t savedNs(const analysis::Finding& finding) {
  return finding.savingNs > 0 ? finding.savingNs : finding.endToEndSavingNs;
}

// A predicted time in two digits, which is all that it is worth; a bound is a time that was measured.
QString savedText(const analysis::Finding& finding) {
  const int64_t ns = savedNs(finding);
  return QString::fromStdString(finding.savingIsUpperBound ? durationText(ns) : analysis::aboutText(ns));
}

QString savingSentence(const analysis::Finding& finding) {
  if (finding.savingNs > 0) {
    return (finding.savingIsUpperBound ? FindingsModel::tr("A fix saves at most %1 of the request, end to end.")
                                       : FindingsModel::tr("A fix saves about %1 of the request, end to end."))
        .arg(savedText(finding));
  }
  return (finding.savingIsUpperBound
              ? FindingsModel::tr("The response gains nothing; all that the request set off is done up to %1 sooner.")
              : FindingsModel::tr("The response gains nothing; all that the request set off is done about %1 sooner."))
      .arg(savedText(finding));
}

// "−120 ms, sure"
QString savingAndConfidence(const analysis::Finding& finding) {
  const QString saving = savingText(finding), confidence = confidenceText(finding.confidence);
  return saving.isEmpty() ? confidence : saving + QStringLiteral(", ") + confidence;
}

}  // namespace

void FindingsModel::setFindings(std::vector<analysis::Finding> findings) {
  beginResetModel();
  m_findings = std::move(findings);
  endResetModel();
}

int FindingsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_findings.size());
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const analysis::Finding& finding = m_findings[static_cast<size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return sentenceOf(finding);
    case SortRole:
      return qlonglong{finding.savingNs};
    case AdviceRole:
      return adviceOf(finding);
    case SavingRole:
      return savingText(finding);
    case ConfidenceRole:
      return confidenceText(finding.confidence);
    case Qt::AccessibleTextRole:
      return tr("Finding %1: %2 %3 (%4)")
          .arg(QString::number(index.row() + 1), sentenceOf(finding), adviceOf(finding),
               savingAndConfidence(finding));
    case Qt::ToolTipRole: {
      QString tip = sentenceOf(finding) + QStringLiteral("\n\n") + adviceOf(finding);
      if (savedNs(finding) > 0) tip += QStringLiteral("\n\n") + savingSentence(finding);
      return plainToolTip(tip);
    }
    default:
      return {};
  }
}

QString savingText(const analysis::Finding& finding) {
  if (savedNs(finding) <= 0) return {};
  QString saving = QStringLiteral("−") + savedText(finding);
  if (finding.savingNs <= 0) saving = FindingsModel::tr("%1 until done").arg(saving);
  return finding.savingIsUpperBound ? FindingsModel::tr("up to %1").arg(saving) : saving;
}

QString confidenceText(analysis::Confidence confidence) {
  switch (confidence) {
    case analysis::Confidence::High:
      return FindingsModel::tr("sure");
    case analysis::Confidence::Medium:
      return FindingsModel::tr("likely");
    case analysis::Confidence::Low:
      return FindingsModel::tr("a guess");
  }
  return {};
}

QString titleText(const analysis::Finding& finding) {
  return QString::fromUtf8(finding.title.data(), static_cast<qsizetype>(finding.title.size()));
}

QString findingAsText(const analysis::Finding& finding, int number) {
  return QStringLiteral("%1. %2 (%3)\n   %4\n")
      .arg(QString::number(number), sentenceOf(finding), savingAndConfidence(finding), adviceOf(finding));
}

QString findingAsMarkdown(const analysis::Finding& finding) {
  return QStringLiteral("1. **%1** (%2)  \n   %3\n")
      .arg(markdownText(sentenceOf(finding)), savingAndConfidence(finding), markdownText(adviceOf(finding)));
}

}  // namespace waybill::ui
