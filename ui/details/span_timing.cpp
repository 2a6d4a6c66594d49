// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/span_timing.h"

#include <QCoreApplication>
#include <algorithm>
#include <string>
#include <utility>

#include "analysis/streams.h"
#include "base/time_text.h"
#include "ui/details/entry_text.h"
#include "ui/details/usual_entry.h"
#include "ui/theme/controls.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::TraceAnalysis;
using analysis::TraceTree;

struct Texts {
  Q_DECLARE_TR_FUNCTIONS(Details)
};

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

DetailEntry statusEntry(const otlp::SpanView& span, otlp::StatusCode status) {
  const QString message = lineText(span.statusMessage, kShownBytes);
  const QString name = lineText(otlp::statusName(status));
  const QString whole = message.isEmpty() ? name : name + QStringLiteral("  ") + message;
  if (status == otlp::StatusCode::Error) {
    return tonedEntry(Texts::tr("status"), QStringLiteral("▲ ") + whole, DetailTone::Error);
  }
  return tonedEntry(Texts::tr("status"), whole,
                    status == otlp::StatusCode::Unset ? DetailTone::Muted : DetailTone::Plain);
}

// What the tree found odd about the span, in words.
void addNotes(std::vector<DetailEntry>& entries, const TraceTree& tree, NodeIndex node) {
  const std::pair<uint16_t, QString> notes[] = {
      {NodeBits::kUnfinished, Texts::tr("no end time was recorded: shown until its last descendant ends")},
      {NodeBits::kNoStart, Texts::tr("no start time was recorded: shown from its first descendant's start")},
      {NodeBits::kMirror, Texts::tr("it measures the wait for a sibling once more: it has no time of its own")},
      {NodeBits::kNegative, Texts::tr("it ended before it started: shown without duration")},
      {NodeBits::kStartsEarly, Texts::tr("it starts before its parent: clocks differ")},
      {NodeBits::kAsync, isAsyncElsewhere(tree, node)
                             ? Texts::tr("in other traces it outlives its parent: nobody waits for it, here too")
                             : Texts::tr("it went on after its parent had ended: nobody waited for its end")},
      {NodeBits::kDetached, Texts::tr("it lies wholly outside its parent")},
      {NodeBits::kAdopted, Texts::tr("its parent is missing: shown under the span around it")},
      {NodeBits::kCutCycle, Texts::tr("its parent is its own descendant: the circle was cut here")},
      {NodeBits::kSharedId, Texts::tr("another span has the same id")}};
  for (const auto& [bit, note] : notes) {
    if (tree.has(node, bit)) entries.push_back(tonedEntry(Texts::tr("note"), note, DetailTone::Muted));
  }
  if (tree.has(node, NodeBits::kOrphan) && !tree.has(node, NodeBits::kAdopted)) {
    entries.push_back(
        tonedEntry(Texts::tr("note"), Texts::tr("its parent is not in this trace"), DetailTone::Muted));
  }
  const auto copied = std::lower_bound(tree.copies.begin(), tree.copies.end(), std::pair(node, uint32_t{0}));
  if (copied == tree.copies.end() || copied->first != node) return;
  const QString note = Texts::tr("received %1 times, shown once").arg(text(countText(uint64_t{copied->second} + 1)));
  entries.push_back(tonedEntry(Texts::tr("copies"), note, DetailTone::Muted));
}

// Above all that was measured, while a prediction is shown.
void addPrediction(std::vector<DetailEntry>& entries, const session::OpenTrace& open, NodeIndex node) {
  if (!open.isPrediction()) return;
  const TraceTree& tree = open.tree();
  // At a glance: more digits would be more than a prediction is worth.
  const int64_t startNs = tree.startNs[node.value] - tree.startNs[tree.primaryRoot.value];
  entries.push_back(tonedEntry(
      Texts::tr("predicted"),
      Texts::tr("%1, start %2%3").arg(text(durationText(tree.durationNs(node))), startNs < 0 ? QString() : QStringLiteral("+"),
                                      text(durationText(startNs))),
      DetailTone::Number));
  entries.back().tip = Texts::tr("with what if; everything below is what was measured");
}

// The recorded time beside the one that is shown.
void addClock(std::vector<DetailEntry>& entries, const TraceTree& tree, NodeIndex node) {
  if (tree.clocks == nullptr) return;
  const analysis::HostClock* host = tree.clocks->of(*tree.snapshot, tree.row[node.value]);
  if (host == nullptr || host->aheadNs == 0) return;
  entries.push_back(timeEntry(Texts::tr("adjusted time"), tree.startNs[node.value]));
  entries.push_back(tonedEntry(Texts::tr("clock"), text(analysis::clockText(*host)), DetailTone::Muted));
  entries.back().tip = Texts::tr("taken off this span's times in the pictures; “time” is what was recorded");
}

}  // namespace

DetailSection spanTiming(const session::OpenTrace& open, NodeIndex node, const otlp::SpanView& span) {
  const TraceAnalysis& analysis = *open.asMeasured().analysis;
  const TraceTree& tree = analysis.tree;
  DetailSection section;
  addPrediction(section.entries, open, node);
  const int64_t whole = tree.durationNs(tree.primaryRoot);
  QString duration = preciseDuration(tree.durationNs(node));
  if (node != tree.primaryRoot && whole > 0) {
    duration += QStringLiteral(" · ") + text(percentText(tree.durationNs(node), whole));
  }
  section.entries.push_back(plainEntry(
      Texts::tr("duration"), duration,
      Texts::tr("%1, and its share of the request").arg(text(exactDurationText(tree.durationNs(node))))));
  if (analysis::isStream(tree, node, analysis.population.get())) {
    section.entries.push_back(tonedEntry(Texts::tr("stream"), Texts::tr("stands for a conversation, not for work"),
                                         DetailTone::Muted));
    section.entries.back().tip = Texts::tr("it lasts as long as somebody listens: that is no reason for a slow request");
  }
  if (auto usual = usualEntry(analysis, node)) section.entries.push_back(std::move(*usual));
  const int64_t self = analysis.selfNs[node.value], critical = analysis.path.totalNs[node.value];
  section.entries.push_back(plainEntry(
      Texts::tr("self · critical"),
      text(durationText(self)) + QStringLiteral(" · ") + text(durationText(critical)),
      Texts::tr("self: no child was running (%1)\ncritical: the request waited for it or its children (%2)")
          .arg(text(exactDurationText(self)), text(exactDurationText(critical)))));
  section.entries.push_back(plainEntry(
      Texts::tr("start"), offsetText(tree.startNs[tree.primaryRoot.value], tree.startNs[node.value]),
      Texts::tr("from the start of the request")));
  const SpanRow row = tree.row[node.value];
  // Where no start was recorded, the one that is shown.
  const bool isRecorded = !tree.has(node, NodeBits::kNoStart) && !tree.isMissing(node);
  section.entries.push_back(timeEntry(
      Texts::tr("time"), isRecorded ? tree.snapshot->spans().startNs(row) : tree.startNs[node.value]));
  addClock(section.entries, tree, node);
  section.entries.push_back(statusEntry(span, tree.status(node)));
  if (tree.isMissing(node)) {
    section.entries.push_back(tonedEntry(
        Texts::tr("note"), Texts::tr("it is not in the trace: several spans name it as their parent"), DetailTone::Muted));
  } else if (span.message().empty()) {
    section.entries.push_back(tonedEntry(Texts::tr("note"),
                                         Texts::tr("its bytes can no longer be read: the file has changed"),
                                         DetailTone::Error));
  }
  addNotes(section.entries, tree, node);
  return section;
}

}  // namespace waybill::ui
