// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/timeline_svg.h"

#include <algorithm>

#include "analysis/templates.h"
#include "base/time_text.h"
#include "report/html.h"

namespace waybill::report {
namespace {

using analysis::NodeIndex;
using analysis::TraceAnalysis;
using analysis::TraceTree;

// Pixels of the drawing's own grid; the page scales it.
constexpr int kWidth = 1000, kLabelWidth = 330, kRowHeight = 18, kBarHeight = 12, kIndent = 9;
constexpr uint32_t kDeepestIndent = 14;
constexpr size_t kLabelColumns = 46;

class Chosen {
 public:
  explicit Chosen(const TraceTree& tree) : m_tree(tree), m_isChosen(tree.size()) {}

  // The node and its ancestors, as long as there is room; of a way that is too long its end.
  void add(NodeIndex node) {
    for (uint32_t at = node.value; at != TraceTree::kNone && !m_isChosen[at]; at = m_tree.parent[at]) {
      if (m_nodes.size() == kMostTimelineRows) return;
      m_isChosen[at] = true;
      m_nodes.emplace_back(at);
    }
  }
  bool full() const { return m_nodes.size() == kMostTimelineRows; }
  std::vector<NodeIndex> inOrder() {
    std::sort(m_nodes.begin(), m_nodes.end());
    return std::move(m_nodes);
  }

 private:
  const TraceTree& m_tree;
  std::vector<bool> m_isChosen;
  std::vector<NodeIndex> m_nodes;
};

// The page's x of moments in the primary root's time.
class Scale {
 public:
  explicit Scale(const TraceTree& tree, const std::vector<NodeIndex>& nodes) {
    m_from = tree.startNs[tree.primaryRoot.value];
    m_to = tree.endNs[tree.primaryRoot.value];
    for (const NodeIndex node : nodes) {
      m_from = std::min(m_from, tree.startNs[node.value]);
      m_to = std::max(m_to, tree.endNs[node.value]);
    }
  }
  double x(int64_t ns) const {
    const double whole = std::max(1.0, static_cast<double>(m_to) - static_cast<double>(m_from));
    return kLabelWidth + (static_cast<double>(ns) - static_cast<double>(m_from)) / whole * (kWidth - kLabelWidth - 4);
  }

 private:
  int64_t m_from = 0, m_to = 0;
};

std::string number(double value) { return decimalText(value, 1); }

std::string rect(std::string_view attributes, double x, double y, double width, double height) {
  std::string out = "<rect ";
  out.append(attributes);
  return out + " x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(std::max(0.8, width)) +
         "\" height=\"" + number(height) + "\"";
}

std::string cutText(std::string text, size_t columns) {
  size_t shown = 0, at = 0;
  while (at < text.size() && shown < columns) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    ++shown;
  }
  return at == text.size() ? text : text.substr(0, at) + "…";
}

// Services keep their hue from page to page.
std::string fillOf(std::string_view service) {
  return "fill=\"hsl(" + std::to_string(analysis::stableHash(service) % 360) + " 55% 62%)\"";
}

std::string rowSvg(const TraceAnalysis& trace, NodeIndex node, size_t row, const Scale& scale) {
  const TraceTree& tree = trace.tree;
  const double y = static_cast<double>(row) * kRowHeight;
  const uint32_t indent = std::min(tree.depth[node.value], kDeepestIndent);
  const std::string name = analysis::operationText(tree, node);
  std::string out = "<text x=\"" + std::to_string(indent * kIndent) + "\" y=\"" + number(y + 13) + "\">" +
                    htmlEscaped(cutText(name, kLabelColumns - indent)) + "</text>";
  const double x = scale.x(tree.startNs[node.value]);
  std::string attributes = fillOf(tree.serviceName(node)) + " rx=\"2\"";
  if (tree.has(node, analysis::NodeBits::kError)) attributes += " class=\"error\"";
  out += rect(attributes, x, y + 2, scale.x(tree.endNs[node.value]) - x, kBarHeight) + "><title>" +
         htmlEscaped(name) + " · " + durationText(tree.durationNs(node)) + "</title></rect>\n";
  return out;
}

}  // namespace

std::vector<NodeIndex> timelineNodes(const TraceAnalysis& trace) {
  const TraceTree& tree = trace.tree;
  Chosen chosen(tree);
  if (tree.size() == 0) return {};
  chosen.add(tree.primaryRoot);
  for (const auto& step : trace.trail.steps) chosen.add(step.node);
  for (const auto& finding : trace.findings) chosen.add(finding.evidence.front());
  std::vector<NodeIndex> heavy;
  for (uint32_t i = 0; i < tree.size(); ++i) heavy.emplace_back(i);
  const auto& self = trace.path.selfNs;
  const size_t looked = std::min(heavy.size(), kMostTimelineRows);
  std::partial_sort(heavy.begin(), heavy.begin() + static_cast<ptrdiff_t>(looked), heavy.end(),
                    [&](NodeIndex a, NodeIndex b) {
                      return self[a.value] != self[b.value] ? self[a.value] > self[b.value] : a < b;
                    });
  for (size_t i = 0; i < looked && !chosen.full(); ++i) chosen.add(heavy[i]);
  return chosen.inOrder();
}

std::string timelineSvg(const TraceAnalysis& trace) {
  const TraceTree& tree = trace.tree;
  const std::vector<NodeIndex> nodes = timelineNodes(trace);
  if (nodes.empty()) return {};
  const Scale scale(tree, nodes);
  const size_t height = nodes.size() * kRowHeight + 4;
  std::string out = "<svg class=\"timeline\" role=\"img\" viewBox=\"0 0 " + std::to_string(kWidth) + " " +
                    std::to_string(height) + "\" xmlns=\"http://www.w3.org/2000/svg\">\n";
  const auto rowOf = [&](NodeIndex node) -> std::optional<size_t> {
    const auto found = std::lower_bound(nodes.begin(), nodes.end(), node);
    if (found == nodes.end() || *found != node) return std::nullopt;
    return static_cast<size_t>(found - nodes.begin());
  };
  for (size_t row = 0; row < nodes.size(); ++row) out += rowSvg(trace, nodes[row], row, scale);
  trace.path.segments.forEach([&](const analysis::PathSegment& segment) {
    const auto row = rowOf(segment.node);
    if (!row) return;
    const double x = scale.x(segment.startNs);
    out += rect("class=\"path\"", x, static_cast<double>(*row) * kRowHeight + 12, scale.x(segment.endNs) - x, 3) + "/>";
  });
  for (size_t i = trace.findings.size(); i-- > 0;) {  // the best last, on top
    const auto row = rowOf(trace.findings[i].evidence.front());
    if (!row) continue;
    const std::string y = number(static_cast<double>(*row) * kRowHeight + 8);
    out += "<circle class=\"badge\" cx=\"" + std::to_string(kLabelWidth - 14) + "\" cy=\"" + y +
           "\" r=\"8\"/><text class=\"number\" text-anchor=\"middle\" x=\"" + std::to_string(kLabelWidth - 14) +
           "\" y=\"" + number(static_cast<double>(*row) * kRowHeight + 12) + "\">" + std::to_string(i + 1) + "</text>";
  }
  out += "</svg>\n";
  if (nodes.size() < tree.size()) {
    out += "<p class=\"facts\">" + countText(tree.size() - nodes.size()) +
           " more spans are not drawn; they matter less to how long this took.</p>\n";
  }
  return out;
}

}  // namespace waybill::report
