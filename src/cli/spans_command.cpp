// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "analysis/critical_path.h"
#include "analysis/streams.h"
#include "analysis/trail.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/baseline_option.h"
#include "cli/clock_option.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/trace_choice.h"
#include "cli/tree_text.h"
#include "otlp/id_reader.h"
#include "otlp/json_text.h"

namespace waybill::cli {
namespace {

using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::TraceTree;

struct Options : InputOptions {
  std::string trace;
  bool adjustsClocks = false;
  std::vector<std::string> baseline;
};

// A trace and what is said of each of its spans.
struct Trace {
  TraceTree tree;
  std::vector<int64_t> selfNs;         // by node
  analysis::OwnTimeOnPath criticalNs;  // by node
  NormalTimes normal;
};

void writeEvents(JsonWriter& json, const otlp::SpanView& span) {
  json.key("events").beginArray();
  for (const otlp::EventView& event : span.events()) {
    json.beginObject().member("time_ns", event.timeNs).member("name", event.name).key("attributes");
    otlp::writePlainJson(json, event.attributes);
    json.endObject();
  }
  json.endArray();
}

void writeLinks(JsonWriter& json, const otlp::SpanView& span) {
  json.key("links").beginArray();
  for (const otlp::LinkView& link : span.links()) {
    json.beginObject()
        .member("trace_id", toHex(otlp::readTraceId(link.traceId)))
        .member("span_id", toHex(otlp::readSpanId(link.spanId)))
        .key("attributes");
    otlp::writePlainJson(json, link.attributes);
    json.endObject();
  }
  json.endArray();
}

void writeSpan(std::string& text, const Trace& trace, NodeIndex node) {
  const TraceTree& tree = trace.tree;
  const store::Snapshot& snapshot = *tree.snapshot;
  const SpanRow row = tree.row[node.value];
  const otlp::SpanView span = snapshot.span(row);
  const SpanId parent = snapshot.spans().parent(row);
  JsonWriter json(text);
  json.beginObject()
      .member("span_id", toHex(snapshot.spans().id(row)))
      .member("parent_span_id", parent.valid() ? toHex(parent) : std::string())
      .member("service", tree.serviceName(node))
      .member("name", tree.name(node))
      .member("kind", otlp::kindName(tree.kind(node)))
      .member("status", otlp::statusName(snapshot.status(row)))
      .member("start_ns", tree.startNs[node.value])
      .member("duration_ns", tree.durationNs(node))
      .member("self_ns", trace.selfNs[node.value])
      .member("critical_ns", trace.criticalNs[node.value])
      .member("depth", tree.depth[node.value]);
  if (const auto ns = trace.normal.durationNs(tree, node)) json.member("normal_ns", *ns);
  if (tree.clocks != nullptr) json.member("recorded_start_ns", snapshot.spans().startNs(row));
  if (analysis::isStream(tree, node)) json.member("stream", true);
  json.key("attributes");
  otlp::writePlainJson(json, span.attributes());
  writeEvents(json, span);
  writeLinks(json, span);
  json.endObject();
}

void printJson(const Trace& trace, Output& out) {
  JsonList list(out, "{\"spans\":[");
  std::string text;
  for (uint32_t i = 0; i < trace.tree.size(); ++i) {
    if (trace.tree.isMissing(NodeIndex(i))) continue;  // no span
    text.clear();
    writeSpan(text, trace, NodeIndex(i));
    list.item(text);
  }
  list.end("");
}

// What the reader of a line should know besides its times.
std::string remarks(const TraceTree& tree, NodeIndex node, const Output& out) {
  std::string text;
  const auto add = [&](uint16_t bit, std::string_view remark) {
    if (tree.has(node, bit)) text += (text.empty() ? "" : ", ") + std::string(remark);
  };
  if (tree.isMissing(node)) return "  " + out.ink(Ink::Faint, "(named as the parent of these spans, not in the trace)");
  add(NodeBits::kOrphan, "parent missing");
  add(NodeBits::kAsync, "goes on after its parent");
  add(NodeBits::kDetached, "outside its parent");
  add(NodeBits::kMirror, "measures the wait for its sibling once more");
  add(NodeBits::kUnfinished, "unfinished");
  add(NodeBits::kNoStart, "start unknown");
  add(NodeBits::kStartsEarly, "starts before its parent");
  add(NodeBits::kCutCycle, "was its own ancestor");
  add(NodeBits::kSharedId, "shares its id");
  add(NodeBits::kNegative, "ends before it starts");
  if (analysis::isStream(tree, node)) text += std::string(text.empty() ? "" : ", ") + "stream";
  std::string shown;
  if (tree.has(node, NodeBits::kError)) shown += "  " + out.ink(Ink::Found, "error");
  if (!text.empty()) shown += "  " + out.ink(Ink::Faint, "(" + text + ")");
  return shown;
}

void printText(const Trace& trace, Output& out) {
  const TraceTree& tree = trace.tree;
  const int64_t origin = tree.startNs[tree.primaryRoot.value];
  out << "trace " << toHex(tree.snapshot->trace(tree.trace).id) << " · " << counted(tree.spanCount(), "span")
      << " · " << shortTimeText(origin) << " UTC\n" << clockLines(tree) << "\n"
      << out.ink(Ink::Faint, "       start    duration        self    critical  span") << "\n";
  TreeText lines;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex node(i);
    const uint32_t parent = tree.parent[i];
    const bool last = parent == TraceTree::kNone || tree.subtreeEnd[i] == tree.subtreeEnd[parent];
    out << rightAligned(durationText(tree.startNs[i] - origin), 12)
        << rightAligned(durationText(tree.durationNs(node)), 12)
        << rightAligned(durationText(trace.selfNs[i]), 12)
        << rightAligned(durationText(trace.criticalNs[i]), 12) << "  " << lines.prefix(tree.depth[i], last)
        << printable(tree.serviceName(node)) << " " << out.ink(Ink::Strong, printable(tree.name(node)))
        << normallyText(trace.normal.durationNs(tree, node))
        << remarks(tree, node, out) << "\n";
  }
}

Exit run(const Options& options) {
  const std::optional<Input> input = loadInput(options);
  if (!input) return Exit::BadInput;
  const Result<TraceIndex> chosen = chooseTrace(*input->snapshot, options.trace);
  if (!chosen.ok()) {
    printError(chosen.error().message);
    return Exit::BadInput;
  }
  auto normal = NormalTimes::of(options.baseline);
  if (!normal) return Exit::BadInput;
  Trace trace{{}, {}, {}, std::move(*normal)};
  trace.tree = treeOf(input->snapshot, chosen.value(), options.adjustsClocks);
  trace.selfNs = analysis::selfTimes(trace.tree);
  trace.criticalNs = analysis::criticalPath(trace.tree).selfNs;
  Output out;
  if (options.json) {
    printJson(trace, out);
  } else {
    printText(trace, out);
  }
  return out.finish() ? Exit::Done : Exit::BadInput;
}

}  // namespace

void addSpansCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("spans", "The spans of one trace as a tree");
  const auto options = std::make_shared<Options>();
  addInputOptions(*command, *options);
  addTraceOption(*command, options->trace);
  addBaselineOption(*command, options->baseline);
  addClockOption(*command, options->adjustsClocks);
  command->footer(
      R"(JSON: {"spans":[{"span_id","parent_span_id","service","name","kind","status","start_ns","duration_ns","self_ns",
"critical_ns","depth","normal_ns"?,"stream"?,"attributes","events","links"}]} in tree order
recorded_start_ns comes with --adjust-clock-skew where clocks were adjusted: start_ns is the adjusted time then.
stream is true for a conversation that lasts as long as both sides talk, such as server-sent events.
normal_ns is the median duration of such a span in the traces of --baseline.
self_ns is the duration without the time in which a child ran; critical_ns is what the span itself has of the
critical path. Copies of a span that are identical to the byte are shown once.)");
  command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace waybill::cli
