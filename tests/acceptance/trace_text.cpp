// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/trace_text.h"

#include <array>

#include "otlp/span_view.h"

namespace waybill::acceptance {
namespace {

constexpr std::array<const char*, 6> kKinds{"UNSPECIFIED", "INTERNAL", "SERVER",
                                            "CLIENT",      "PRODUCER", "CONSUMER"};

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

}  // namespace

std::string traceText(const analysis::TraceTree& tree) {
  std::string out;
  const int64_t start = tree.startNs[tree.primaryRoot.value];
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const analysis::NodeIndex node(i);
    const otlp::SpanView span = tree.snapshot->span(tree.row[i]);
    char times[80];
    std::snprintf(times, sizeof times, " %lld..%lldus ",
                  static_cast<long long>((tree.startNs[i] - start) / 1000),
                  static_cast<long long>((tree.endNs[i] - start) / 1000));
    out += std::string(2 * tree.depth[i], ' ') + std::string(tree.serviceName(node)) + " " +
           quoted(tree.name(node)) + times + kKinds[static_cast<size_t>(tree.kind(node))];
    if (tree.has(node, analysis::NodeBits::kError)) out += " error";
    if (tree.has(node, analysis::NodeBits::kOrphan)) out += " parent=99";
    std::string attributes;
    for (const otlp::AttributeView& attribute : span.attributes()) {
      attributes += (attributes.empty() ? "" : ", ") + std::string(attribute.key) + "=" +
                    otlp::valueText(attribute.value);
    }
    if (!attributes.empty()) out += " {" + attributes + "}";
    out += "\n";
  }
  return out;
}

}  // namespace waybill::acceptance
