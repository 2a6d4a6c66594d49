// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/span_export.h"

#include <string>

#include "base/json_writer.h"
#include "otlp/json_text.h"
#include "otlp/span_view.h"
#include "ui/details/span_details.h"
#include "ui/details/value_format.h"
#include "ui/theme/controls.h"

namespace waybill::ui {

QString spanAsJson(const analysis::TraceTree& tree, analysis::NodeIndex node) {
  if (tree.isMissing(node)) return {};
  const SpanRow row = tree.row[node.value];
  const store::Snapshot& snapshot = *tree.snapshot;
  const store::SpanContext& context = snapshot.context(row);
  std::string out;
  JsonWriter json(out, true);
  const auto schema = [&](StringId url) {
    if (!snapshot.text(url).empty()) json.member("schemaUrl", snapshot.text(url));
  };
  json.beginObject().key("resourceSpans").beginArray().beginObject();
  json.key("resource");
  otlp::writeOtlpJson(json, snapshot.resource(row));
  json.key("scopeSpans").beginArray().beginObject();
  json.key("scope");
  otlp::writeOtlpJson(json, snapshot.scope(row));
  json.key("spans").beginArray();
  otlp::writeOtlpJson(json, snapshot.span(row));
  json.endArray();
  schema(context.scopeSchemaUrl);
  json.endObject().endArray();
  schema(context.resourceSchemaUrl);
  json.endObject().endArray().endObject();
  return fromUtf8(out);
}

QString spanAsMarkdown(const session::OpenTrace& open, analysis::NodeIndex node) {
  const analysis::TraceTree& tree = open.tree();
  QString out = QStringLiteral("### ") +
                markdownText(lineText(tree.serviceName(node)) + u' ' + lineText(tree.name(node))) +
                QStringLiteral("\n");
  for (const DetailSection& section : spanDetails(open, node)) {
    if (section.entries.empty()) continue;
    if (!section.title.isEmpty())
      out += QStringLiteral("\n**") + markdownText(section.title) + QStringLiteral("**\n");
    out += QStringLiteral("\n| | |\n|---|---|\n");
    for (const DetailEntry& entry : section.entries) {
      const QString value = entry.value ? blockText(copyText(entry).toStdString()) : entry.text;
      out += QStringLiteral("| ") + markdownText(entry.key) + QStringLiteral(" | ") + markdownText(value) +
             QStringLiteral(" |\n");
    }
  }
  return out;
}

}  // namespace waybill::ui
