// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/trail_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/tree_text.h"

namespace waybill::cli {
namespace {

using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::TraceAnalysis;
using analysis::TraceTree;
using analysis::TrailStep;

constexpr size_t kSiblings = 4;          // lines beside a step of the trail
constexpr size_t kChildren = 8;          // lines under its last step
constexpr uint64_t kRepeated = 3;        // from so many calls of one operation on, they share a line
constexpr size_t kFirst = 9, kLast = 5;  // steps of a long trail that are shown

struct Line {
  uint32_t level = 0;
  std::string duration, text;
};

// Children of one span (or roots) that share a line: one, or the repeated calls of one operation.
struct Step {
  NodeIndex node;  // the first
  uint64_t calls = 1;
  int64_t totalNs = 0;
};

// What is shown of the children of one span, by start, and how many are not.
struct Steps {
  std::vector<Step> shown;
  uint64_t others = 0;
};

class StepChooser {
 public:
  // `trail` is the child that goes on the trail and keeps its own line.
  StepChooser(const TraceTree& tree, std::optional<NodeIndex> trail) : m_tree(tree), m_trail(trail) {}

  void add(NodeIndex node) {
    const auto [group, isNew] =
        m_groups.try_emplace({m_tree.service[node.value], nameId(node), node == m_trail}, m_steps.size());
    if (isNew) m_steps.push_back({});
    m_steps[group->second].push_back(node);
  }

  Steps choose(size_t count) && {
    std::vector<Step> steps;
    for (const std::vector<NodeIndex>& group : m_steps) {
      if (group.size() >= kRepeated) {
        steps.push_back({group.front(), group.size(), totalNs(group)});
      } else {
        for (const NodeIndex node : group) steps.push_back({node, 1, m_tree.durationNs(node)});
      }
    }
    return biggest(std::move(steps), count);
  }

 private:
  using Operation = std::tuple<StringId, StringId, bool>;

  StringId nameId(NodeIndex node) const { return m_tree.nameId(node); }

  // Saturates: thousands of spans that last centuries each.
  int64_t totalNs(const std::vector<NodeIndex>& group) const {
    int64_t total = 0;
    for (const NodeIndex node : group) {
      if (__builtin_add_overflow(total, m_tree.durationNs(node), &total)) return INT64_MAX;
    }
    return total;
  }

  Steps biggest(std::vector<Step> steps, size_t count) const {
    const auto bigger = [this](const Step& a, const Step& b) {
      if ((a.node == m_trail) != (b.node == m_trail)) return a.node == m_trail;
      return a.totalNs != b.totalNs ? a.totalNs > b.totalNs : a.node < b.node;
    };
    Steps result;
    if (steps.size() > count + 1) {  // a line for one other would not be shorter
      const auto end = steps.begin() + static_cast<std::ptrdiff_t>(count);
      std::nth_element(steps.begin(), end, steps.end(), bigger);
      for (auto other = end; other != steps.end(); ++other) result.others += other->calls;
      steps.erase(end, steps.end());
    }
    // Siblings stand in preorder by start.
    std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.node < b.node; });
    result.shown = std::move(steps);
    return result;
  }

  const TraceTree& m_tree;
  std::optional<NodeIndex> m_trail;
  std::map<Operation, size_t> m_groups;
  std::vector<std::vector<NodeIndex>> m_steps;
};

class TrailLines {
 public:
  TrailLines(const TraceAnalysis& trace, const Output& out)
      : m_trace(trace), m_tree(trace.tree), m_trail(trace.trail.steps), m_out(out) {}

  // Down the trail: the siblings before a step, the step; the siblings after it wait until the way up.
  std::vector<Line> all() {
    StepChooser roots(m_tree, m_trail.front().node);
    for (const NodeIndex root : m_tree.roots) roots.add(root);
    Steps beside = std::move(roots).choose(kSiblings);
    uint32_t level = 0;
    for (size_t i = 0; i < m_trail.size(); ++i) {
      open(beside, i, level);
      if (i + 1 == m_trail.size()) break;
      ++level;
      if (m_trail.size() > kFirst + kLast && i + 1 == kFirst) {
        const size_t skipped = m_trail.size() - kFirst - kLast;
        m_lines.push_back({level++, "⋮", m_out.ink(Ink::Faint, counted(skipped, "step") + " in between")});
        i += skipped;
      }
      beside = childrenOf(m_trail[i].node, m_trail[i + 1].node, kSiblings);
    }
    add(childrenOf(m_trail.back().node, std::nullopt, kChildren), level + 1);
    for (; !m_waiting.empty(); m_waiting.pop_back()) add(m_waiting.back().steps, m_waiting.back().level);
    return std::move(m_lines);
  }

 private:
  struct Waiting {
    uint32_t level;
    Steps steps;
  };

  Steps childrenOf(NodeIndex node, std::optional<NodeIndex> trail, size_t count) const {
    StepChooser children(m_tree, trail);
    m_tree.forEachChild(node, [&](NodeIndex child) { children.add(child); });
    return std::move(children).choose(count);
  }

  void open(const Steps& beside, size_t trailStep, uint32_t level) {
    const auto at = std::find_if(beside.shown.begin(), beside.shown.end(),
                                 [&](const Step& step) { return step.node == m_trail[trailStep].node; });
    for (auto before = beside.shown.begin(); before != at; ++before) add(*before, level);
    if (at == beside.shown.end()) return;
    add(*at, level, true);
    annotate(m_trail[trailStep]);
    m_waiting.push_back({level, {{at + 1, beside.shown.end()}, beside.others}});
  }

  void add(const Steps& steps, uint32_t level) {
    for (const Step& step : steps.shown) add(step, level);
    if (steps.others == 0) return;
    m_lines.push_back({level, "", m_out.ink(Ink::Faint, counted(steps.others, "shorter step"))});
  }

  void add(const Step& step, uint32_t level, bool onTrail = false) {
    std::string text = printable(analysis::operationText(m_tree, step.node));
    if (onTrail) text = m_out.ink(Ink::Strong, text);
    if (step.calls > 1) {
      text += " × " + countText(step.calls);
    } else {
      if (m_tree.has(step.node, NodeBits::kError)) text += "  " + m_out.ink(Ink::Found, "error");
      if (m_tree.has(step.node, NodeBits::kAsync))
        text += "  " + m_out.ink(Ink::Faint, "(goes on after its parent)");
      if (m_tree.has(step.node, NodeBits::kUnfinished)) text += "  " + m_out.ink(Ink::Faint, "(unfinished)");
    }
    m_lines.push_back({level, durationText(step.totalNs), std::move(text)});
  }

  void annotate(const TrailStep& step) {
    const std::optional<NodeIndex> culprit = m_trace.trail.culprit;
    if (step.foundIt) {
      m_lines.back().text += "  " + m_out.ink(Ink::Found, "← found it");
    } else if (step.slow && culprit) {
      m_lines.back().text +=
          "  " +
          m_out.ink(Ink::Slow, "← slow because of " + printable(analysis::operationText(m_tree, *culprit)));
    }
  }

  const TraceAnalysis& m_trace;
  const TraceTree& m_tree;
  const analysis::TrailSteps& m_trail;
  const Output& m_out;
  std::vector<Line> m_lines;
  std::vector<Waiting> m_waiting;
};

// By line: whether it is the last of its level under its parent.
std::vector<bool> lastOfTheirLevel(const std::vector<Line>& lines) {
  std::vector<bool> last(lines.size()), follows;
  for (size_t i = lines.size(); i-- > 0;) {
    follows.resize(lines[i].level + 1);
    last[i] = !follows[lines[i].level];
    follows[lines[i].level] = true;
  }
  return last;
}

}  // namespace

void printTrail(const TraceAnalysis& trace, Output& out) {
  const std::vector<Line> lines = TrailLines(trace, out).all();
  const std::vector<bool> last = lastOfTheirLevel(lines);
  size_t width = 0;
  for (const Line& line : lines) width = std::max(width, columns(line.duration));
  TreeText tree;
  for (size_t i = 0; i < lines.size(); ++i) {
    out << "  " << rightAligned(lines[i].duration, width) << "  " << tree.prefix(lines[i].level, last[i])
        << lines[i].text << "\n";
  }
}

}  // namespace waybill::cli
