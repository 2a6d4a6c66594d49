// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <optional>

#include "analysis/baselines.h"
#include "analysis/finding.h"
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

// A span above may still come, or was lost: then nothing is known of the whole request.
bool lacksRoot(const TraceTree& tree) {
  return tree.isMissing(tree.primaryRoot) || tree.has(tree.primaryRoot, NodeBits::kOrphan);
}

std::string shareText(const TraceTree& tree, int64_t partNs, int64_t wholeNs, const std::string& where) {
  return percentText(partNs, wholeNs) + (lacksRoot(tree) ? " of what has come so far" : " of this request") +
         " was spent " + where + " (" + partOfWholeText(partNs, wholeNs) + ")";
}

std::string betweenText(const TraceTree& tree, NodeIndex client, NodeIndex server) {
  if (tree.service[client.value] == tree.service[server.value]) {
    return "between " + operationText(tree, client) + " and " + operationText(tree, server);
  }
  return "between " + printable(tree.serviceName(client), 60) + " and " +
         printable(tree.serviceName(server), 60);
}

// Children that nobody waits for lie over the span's own time: it is not the span's alone in the picture.
bool isCovered(const TraceTree& tree, NodeIndex node) {
  bool any = false;
  tree.forEachChild(node, [&](NodeIndex child) {
    const bool overlaps = tree.startNs[child.value] < tree.endNs[node.value] && tree.endNs[child.value] > tree.startNs[node.value];
    any = any || (overlaps && tree.has(child, NodeBits::kAsync) && tree.durationNs(child) > 0);
  });
  return any;
}

// What follows the name of the step that spends the time itself; it must hold against the picture.
std::string_view alone(const TraceTree& tree, NodeIndex node) {
  if (tree.isPartlyUnknown(node)) return " or in a child without a known start or end";
  return isCovered(tree, node) ? ", beside steps that it does not wait for" : " itself";
}

// Calls of one operation that make up most of the request together, and none of which does alone.
bool isInManyCalls(const TraceTree& tree, const Trail& trail) {
  const LargestOperation& largest = *trail.largest;
  const bool isMost = largest.calls > 1 && largest.ns >= tree.durationNs(tree.primaryRoot) - largest.ns;
  return isMost && (!trail.culprit || trail.culpritIsSpreadBelow);
}

std::string culpritText(const TraceTree& tree, const Trail& trail, int64_t wholeNs) {
  const NodeIndex culprit = *trail.culprit;
  const std::string operation = operationText(tree, culprit);
  if (trail.culpritKind == SegmentKind::Edge && trail.culpritOther) {
    // Clocks that differ put the server outside its call: then its work is what the caller waited for.
    const bool isTheWay = edgeNs(tree, culprit, *trail.culpritOther) >= trail.culpritNs / 2;
    return shareText(tree, trail.culpritNs, wholeNs,
                     isTheWay ? betweenText(tree, culprit, *trail.culpritOther)
                              : "in " + operationText(tree, *trail.culpritOther) + ", as its caller saw it");
  }
  if (trail.culpritIsSpreadBelow) {
    return shareText(tree, trail.culpritNs, wholeNs, "in " + operation + " and the steps below it") +
           "; no single one carries half of that";
  }
  if (culprit == tree.primaryRoot && trail.culpritKind == SegmentKind::Self) {
    return shareText(tree, trail.culpritNs, wholeNs, "in " + operation + std::string(alone(tree, culprit)));
  }
  return shareText(tree, trail.culpritNs, wholeNs, "in " + operation);
}

// The operation that the headline names, by one of its spans.
std::optional<NodeIndex> headlineStep(const TraceTree& tree, const Trail& trail) {
  if (tree.size() == 1) return tree.primaryRoot;
  if (!trail.largest) return std::nullopt;
  if (isInManyCalls(tree, trail) || !trail.culprit) return trail.largest->example;
  return trail.culprit;
}

std::string sentence(const TraceTree& tree, const Trail& trail) {
  const int64_t wholeNs = tree.durationNs(tree.primaryRoot);
  if (tree.size() == 1) {
    return std::string(lacksRoot(tree) ? "Of this trace a single span has come: " : "This trace is a single span: ") +
           operationText(tree, tree.primaryRoot) + " took " + durationText(wholeNs);
  }
  const LargestOperation& largest = *trail.largest;
  if (isInManyCalls(tree, trail)) {
    return shareText(tree, largest.ns, wholeNs,
                     "in " + countText(largest.calls) + " calls of " + operationText(tree, largest.example));
  }
  if (trail.culprit) return culpritText(tree, trail, wholeNs);
  return std::string(lacksRoot(tree) ? "So far the time" : "The time") + " is spread over " +
         countText(trail.spreadOver) + " steps; the largest is " + operationText(tree, largest.example) + " (" +
         percentText(largest.ns, wholeNs) + ")";
}

std::string findingText(const Finding& finding) {
  const std::string service = printable(finding.service, 60), operation = printable(finding.operation, 100);
  const std::string place = service.empty() || operation.starts_with(service) ? operation : service + " " + operation;
  std::string title(finding.title);
  const bool isAcronym = title.size() > 1 && (title[1] == '+' || (title[1] >= 'A' && title[1] <= 'Z'));
  if (!title.empty() && !isAcronym && title[0] >= 'A' && title[0] <= 'Z') title[0] = static_cast<char>(title[0] - 'A' + 'a');
  return place + " (" + title + ")";
}

// Why the first finding is about another step.
std::string whyAnother(const Finding& first) {
  if (first.savingNs == 0 && first.endToEndSavingNs == 0) return "; what stands out is " + findingText(first);
  return "; a fix saves most in " + findingText(first);
}

bool isSameOperation(const TraceTree& tree, NodeIndex a, NodeIndex b) {
  return tree.service[a.value] == tree.service[b.value] && tree.name(a) == tree.name(b);
}

}  // namespace

bool isAboutHeadlineStep(const TraceTree& tree, const Trail& trail, const Finding& finding) {
  const auto step = headlineStep(tree, trail);
  if (!step || trail.stream) return true;
  const bool withAllBelow = trail.culprit == step && trail.culpritIsSpreadBelow;
  const auto isNamed = [&](NodeIndex node) {
    if (isSameOperation(tree, node, *step)) return true;
    return withAllBelow && node.value > step->value && node.value < tree.subtreeEnd[step->value];
  };
  return std::any_of(finding.evidence.begin(), finding.evidence.end(), [&](NodeIndex node) {
    if (isNamed(node)) return true;
    const auto server = answeringServer(tree, node);
    return server && isNamed(*server);
  });
}

std::string headline(const TraceTree& tree, const Trail& trail, const Finding* first) {
  if (tree.size() == 0) return "This trace has no spans.";
  if (tree.durationNs(tree.primaryRoot) == 0 || !trail.largest) {
    return operationText(tree, tree.primaryRoot) + " has no duration of its own: there is nothing to explain.";
  }
  if (trail.stream) {
    return operationText(tree, *trail.stream) + " is a stream: it lasted " + durationText(tree.durationNs(*trail.stream)) +
           ", as long as the two sides talked.";
  }
  const bool isAnother = first != nullptr && !isAboutHeadlineStep(tree, trail, *first);
  return sentence(tree, trail) + (isAnother ? whyAnother(*first) : std::string()) + ".";
}

}  // namespace waybill::analysis
