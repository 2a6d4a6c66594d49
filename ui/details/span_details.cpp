// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/span_details.h"

#include <QCoreApplication>
#include <algorithm>
#include <limits>
#include <map>
#include <string>

#include "base/time_text.h"
#include "otlp/json_text.h"
#include "otlp/span_view.h"
#include "ui/details/entry_text.h"
#include "ui/details/span_timing.h"
#include "ui/details/value_format.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {

using analysis::NodeIndex;
using analysis::TraceTree;

struct Texts {
  Q_DECLARE_TR_FUNCTIONS(Details)
};

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

int64_t clampedTime(uint64_t unixNs) {
  return static_cast<int64_t>(std::min(unixNs, static_cast<uint64_t>(std::numeric_limits<int64_t>::max())));
}

DetailSection idSection(const TraceTree& tree, NodeIndex node, const otlp::SpanView& span) {
  const TraceId trace = tree.snapshot->trace(tree.trace).id;
  DetailSection section{Texts::tr("ids"), {}, false};
  // As the sender wrote them; the span table's where the bytes are gone.
  const auto idOr = [](std::string_view bytes, const std::string& known) {
    return bytes.empty() ? text(known) : lineText(otlp::idText(bytes));
  };
  section.entries.push_back(plainEntry(Texts::tr("trace"), idOr(span.traceId, toHex(trace))));
  section.entries.push_back(plainEntry(Texts::tr("span"), idOr(span.spanId, toHex(tree.spanId(node)))));
  if (const SpanId above = tree.parentId(node); above.valid()) {
    DetailEntry parent = plainEntry(Texts::tr("parent"), idOr(span.parentSpanId, toHex(above)));
    parent.target = DetailTarget{trace, above};
    parent.tip = Texts::tr("Select the parent");
    section.entries.push_back(std::move(parent));
  }
  if (span.flags != 0) {
    QStringList words;
    words << ((span.flags & 1) != 0 ? Texts::tr("sampled") : Texts::tr("not sampled"));
    if ((span.flags & otlp::kFlagHasIsRemote) != 0) {
      words << ((span.flags & otlp::kFlagIsRemote) != 0 ? Texts::tr("parent in another process")
                                                        : Texts::tr("parent in the same process"));
    }
    section.entries.push_back(
        plainEntry(Texts::tr("flags"),
                   QStringLiteral("0x%1 · ").arg(span.flags, 0, 16) + words.join(QStringLiteral(", "))));
  }
  if (!span.traceState.empty()) {
    section.entries.push_back(plainEntry(Texts::tr("trace state"), lineText(span.traceState, kShownBytes)));
  }
  const std::pair<uint32_t, QString> dropped[] = {{span.droppedAttributes, Texts::tr("attributes")},
                                                  {span.droppedEvents, Texts::tr("events")},
                                                  {span.droppedLinks, Texts::tr("links")}};
  for (const auto& [count, what] : dropped) {
    if (count == 0) continue;
    section.entries.push_back(tonedEntry(Texts::tr("dropped"),
                                         Texts::tr("%1 %2, by the sender").arg(text(countText(count)), what),
                                         DetailTone::Muted));
  }
  return section;
}

// http.request.method stands under "http" as request.method; keys without a dot stand first.
void addAttributeSections(std::vector<DetailSection>& sections, const otlp::SpanView& span) {
  std::vector<otlp::AttributeView> attributes = span.attributes();
  const size_t leftOut = attributes.size() > kMostEntries ? attributes.size() - kMostEntries : 0;
  attributes.resize(attributes.size() - leftOut);
  std::stable_sort(attributes.begin(), attributes.end(),
                   [](const otlp::AttributeView& a, const otlp::AttributeView& b) { return a.key < b.key; });
  std::map<std::string, DetailSection> groups;
  for (const otlp::AttributeView& attribute : attributes) {
    const size_t dot = attribute.key.find('.');
    const bool grouped = dot != std::string_view::npos && dot > 0 && dot + 1 < attribute.key.size();
    const std::string_view group = grouped ? attribute.key.substr(0, dot) : std::string_view();
    DetailSection& section = groups[std::string(group)];
    if (section.entries.empty()) section.title = grouped ? lineText(group, 80) : Texts::tr("attributes");
    section.entries.push_back(
        attributeEntry(lineText(grouped ? attribute.key.substr(dot + 1) : attribute.key), attribute));
  }
  for (auto& [name, section] : groups) sections.push_back(std::move(section));
  if (leftOut > 0) sections.push_back({Texts::tr("attributes"), {leftOutEntry(leftOut)}, false});
}

void addEvents(std::vector<DetailSection>& sections, const otlp::SpanView& span, int64_t spanStartNs) {
  std::vector<otlp::EventView> events = span.events();
  if (events.empty()) return;
  const size_t leftOut = events.size() > kMostEntries ? events.size() - kMostEntries : 0;
  events.resize(events.size() - leftOut);
  DetailSection section{Texts::tr("events"), {}, false};
  for (otlp::EventView& event : events) {
    const int64_t at = clampedTime(event.timeNs);
    const bool exception = event.name == "exception";
    DetailEntry line =
        plainEntry(event.timeNs == 0 ? Texts::tr("no time") : offsetText(spanStartNs, at),
                   event.name.empty() ? Texts::tr("(no name)") : lineText(event.name), text(isoTimeText(at)));
    if (exception) {
      line.tone = DetailTone::Error;
      line.text = QStringLiteral("▲ ") + line.text;
    }
    section.entries.push_back(std::move(line));
    const uint32_t dropped = event.droppedAttributes;
    for (DetailEntry& entry : attributeEntries(std::move(event.attributes), true)) {
      const QString prefix = QStringLiteral("exception.");
      if (exception && entry.key.startsWith(prefix)) entry.key = entry.key.mid(prefix.size());
      section.entries.push_back(std::move(entry));
    }
    if (dropped > 0) {
      section.entries.push_back(tonedEntry(
          Texts::tr("dropped"), Texts::tr("%1 attributes, by the sender").arg(text(countText(dropped))),
          DetailTone::Muted));
      section.entries.back().indented = true;
    }
  }
  if (leftOut > 0) section.entries.push_back(leftOutEntry(leftOut));
  sections.push_back(std::move(section));
}

void addLinks(std::vector<DetailSection>& sections, const otlp::SpanView& span, TraceId here) {
  std::vector<otlp::LinkView> links = span.links();
  if (links.empty()) return;
  const size_t leftOut = links.size() > kMostEntries ? links.size() - kMostEntries : 0;
  links.resize(links.size() - leftOut);
  DetailSection section{Texts::tr("links"), {}, false};
  for (otlp::LinkView& link : links) {
    const auto trace = traceIdFromBytes(link.traceId);
    const auto spanId = spanIdFromBytes(link.spanId);
    const bool sameTrace = trace && *trace == here;
    const QString traceText = lineText(otlp::idText(link.traceId)),
                  spanText = lineText(otlp::idText(link.spanId));
    DetailEntry line =
        plainEntry(sameTrace ? Texts::tr("in this trace") : Texts::tr("trace %1…").arg(traceText.left(8)),
                   spanText, Texts::tr("span %1 of trace %2").arg(spanText, traceText));
    if (trace) line.target = DetailTarget{*trace, spanId.value_or(SpanId{})};
    section.entries.push_back(std::move(line));
    if (!link.traceState.empty()) {
      section.entries.push_back(plainEntry(Texts::tr("trace state"), lineText(link.traceState, kShownBytes)));
      section.entries.back().indented = true;
    }
    for (DetailEntry& entry : attributeEntries(std::move(link.attributes), true)) {
      section.entries.push_back(std::move(entry));
    }
  }
  if (leftOut > 0) section.entries.push_back(leftOutEntry(leftOut));
  sections.push_back(std::move(section));
}

void addContext(std::vector<DetailSection>& sections, const store::Snapshot& snapshot, SpanRow row) {
  const store::SpanContext& context = snapshot.context(row);
  const auto addSchema = [&](DetailSection& section, StringId url) {
    if (!snapshot.text(url).empty()) {
      section.entries.push_back(plainEntry(Texts::tr("schema"), lineText(snapshot.text(url))));
    }
  };
  const auto addDropped = [](DetailSection& section, uint32_t count) {
    if (count == 0) return;
    section.entries.push_back(
        tonedEntry(Texts::tr("dropped"),
                   Texts::tr("%1 attributes, by the sender").arg(text(countText(count))), DetailTone::Muted));
  };
  const otlp::ResourceView resource = snapshot.resource(row);
  DetailSection resourceSection{Texts::tr("resource"), attributeEntries(resource.attributes, false), false};
  addDropped(resourceSection, resource.droppedAttributes);
  addSchema(resourceSection, context.resourceSchemaUrl);
  if (!resourceSection.entries.empty()) sections.push_back(std::move(resourceSection));

  const otlp::ScopeView scope = snapshot.scope(row);
  DetailSection scopeSection{Texts::tr("scope"), {}, false};
  if (!scope.name.empty())
    scopeSection.entries.push_back(plainEntry(Texts::tr("name"), lineText(scope.name)));
  if (!scope.version.empty())
    scopeSection.entries.push_back(plainEntry(Texts::tr("version"), lineText(scope.version)));
  for (DetailEntry& entry : attributeEntries(scope.attributes, false))
    scopeSection.entries.push_back(std::move(entry));
  addDropped(scopeSection, scope.droppedAttributes);
  addSchema(scopeSection, context.scopeSchemaUrl);
  if (!scopeSection.entries.empty()) sections.push_back(std::move(scopeSection));
}

}  // namespace

std::vector<DetailSection> spanDetails(const session::OpenTrace& open, NodeIndex node) {
  const TraceTree& tree = open.asMeasured().tree();
  const SpanRow row = tree.row[node.value];
  const otlp::SpanView span = tree.span(node);
  std::vector<DetailSection> sections;
  sections.push_back(spanTiming(open, node, span));
  if (tree.isMissing(node)) {
    sections.push_back(idSection(tree, node, span));
    return sections;
  }
  addAttributeSections(sections, span);
  addEvents(sections, span, tree.snapshot->spans().startNs(row));
  addLinks(sections, span, tree.snapshot->trace(tree.trace).id);
  addContext(sections, *tree.snapshot, row);
  sections.push_back(idSection(tree, node, span));
  sections.push_back({rawJsonTitle(), {}, true});
  return sections;
}

QString rawJsonTitle() {
  return Texts::tr("OTLP JSON");
}

std::vector<DetailEntry> rawJsonEntries(const store::Snapshot& snapshot, SpanRow row) {
  std::string out;
  JsonWriter json(out, true);
  otlp::writeOtlpJson(json, snapshot.span(row));
  DetailEntry entry;
  entry.text = blockText(out);
  entry.block = true;
  return {std::move(entry)};
}

}  // namespace waybill::ui
