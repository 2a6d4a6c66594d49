// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "analysis/end_to_end_path.h"
#include "analysis/trail.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/baseline_option.h"
#include "cli/clock_option.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/trace_choice.h"

namespace waybill::cli {
namespace {

using analysis::EndToEndPath;
using analysis::EndToEndSegment;
using analysis::PathSegment;
using analysis::SegmentKind;
using analysis::TraceTree;

struct Options : InputOptions {
  std::string trace;
  bool adjustsClocks = false;
  bool endToEnd = false;
  std::vector<std::string> baseline;
};

std::string traceIdText(const TraceTree& tree) {
  return toHex(tree.snapshot->trace(tree.trace).id);
}

std::string_view kindOf(const EndToEndSegment& part) { return part.isQueue ? "queue" : part.isWait ? "wait" : "span"; }

void printJson(const TraceTree& tree, const EndToEndPath& path, bool endToEnd, const NormalTimes& normal, Output& out) {
  const int64_t whole = endToEnd ? path.durationNs() : tree.durationNs(tree.primaryRoot);
  JsonList list(out, "{\"trace_id\":\"" + traceIdText(tree) + "\",\"duration_ns\":" + std::to_string(whole) +
                         ",\"segments\":[");
  std::string text;
  for (const EndToEndSegment& part : path.segments) {
    const PathSegment& segment = part.segment;
    text.clear();
    JsonWriter json(text);
    json.beginObject()
        .member("span_id", toHex(tree.spanId(segment.node)))
        .member("service", tree.serviceName(segment.node))
        .member("name", tree.name(segment.node))
        .member("start_ns", segment.startNs)
        .member("end_ns", segment.endNs);
    if (endToEnd) json.member("kind", kindOf(part));
    if (const auto ns = normal.ownNs(tree, segment.node)) json.member("normal_ns", *ns);
    json.endObject();
    list.item(text);
  }
  list.end("");
}

std::string whatHappened(const TraceTree& tree, const EndToEndSegment& part) {
  const PathSegment& segment = part.segment;
  if (part.isQueue) return "the message waits to be taken";
  if (part.isWait) return "waits to begin";
  const auto other = [&] { return printable(analysis::operationText(tree, *segment.other)); };
  switch (segment.kind) {
    case SegmentKind::Self:
      return {};
    case SegmentKind::SelfConcurrent:
      return segment.other ? "while " + other() + " was running" : std::string();
    case SegmentKind::Edge:
      return segment.other ? "on the way to or from " + other() : "on the way to or from another service";
    case SegmentKind::External:
      return "waiting for a peer that recorded nothing";
  }
  return {};
}

void printText(const TraceTree& tree, const EndToEndPath& path, bool endToEnd, const NormalTimes& normal, Output& out) {
  const int64_t origin = tree.startNs[tree.primaryRoot.value];
  const int64_t whole = endToEnd ? path.durationNs() : tree.durationNs(tree.primaryRoot);
  out << "trace " << traceIdText(tree) << "\n" << clockLines(tree)
      << out.ink(Ink::Strong, printable(analysis::operationText(tree, tree.primaryRoot))) << ", "
      << durationText(whole)
      << (endToEnd ? " to the end of all it set off, one after another\n\n" : ": what it waited for, one after another\n\n")
      << out.ink(Ink::Faint, "        from    duration  share  step") << "\n";
  for (const EndToEndSegment& part : path.segments) {
    const PathSegment& segment = part.segment;
    const std::string what = whatHappened(tree, part);
    out << rightAligned(durationText(segment.startNs - origin), 12)
        << rightAligned(durationText(segment.durationNs()), 12)
        << rightAligned(percentText(segment.durationNs(), whole), 7) << "  "
        << out.ink(Ink::Strong, printable(analysis::operationText(tree, segment.node)))
        << normallyText(normal.ownNs(tree, segment.node));
    if (!what.empty()) out << "  " << out.ink(Ink::Faint, "(" + what + ")");
    out << "\n";
  }
}

EndToEndPath pathOf(const TraceTree& tree, bool endToEnd) {
  const analysis::CriticalPath response = analysis::criticalPath(tree);
  if (endToEnd) {
    analysis::OperationMemo memo;
    return analysis::endToEndPath(tree, response, analysis::messageHops(tree, analysis::operationsOf(tree, memo)));
  }
  EndToEndPath out;
  for (const PathSegment& segment : response.segments) out.segments.push_back({segment, false, false});
  return out;
}

Exit run(const Options& options) {
  const std::optional<Input> input = loadInput(options);
  if (!input) return Exit::BadInput;
  const Result<TraceIndex> chosen = chooseTrace(*input->snapshot, options.trace);
  if (!chosen.ok()) {
    printError(chosen.error().message);
    return Exit::BadInput;
  }
  const auto normal = NormalTimes::of(options.baseline);
  if (!normal) return Exit::BadInput;
  const TraceTree tree = treeOf(input->snapshot, chosen.value(), options.adjustsClocks);
  const EndToEndPath path = pathOf(tree, options.endToEnd);
  Output out;
  if (options.json) {
    printJson(tree, path, options.endToEnd, *normal, out);
  } else {
    printText(tree, path, options.endToEnd, *normal, out);
  }
  return out.finish() ? Exit::Done : Exit::BadInput;
}

}  // namespace

void addCriticalPathCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("critical-path", "What a request waited for, instant by instant");
  const auto options = std::make_shared<Options>();
  addInputOptions(*command, *options);
  addTraceOption(*command, options->trace);
  addBaselineOption(*command, options->baseline);
  addClockOption(*command, options->adjustsClocks);
  command->add_flag("--end-to-end", options->endToEnd,
                    "Follow messages, links and work after the response to the last end");
  command->footer(
      "The stretches follow each other without a gap and sum to the duration of the trace's root. With --end-to-end they\n"
      "reach from its start to the end of the last step it set off; JSON segments then have a \"kind\": span, queue (a\n"
      "message waits for its consumer) or wait. With --baseline a segment has \"normal_ns\", the median of all own time of\n"
      "such a span in those traces.");
  command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace waybill::cli
