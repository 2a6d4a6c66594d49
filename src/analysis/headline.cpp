// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "analysis/trail.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

int decimalsFor(double value) {
  return value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
}

// "140 of 155 ms": one unit for both where the whole has a single one.
std::string partOfWholeText(int64_t partNs, int64_t wholeNs) {
  const std::string whole = durationText(wholeNs);
  const size_t blank = whole.find(' ');
  const std::string unit = whole.substr(blank + 1);
  const double unitNs = unit == "ns" ? 1 : unit == "µs" ? 1e3 : unit == "ms" ? 1e6 : unit == "s" ? 1e9 : 0;
  if (unitNs == 0) return durationText(partNs) + " of " + whole;
  const double part = static_cast<double>(partNs) / unitNs;
  const int decimals =
      unit == "ns" ? 0 : std::min(decimalsFor(part), decimalsFor(static_cast<double>(wholeNs) / unitNs));
  return decimalText(part, part < 1 ? 2 : decimals) + " of " + whole;
}

std::string shareText(int64_t partNs, int64_t wholeNs, const std::string& where) {
  return percentText(partNs, wholeNs) + " of this request was spent " + where + " (" +
         partOfWholeText(partNs, wholeNs) + ")";
}

std::string betweenText(const TraceTree& tree, NodeIndex client, NodeIndex server) {
  if (tree.service[client.value] == tree.service[server.value]) {
    return "between " + operationText(tree, client) + " and " + operationText(tree, server);
  }
  return "between " + printable(tree.serviceName(client), 60) + " and " +
         printable(tree.serviceName(server), 60);
}

std::string culpritText(const TraceTree& tree, const Trail& trail, int64_t wholeNs) {
  const NodeIndex culprit = *trail.culprit;
  const std::string operation = operationText(tree, culprit);
  if (trail.culpritKind == SegmentKind::Edge && trail.culpritOther) {
    return shareText(trail.culpritNs, wholeNs, betweenText(tree, culprit, *trail.culpritOther)) + ".";
  }
  if (trail.culpritIsSpreadBelow) {
    return shareText(trail.culpritNs, wholeNs, "in " + operation + " and the steps below it") +
           "; no single one carries half of that.";
  }
  if (culprit == tree.primaryRoot && trail.culpritKind == SegmentKind::Self) {
    return shareText(trail.culpritNs, wholeNs, "in " + operation + " itself") + ".";
  }
  return shareText(trail.culpritNs, wholeNs, "in " + operation) + ".";
}

}  // namespace

std::string headline(const TraceTree& tree, const Trail& trail) {
  if (tree.size() == 0) return "This trace has no spans.";
  const int64_t wholeNs = tree.durationNs(tree.primaryRoot);
  const std::string root = operationText(tree, tree.primaryRoot);
  if (wholeNs == 0 || !trail.largest)
    return root + " has no duration of its own: there is nothing to explain.";
  if (tree.size() == 1)
    return "This trace is a single span: " + root + " took " + durationText(wholeNs) + ".";

  const LargestOperation& largest = *trail.largest;
  const bool inManyCalls = largest.calls > 1 && largest.ns >= wholeNs - largest.ns;
  if (inManyCalls && (!trail.culprit || trail.culpritIsSpreadBelow)) {
    return shareText(largest.ns, wholeNs,
                     "in " + countText(largest.calls) + " calls of " + operationText(tree, largest.example)) +
           ".";
  }
  if (trail.culprit) return culpritText(tree, trail, wholeNs);
  return "The time is spread over " + countText(trail.spreadOver) + " steps; the largest is " +
         operationText(tree, largest.example) + " (" + percentText(largest.ns, wholeNs) + ").";
}

}  // namespace waybill::analysis
