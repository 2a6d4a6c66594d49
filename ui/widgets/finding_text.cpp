// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/finding_text.h"

#include <QCoreApplication>

#include "base/utf8.h"

namespace waybill::ui {
namespace {

constexpr size_t kLongestText = 600;  // bytes; sentences hold names of any length

QString plain(const std::string& text) {
  return QString::fromStdString(printable(text, kLongestText));
}

}  // namespace

QString findingTooltip(const analysis::Finding& finding, size_t rank) {
  QString text = QCoreApplication::translate("FindingText", "Finding %1: %2")
                     .arg(QString::number(rank + 1), plain(finding.sentence));
  if (!finding.advice.empty()) text += QLatin1Char('\n') + plain(finding.advice);
  return text;
}

}  // namespace waybill::ui
