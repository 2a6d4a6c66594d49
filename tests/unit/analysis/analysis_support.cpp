// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis_support.h"

#include <stdexcept>

namespace waybill::test {

using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::SegmentKind;

NodeIndex nodeOf(const analysis::TraceTree& tree, std::string_view name) {
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (tree.name(NodeIndex(i)) == name) return NodeIndex(i);
  }
  throw std::invalid_argument("no span " + std::string(name));
}

std::string shapeOf(const analysis::TraceTree& tree) {
  constexpr std::pair<uint16_t, const char*> kMarks[] = {
      {NodeBits::kOrphan, "?"},    {NodeBits::kAdopted, "^"},  {NodeBits::kAsync, "~"},
      {NodeBits::kDetached, "!"},  {NodeBits::kCutCycle, "%"}, {NodeBits::kSharedId, "="},
      {NodeBits::kUnfinished, "…"}};
  std::string out;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (i > 0) {
      const uint32_t before = tree.depth[i - 1], now = tree.depth[i];
      out += now > before ? "(" : std::string(before - now, ')') + " ";
    }
    out += tree.name(NodeIndex(i));
    for (const auto& [bit, mark] : kMarks) {
      if (tree.has(NodeIndex(i), bit)) out += mark;
    }
  }
  return tree.size() == 0 ? out : out + std::string(tree.depth.back(), ')');
}

std::string pathText(const analysis::TraceTree& tree, const analysis::CriticalPath& path) {
  const int64_t start = tree.startNs[tree.primaryRoot.value];
  const auto ms = [&](int64_t ns) {
    std::string text = std::to_string(static_cast<double>(ns - start) / 1e6);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  };
  std::string out;
  for (const auto& segment : path.segments) {
    if (!out.empty()) out += " | ";
    out += std::string(tree.name(segment.node)) + " " + ms(segment.startNs) + ".." + ms(segment.endNs);
    if (segment.kind == SegmentKind::Edge) out += " edge";
    if (segment.kind == SegmentKind::External) out += " external";
    if (segment.kind == SegmentKind::SelfConcurrent) out += " beside";
    if (segment.other) out += " " + std::string(tree.name(*segment.other));
  }
  return out;
}

}  // namespace waybill::test
