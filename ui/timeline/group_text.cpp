// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/group_text.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

#include "base/time_text.h"
#include "layout/group_bar.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

using layout::GroupIndex;
using layout::SiblingGroup;
using layout::SiblingGroups;

constexpr uint32_t kMostLookedAt = 4096;

QString tr(const char* text) {
  return QCoreApplication::translate("SiblingGroup", text);
}

QString duration(int64_t ns) {
  return QString::fromStdString(durationText(ns));
}

QString count(uint64_t number) {
  return QString::fromStdString(countText(number));
}

}  // namespace

Matches matchesIn(const std::vector<uint32_t>& matches, const SiblingGroups& groups, GroupIndex group) {
  if (matches.empty()) return {};
  const uint32_t size = groups.memberSize(group);
  const uint32_t first = groups.member(group, 0).value;
  const uint32_t end = groups.member(group, groups[group].count - 1).value + size;
  const auto from = std::lower_bound(matches.begin(), matches.end(), first);
  const auto to = std::lower_bound(from, matches.end(), end);
  if (groups.isRun(group)) return {static_cast<uint32_t>(to - from), false};
  Matches out;
  uint32_t looked = 0;
  for (auto at = from; at != to; ++at) {
    if (++looked > kMostLookedAt) {
      out.isLeast = true;
      break;
    }
    if (groups.groupOf(analysis::NodeIndex(*at)) == group) ++out.count;
  }
  return out;
}

QString groupOperation(const analysis::TraceTree& tree, const SiblingGroups& groups, GroupIndex group) {
  // Three are looked at: names of one operation differ by ids, which differ from member to member.
  const QString first = spanName(tree, groups.member(group, 0));
  qsizetype common = first.size();
  for (const analysis::NodeIndex node : {groups.member(group, groups[group].count - 1), groups[group].longest}) {
    const QString other = spanName(tree, node);
    const auto differs = std::mismatch(first.begin(), first.end(), other.begin(), other.end());
    if (differs.first == first.end() && differs.second == other.end()) continue;
    common = std::min(common, static_cast<qsizetype>(differs.first - first.begin()));
  }
  if (common == first.size()) return first;
  // Back to where the word, or the number, begins.
  while (common > 0 && first[common - 1].isLetterOrNumber()) --common;
  return first.left(common) + QChar(0x2026);
}

QString groupCount(const SiblingGroup& group) {
  return QChar(0x00d7) + count(group.count);
}

QString groupFigures(const SiblingGroups& groups, GroupIndex group, const std::vector<uint32_t>& matches,
                     bool withErrors) {
  const SiblingGroup& siblings = groups[group];
  QString out = tr("sum %1, p95 %2").arg(duration(siblings.sumNs), duration(siblings.p95Ns));
  if (const uint32_t errors = groups.errors(group, 0, siblings.count); errors > 0 && withErrors)
    out += QStringLiteral(", ") + countLabel(errors, "error", "errors");
  if (const Matches found = matchesIn(matches, groups, group); found.count > 0) {
    out += QStringLiteral(", ") + tr(found.isLeast ? "%1 or more found" : "%1 found").arg(count(found.count));
  }
  return out;
}

QString groupTooltip(const session::OpenTrace& trace, GroupIndex group) {
  const SiblingGroups& groups = *trace.siblings;
  const analysis::TraceTree& tree = trace.tree();
  const SiblingGroup& siblings = groups[group];
  const analysis::NodeIndex first = groups.nodeAt(siblings.place);
  const int64_t startNs = tree.startNs[first.value];
  QStringList lines;
  lines << groupCount(siblings) + QLatin1Char(' ') + groupOperation(tree, groups, group) << serviceText(tree, first);
  lines << tr("sum: %1 within %2").arg(exactLabel(siblings.sumNs),
                                       exactLabel(layout::groupEndNs(tree, groups, group) - startNs));
  lines << tr("95 % take %1 or less, the longest %2")
               .arg(exactLabel(siblings.p95Ns), exactLabel(tree.durationNs(siblings.longest)));
  lines << tr("start: +%1").arg(exactLabel(startNs - trace.bounds.startNs));
  if (const uint32_t size = groups.memberSize(group); size > 1)
    lines << tr("each with %1 below").arg(countLabel(size - 1, "span", "spans"));
  if (const uint32_t errors = groups.errors(group, 0, siblings.count); errors > 0)
    lines << QStringLiteral("▲ ") + countLabel(errors, "error", "errors");
  lines << (groups.isOnPath(group) ? tr("on the critical path, some or all of them") : tr("not on the critical path"));
  return lines.join(QLatin1Char('\n'));
}

QString groupName(const session::OpenTrace& trace, GroupIndex group) {
  const SiblingGroup& siblings = (*trace.siblings)[group];
  const analysis::NodeIndex first = trace.siblings->nodeAt(siblings.place);
  return tr("%1 times %2, %3")
      .arg(count(siblings.count), groupOperation(trace.tree(), *trace.siblings, group), serviceText(trace.tree(), first));
}

QString groupDescription(const session::OpenTrace& trace, GroupIndex group) {
  const SiblingGroups& groups = *trace.siblings;
  QStringList parts{groupFigures(groups, group, {})};
  const analysis::NodeIndex first = groups.nodeAt(groups[group].place);
  parts << tr("starts at %1").arg(duration(trace.tree().startNs[first.value] - trace.bounds.startNs));
  if (groups.isOnPath(group)) parts << tr("on the critical path");
  return parts.join(QStringLiteral(", "));
}

}  // namespace waybill::ui
