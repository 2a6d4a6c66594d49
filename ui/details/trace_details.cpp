// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>

#include "base/time_text.h"
#include "ui/details/entry_text.h"
#include "ui/details/span_details.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {

struct Texts {
  Q_DECLARE_TR_FUNCTIONS(Details)
};

DetailSection serviceSection(const session::OpenTrace& open) {
  const analysis::TraceTree& tree = open.tree();
  DetailSection section{Texts::tr("services"), {}, false};
  for (const analysis::ServiceShare& share : open.services) {
    if (section.entries.size() == kMostEntries) break;
    QString value = QString::fromStdString(durationText(share.criticalNs)) + QStringLiteral(" · ") +
                    countedText(share.spans, Texts::tr("span"), Texts::tr("spans"));
    if (share.errors > 0)
      value += QStringLiteral(" · ▲ ") + countedText(share.errors, Texts::tr("error"), Texts::tr("errors"));
    DetailEntry entry =
        plainEntry(lineText(tree.snapshot->text(share.service)), value,
                   Texts::tr("how long the request waited for this service itself, and its spans"));
    entry.service = share.service;
    section.entries.push_back(std::move(entry));
  }
  return section;
}

}  // namespace

std::vector<DetailSection> traceDetails(const session::OpenTrace& shown) {
  const session::OpenTrace& open = shown.asMeasured();
  const analysis::TraceTree& tree = open.tree();
  const store::TraceSummary& summary = tree.snapshot->trace(tree.trace);
  DetailSection first;
  const auto add = [&first](DetailEntry entry) { first.entries.push_back(std::move(entry)); };
  add(plainEntry(Texts::tr("duration"), preciseDuration(summary.durationNs()),
                 QString::fromStdString(exactDurationText(summary.durationNs()))));
  if (const int64_t allNs = summary.endNs - summary.startNs; allNs != summary.durationNs()) {
    add(plainEntry(Texts::tr("in all"), preciseDuration(allNs),
                   Texts::tr("other spans go on after the request, or begin before")));
  }
  add(timeEntry(Texts::tr("time"), summary.startNs));
  add(plainEntry(Texts::tr("spans"), QString::fromStdString(countText(tree.spanCount()))));
  if (summary.errors > 0) {
    add(tonedEntry(
        Texts::tr("status"),
        QStringLiteral("▲ ") + countedText(summary.errors, Texts::tr("error"), Texts::tr("errors")),
        DetailTone::Error));
  }
  if (tree.roots.size() > 1) {
    add(plainEntry(Texts::tr("roots"), QString::fromStdString(countText(tree.roots.size()))));
  }
  add(plainEntry(Texts::tr("trace"), QString::fromStdString(toHex(summary.id))));

  std::vector<DetailSection> sections{std::move(first), serviceSection(open)};
  DetailSection odd{Texts::tr("diagnostics"), {}, false};
  for (const Diagnostic& entry : tree.diagnostics.entries()) {
    odd.entries.push_back(plainEntry(QStringLiteral("× ") + QString::fromStdString(countText(entry.count)),
                                     lineText(diagnosticMeaning(entry.kind)), lineText(entry.example)));
  }
  if (!odd.entries.empty()) sections.push_back(std::move(odd));
  return sections;
}

}  // namespace waybill::ui
