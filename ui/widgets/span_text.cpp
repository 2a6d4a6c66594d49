// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/span_text.h"

#include <QCoreApplication>
#include <QStringList>
#include <QTextDocument>
#include <QToolTip>
#include <algorithm>

#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::ui {
namespace {

using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::TraceTree;

QString tr(const char* text) {
  return QCoreApplication::translate("SpanText", text);
}

QString plain(std::string_view text) {
  return QString::fromStdString(printable(text));
}

QString share(int64_t part, int64_t whole) {
  return QString::fromStdString(percentText(part, whole));
}

// What is odd about the span, a sentence each.
QStringList oddities(const TraceTree& tree, NodeIndex node) {
  QStringList out;
  if (tree.isMissing(node)) out << tr("Not in the trace: several spans name it as their parent.");
  if (tree.has(node, NodeBits::kMirror)) out << tr("It measures the wait for a sibling once more.");
  if (tree.has(node, NodeBits::kNoStart)) out << tr("No start was recorded.");
  if (tree.has(node, NodeBits::kUnfinished)) out << tr("Unfinished: no end was recorded.");
  if (tree.has(node, NodeBits::kOrphan)) {
    out << (tree.has(node, NodeBits::kAdopted) ? tr("Its parent is missing; shown under the span around it.")
                                               : tr("Its parent is not in this trace."));
  }
  if (tree.has(node, NodeBits::kNegative)) out << tr("It ended before it started.");
  if (tree.has(node, NodeBits::kDetached)) {
    out << tr("It ran wholly outside its parent.");
  } else if (tree.has(node, NodeBits::kAsync)) {
    out << (isAsyncElsewhere(tree, node)
                ? tr("In other traces it outlives its parent: nobody waits for it, here too.")
                : tr("It went on after its parent had ended: nobody waited for it."));
  }
  if (tree.has(node, NodeBits::kCutCycle)) out << tr("Its parents formed a circle; it was cut here.");
  if (tree.has(node, NodeBits::kSharedId)) out << tr("Another span has the same id.");
  return out;
}

// A prediction says so, and what was measured.
void addMeasured(QStringList& lines, const session::OpenTrace& trace, NodeIndex node) {
  if (!trace.isPrediction()) return;
  const TraceTree& measured = trace.measured->tree();
  lines << tr("predicted; measured: %1 from +%2")
               .arg(exactLabel(measured.durationNs(node)),
                    exactLabel(measured.startNs[node.value] - trace.bounds.startNs));
}

int64_t requestNs(const TraceTree& tree) {
  return tree.durationNs(tree.primaryRoot);
}

}  // namespace

bool isAsyncElsewhere(const TraceTree& tree, NodeIndex node) {
  const uint32_t parent = tree.parent[node.value];
  return parent != TraceTree::kNone && tree.endNs[node.value] <= tree.endNs[parent];
}

QString spanName(const TraceTree& tree, NodeIndex node) {
  const std::string_view name = tree.name(node);
  return name.empty() ? tr("(no name)") : plain(name);
}

QString serviceText(const TraceTree& tree, NodeIndex node) {
  return plain(tree.serviceName(node));
}

QString durationLabel(const TraceTree& tree, NodeIndex node) {
  return QString::fromStdString(durationText(tree.durationNs(node)));
}

QString exactLabel(int64_t ns) {
  QString text = QString::fromStdString(exactDurationText(ns));
  const qsizetype unit = text.lastIndexOf(QLatin1Char(' '));
  const qsizetype point = text.lastIndexOf(QLatin1Char('.'));
  if (point < 0 || unit < point) return text;
  qsizetype end = unit;
  while (text[end - 1] == QLatin1Char('0')) --end;
  if (end == point + 1) end = point;
  return text.remove(end, unit - end);
}

QString countLabel(uint64_t count, const char* one, const char* many) {
  return QString::fromStdString(countText(count)) + QLatin1Char(' ') + tr(count == 1 ? one : many);
}

QString spanTooltip(const session::OpenTrace& trace, NodeIndex node, uint32_t folded) {
  const TraceTree& tree = trace.tree();
  const auto& analysis = *trace.analysis;
  QStringList lines;
  if (folded > 1) lines << tr("%1 here; the longest:").arg(countLabel(folded, "span", "spans"));
  lines << spanName(tree, node) << serviceText(tree, node);
  lines << tr("duration: %1, %2 of the request")
               .arg(exactLabel(tree.durationNs(node)), share(tree.durationNs(node), requestNs(tree)));
  lines << tr("start: +%1").arg(exactLabel(tree.startNs[node.value] - trace.bounds.startNs));
  addMeasured(lines, trace, node);
  lines << tr("self: %1").arg(exactLabel(analysis.selfNs[node.value]));
  const int64_t onPath = analysis.path.totalNs[node.value];
  lines << (onPath > 0
                ? tr("on the critical path: %1, %2").arg(exactLabel(onPath), share(onPath, requestNs(tree)))
                : tr("not on the critical path"));
  if (const uint32_t below = tree.subtreeEnd[node.value] - node.value - 1; below > 0) {
    const uint32_t errors = trace.gantt->errorsIn(node.value + 1, tree.subtreeEnd[node.value]);
    QString line = tr("%1 below").arg(countLabel(below, "span", "spans"));
    if (errors > 0) line += tr(", %1").arg(countLabel(errors, "error", "errors"));
    lines << line;
  }
  if (tree.has(node, NodeBits::kError)) lines << tr("▲ error");
  lines << oddities(tree, node);
  return lines.join(QLatin1Char('\n'));
}

QString spanDescription(const session::OpenTrace& trace, NodeIndex node) {
  const TraceTree& tree = trace.tree();
  QStringList parts;
  parts << tr("duration %1").arg(durationLabel(tree, node));
  parts << tr("starts at %1")
               .arg(QString::fromStdString(durationText(tree.startNs[node.value] - trace.bounds.startNs)));
  parts << (tree.has(node, NodeBits::kError) ? tr("status error") : tr("no error"));
  if (trace.analysis->path.totalNs[node.value] > 0) parts << tr("on the critical path");
  parts << oddities(tree, node);
  return parts.join(QStringLiteral(", "));
}

void showPlainTooltip(const QPoint& globalPosition, const QString& text, QWidget* owner, const QRect& area) {
  // A tooltip guesses whether its text is HTML; escaped, it need not guess.
  QToolTip::showText(globalPosition, Qt::convertFromPlainText(text, Qt::WhiteSpaceNormal), owner, area);
}

}  // namespace waybill::ui
