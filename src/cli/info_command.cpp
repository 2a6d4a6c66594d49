// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "analysis/trace_tree.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"

namespace waybill::cli {
namespace {

constexpr size_t kWidth = 100;

// Of all traces together.
struct Totals {
  uint64_t errors = 0;
  std::optional<int64_t> startNs, endNs;
  Diagnostics diagnostics;
};

Totals totalsOf(const Input& input) {
  const store::Snapshot& snapshot = *input.snapshot;
  Totals totals;
  totals.diagnostics.merge(snapshot.diagnostics());
  for (uint32_t i = 0; i < snapshot.traceCount(); ++i) {
    const store::TraceSummary& trace = snapshot.trace(TraceIndex(i));
    totals.errors += trace.errors;
    // A trace without any start time says nothing about when.
    if (trace.startNs != 0) {
      totals.startNs = std::min(totals.startNs.value_or(trace.startNs), trace.startNs);
      totals.endNs = std::max(totals.endNs.value_or(trace.endNs), trace.endNs);
    }
    totals.diagnostics.merge(analysis::buildTraceTree(input.snapshot, TraceIndex(i)).diagnostics);
  }
  return totals;
}

void writeFile(JsonWriter& json, const ingest::LoadedFile& file) {
  json.beginObject()
      .member("path", file.path)
      .member("format", file.format)
      .member("container", file.container)
      .member("bytes", file.bytes)
      .member("spans", file.spans)
      .member("traces", file.traces)
      .endObject();
}

void writeDiagnostic(JsonWriter& json, const Diagnostic& diagnostic) {
  json.beginObject()
      .member("kind", diagnosticName(diagnostic.kind))
      .member("count", diagnostic.count)
      .key("first")
      .beginObject()
      .member("file", diagnostic.file)
      .member("offset", diagnostic.offset)
      .endObject()
      .member("example", diagnostic.example)
      .endObject();
}

void writeTime(JsonWriter& json, std::string_view key, std::optional<int64_t> time) {
  json.key(key);
  if (time) {
    json.value(*time);
  } else {
    json.null();
  }
}

void printJson(const Input& input, const Totals& totals, Output& out) {
  std::string text;
  JsonWriter json(text);
  json.beginObject().key("files").beginArray();
  for (const ingest::LoadedFile& file : input.report.files) writeFile(json, file);
  json.endArray()
      .member("spans", input.snapshot->spanCount())
      .member("traces", input.snapshot->traceCount())
      .member("services", static_cast<uint64_t>(input.snapshot->allServices().size()))
      .member("errors", totals.errors);
  writeTime(json, "start_ns", totals.startNs);
  writeTime(json, "end_ns", totals.endNs);
  json.key("diagnostics").beginArray();
  for (const Diagnostic& diagnostic : totals.diagnostics.entries()) writeDiagnostic(json, diagnostic);
  json.endArray().member("load_seconds", input.seconds).member("peak_rss_bytes", input.peakBytes).endObject();
  out << text << "\n";
}

void printFile(const ingest::LoadedFile& file, Output& out) {
  out << out.ink(Ink::Strong, printable(file.path)) << "\n  ";
  if (file.format.empty()) {
    out << "not read\n";
    return;
  }
  out << printable(file.formatTitle);
  if (file.container != "none" && !file.container.empty()) out << ", " << printable(file.container);
  out << " · " << bytesText(file.bytes) << " · " << counted(file.spans, "span") << " in "
      << counted(file.traces, "trace");
  if (!file.error.empty()) out << " · not read to its end";
  out << "\n";
}

void printDiagnostics(const Diagnostics& diagnostics, Output& out) {
  if (diagnostics.empty()) {
    out << "Nothing odd in the input.\n";
    return;
  }
  out << out.ink(Ink::Strong, "Odd in the input") << "\n";
  size_t width = 0;
  for (const Diagnostic& entry : diagnostics.entries())
    width = std::max(width, countText(entry.count).size());
  const size_t indent = 2 + width + 2;
  for (const Diagnostic& entry : diagnostics.entries()) {
    out << "  " << rightAligned(countText(entry.count), width) << "  "
        << out.ink(Ink::Slow, diagnosticName(entry.kind)) << "\n"
        << wrapped(diagnosticMeaning(entry.kind), kWidth, indent);
    std::string first;
    if (!entry.file.empty()) first = printable(entry.file) + ", byte " + countText(entry.offset);
    if (!entry.example.empty()) first += (first.empty() ? "" : ": ") + printable(entry.example);
    if (!first.empty()) out << std::string(indent, ' ') << out.ink(Ink::Faint, "first: " + first) << "\n";
  }
}

void printText(const Input& input, const Totals& totals, Output& out) {
  for (const ingest::LoadedFile& file : input.report.files) printFile(file, out);
  const store::Snapshot& snapshot = *input.snapshot;
  out << "\n"
      << counted(snapshot.traceCount(), "trace") << ", " << counted(snapshot.spanCount(), "span") << ", "
      << counted(snapshot.allServices().size(), "service") << ", " << counted(totals.errors, "error") << "\n";
  if (totals.startNs && totals.endNs) {
    out << "from " << shortTimeText(*totals.startNs) << " to " << shortTimeText(*totals.endNs) << " UTC ("
        << durationText(*totals.endNs - *totals.startNs) << ")\n";
  }
  out << "read in " << durationText(static_cast<int64_t>(input.seconds * 1e9)) << ", at most "
      << bytesText(input.peakBytes) << " of memory\n\n";
  printDiagnostics(totals.diagnostics, out);
}

Exit run(const InputOptions& options) {
  const std::optional<Input> input = loadInput(options);
  if (!input) return Exit::BadInput;
  const Totals totals = totalsOf(*input);
  Output out;
  if (options.json) {
    printJson(*input, totals, out);
  } else {
    printText(*input, totals, out);
  }
  return out.finish() ? Exit::Done : Exit::BadInput;
}

}  // namespace

void addInfoCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("info", "What the files hold: format, counts, time span, oddities");
  const auto options = std::make_shared<InputOptions>();
  addInputOptions(*command, *options);
  command->footer(
      R"(JSON: {"files":[{"path","format","container","bytes","spans","traces"}],"spans","traces","services","errors",
"start_ns","end_ns","diagnostics":[{"kind","count","first":{"file","offset"},"example"}],"load_seconds","peak_rss_bytes"}
services and errors are counts; the traces of a file are those it was the first to mention; the format of a file
that could not be read is empty; start_ns and end_ns are null without traces. load_seconds and peak_rss_bytes
measure the loading alone.)");
  command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace waybill::cli
