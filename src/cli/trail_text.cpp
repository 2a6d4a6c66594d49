// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/trail_text.h"

#include <algorithm>
#include <optional>

#include "base/time_text.h"
#include "cli/tree_text.h"

namespace waybill::cli {
namespace {

using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::TraceAnalysis;
using analysis::TraceTree;
using analysis::TrailStep;

constexpr size_t kSiblings = 4;           // shown beside a step of the trail
constexpr size_t kChildren = 8;           // shown under its last step
constexpr size_t kFirst = 12, kLast = 6;  // steps of a long trail that are shown

struct Line {
  uint32_t level = 0;
  std::string duration, text;
};

// Some of the children of one span (or of the roots), by start: the biggest, and the one that must be among
// them.
struct Steps {
  std::vector<NodeIndex> shown;
  uint64_t others = 0;
};

Steps biggest(const TraceTree& tree, std::vector<NodeIndex> steps, size_t count,
              std::optional<NodeIndex> must) {
  if (steps.size() <= count + 1) return {std::move(steps), 0};  // a line for one other is not shorter
  const auto bigger = [&](NodeIndex a, NodeIndex b) {
    if ((a == must) != (b == must)) return a == must;
    const int64_t left = tree.durationNs(a), right = tree.durationNs(b);
    return left != right ? left > right : a < b;
  };
  const auto end = steps.begin() + static_cast<std::ptrdiff_t>(count);
  std::nth_element(steps.begin(), end, steps.end(), bigger);
  Steps result{{steps.begin(), end}, steps.size() - count};
  std::sort(result.shown.begin(), result.shown.end());  // preorder is by start among siblings
  return result;
}

std::vector<NodeIndex> childrenOf(const TraceTree& tree, NodeIndex node) {
  std::vector<NodeIndex> children;
  tree.forEachChild(node, [&](NodeIndex child) { children.push_back(child); });
  return children;
}

class TrailLines {
 public:
  TrailLines(const TraceAnalysis& trace, const Output& out)
      : m_trace(trace), m_tree(trace.tree), m_steps(trace.trail.steps), m_out(out) {}

  std::vector<Line> all() {
    // Down: a step, the siblings before it; what comes after it waits until the way up.
    Steps beside = biggest(m_tree, m_tree.roots, kSiblings, m_steps.front().node);
    uint32_t level = 0;
    for (size_t i = 0; i < m_steps.size(); ++i) {
      open(beside, i, level);
      if (i + 1 == m_steps.size()) break;
      ++level;
      if (m_steps.size() > kFirst + kLast && i + 1 == kFirst) {
        const size_t skipped = m_steps.size() - kFirst - kLast;
        m_lines.push_back({level++, "⋮", m_out.ink(Ink::Faint, counted(skipped, "step") + " in between")});
        i += skipped;
      }
      beside = biggest(m_tree, childrenOf(m_tree, m_steps[i].node), kSiblings, m_steps[i + 1].node);
    }
    const Steps children = biggest(m_tree, childrenOf(m_tree, m_steps.back().node), kChildren, std::nullopt);
    for (const NodeIndex child : children.shown) addPlain(child, level + 1);
    addOthers(children, level + 1);
    while (!m_waiting.empty()) {
      const Waiting& waiting = m_waiting.back();
      for (const NodeIndex node : waiting.steps.shown) addPlain(node, waiting.level);
      addOthers(waiting.steps, waiting.level);
      m_waiting.pop_back();
    }
    return std::move(m_lines);
  }

 private:
  struct Waiting {
    uint32_t level;
    Steps steps;
  };

  void open(const Steps& beside, size_t step, uint32_t level) {
    const auto at = std::find(beside.shown.begin(), beside.shown.end(), m_steps[step].node);
    for (auto before = beside.shown.begin(); before != at; ++before) addPlain(*before, level);
    addStep(m_steps[step], level);
    m_waiting.push_back(
        {level, {{at == beside.shown.end() ? at : at + 1, beside.shown.end()}, beside.others}});
  }

  std::string nameOf(NodeIndex node) const {
    std::string text = m_out.ink(Ink::Strong, plain(analysis::operationText(m_tree, node)));
    if (m_tree.has(node, NodeBits::kError)) text += "  " + m_out.ink(Ink::Found, "error");
    if (m_tree.has(node, NodeBits::kAsync))
      text += "  " + m_out.ink(Ink::Faint, "(goes on after its parent)");
    if (m_tree.has(node, NodeBits::kUnfinished)) text += "  " + m_out.ink(Ink::Faint, "(unfinished)");
    return text;
  }

  void addPlain(NodeIndex node, uint32_t level) {
    m_lines.push_back({level, durationText(m_tree.durationNs(node)), nameOf(node)});
  }

  void addStep(const TrailStep& step, uint32_t level) {
    addPlain(step.node, level);
    const std::optional<NodeIndex> culprit = m_trace.trail.culprit;
    if (step.foundIt) {
      m_lines.back().text += "  " + m_out.ink(Ink::Found, "← found it");
    } else if (step.slow && culprit) {
      m_lines.back().text +=
          "  " +
          m_out.ink(Ink::Slow, "← slow because of " + plain(analysis::operationText(m_tree, *culprit)));
    }
  }

  void addOthers(const Steps& steps, uint32_t level) {
    if (steps.others == 0) return;
    m_lines.push_back({level, "", m_out.ink(Ink::Faint, countText(steps.others) + " shorter steps")});
  }

  const TraceAnalysis& m_trace;
  const TraceTree& m_tree;
  const std::vector<TrailStep>& m_steps;
  const Output& m_out;
  std::vector<Line> m_lines;
  std::vector<Waiting> m_waiting;
};

// By line: whether another line of its level follows before one of a higher level.
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
  for (const Line& line : lines) width = std::max(width, line.duration.size());
  TreeText tree;
  for (size_t i = 0; i < lines.size(); ++i) {
    out << "  " << rightAligned(lines[i].duration, width) << "  " << tree.prefix(lines[i].level, last[i])
        << lines[i].text << "\n";
  }
}

}  // namespace waybill::cli
