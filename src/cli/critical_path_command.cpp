// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/critical_path.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "analysis/trail.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/trace_choice.h"

namespace waybill::cli {
namespace {

using analysis::CriticalPath;
using analysis::PathSegment;
using analysis::SegmentKind;
using analysis::TraceTree;

struct Options : InputOptions {
  std::string trace;
};

std::string traceIdText(const TraceTree& tree) {
  return toHex(tree.snapshot->trace(tree.trace).id);
}

void printJson(const TraceTree& tree, const CriticalPath& path, Output& out) {
  JsonList list(out, "{\"trace_id\":\"" + traceIdText(tree) + "\",\"duration_ns\":" +
                         std::to_string(tree.durationNs(tree.primaryRoot)) + ",\"segments\":[");
  std::string text;
  for (const PathSegment& segment : path.segments) {
    text.clear();
    JsonWriter(text)
        .beginObject()
        .member("span_id", toHex(tree.snapshot->spans().id(tree.row[segment.node.value])))
        .member("service", tree.serviceName(segment.node))
        .member("name", tree.name(segment.node))
        .member("start_ns", segment.startNs)
        .member("end_ns", segment.endNs)
        .endObject();
    list.item(text);
  }
  list.end("");
}

std::string whatHappened(const TraceTree& tree, const PathSegment& segment) {
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

void printText(const TraceTree& tree, const CriticalPath& path, Output& out) {
  const int64_t origin = tree.startNs[tree.primaryRoot.value];
  const int64_t whole = tree.durationNs(tree.primaryRoot);
  out << "trace " << traceIdText(tree) << "\n"
      << out.ink(Ink::Strong, printable(analysis::operationText(tree, tree.primaryRoot))) << ", "
      << durationText(whole) << ": what it waited for, one after another\n\n"
      << out.ink(Ink::Faint, "        from    duration  share  step") << "\n";
  for (const PathSegment& segment : path.segments) {
    const std::string what = whatHappened(tree, segment);
    out << rightAligned(durationText(segment.startNs - origin), 12)
        << rightAligned(durationText(segment.durationNs()), 12)
        << rightAligned(percentText(segment.durationNs(), whole), 7) << "  "
        << out.ink(Ink::Strong, printable(analysis::operationText(tree, segment.node)));
    if (!what.empty()) out << "  " << out.ink(Ink::Faint, "(" + what + ")");
    out << "\n";
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
  const TraceTree tree = analysis::buildTraceTree(input->snapshot, chosen.value());
  const CriticalPath path = analysis::criticalPath(tree);
  Output out;
  if (options.json) {
    printJson(tree, path, out);
  } else {
    printText(tree, path, out);
  }
  return out.finish() ? Exit::Done : Exit::BadInput;
}

}  // namespace

void addCriticalPathCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("critical-path", "What a request waited for, instant by instant");
  const auto options = std::make_shared<Options>();
  addInputOptions(*command, *options);
  addTraceOption(*command, options->trace);
  command->footer(
      "The stretches follow each other without a gap and sum to the duration of the trace's root.");
  command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace waybill::cli
