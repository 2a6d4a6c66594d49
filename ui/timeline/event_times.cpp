// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/event_times.h"

#include "otlp/fields.h"
#include "otlp/wire_reader.h"

namespace waybill::ui {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;

// Only the times: attributes of events may be large.
std::vector<int64_t> readTimes(std::string_view spanMessage) {
  std::vector<int64_t> out;
  otlp::forEachField(spanMessage, [&](pbf_reader& span) {
    if (span.tag() != otlp::span::kEvents || out.size() >= EventTimes::kMaxPerSpan) return span.skip();
    if (!otlp::expect(span, pbf_wire_type::length_delimited)) return;
    otlp::forEachField(otlp::view(span.get_view()), [&](pbf_reader& event) {
      if (event.tag() != otlp::event::kTime) return event.skip();
      if (otlp::expect(event, pbf_wire_type::fixed64))
        out.push_back(static_cast<int64_t>(event.get_fixed64()));
    });
  });
  return out;
}

}  // namespace

const std::vector<int64_t>& EventTimes::of(const analysis::TraceTree& tree, analysis::NodeIndex node) {
  if (const auto known = m_byNode.find(node.value); known != m_byNode.end()) return known->second;
  if (m_byNode.size() >= kMaxSpans) m_byNode.clear();
  const bool has = (tree.recordedBits(node) & store::SpanBits::kHasEvents) != 0;
  return m_byNode
      .emplace(node.value, has ? readTimes(tree.snapshot->spanMessage(tree.row[node.value])) : std::vector<int64_t>())
      .first->second;
}

}  // namespace waybill::ui
