// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <optional>

#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/trace_choice.h"

namespace waybill::cli {
namespace {

struct Options : InputOptions {
  TraceOrder order = TraceOrder::Duration;
  uint32_t limit = UINT32_MAX;
};

void printJson(const store::Snapshot& snapshot, const std::vector<TraceIndex>& traces, Output& out) {
  JsonList list(out, "{\"traces\":[");
  std::string text;
  for (const TraceIndex index : traces) {
    const store::TraceSummary& trace = snapshot.trace(index);
    text.clear();
    JsonWriter(text)
        .beginObject()
        .member("trace_id", toHex(trace.id))
        .member("root_service", snapshot.service(trace.root))
        .member("root_name", snapshot.name(trace.root))
        .member("start_ns", trace.startNs)
        .member("duration_ns", trace.durationNs())
        .member("spans", trace.spans)
        .member("errors", trace.errors)
        .member("services", static_cast<uint64_t>(snapshot.services(trace.services).size()))
        .endObject();
    list.item(text);
  }
  list.end(",\"total\":" + std::to_string(snapshot.traceCount()));
}

void printText(const store::Snapshot& snapshot, const std::vector<TraceIndex>& traces, Output& out) {
  if (!traces.empty()) {
    out << out.ink(Ink::Faint,
                   "    duration    spans  errors  services  start (UTC)              "
                   "trace                             request")
        << "\n";
  }
  for (const TraceIndex index : traces) {
    const store::TraceSummary& trace = snapshot.trace(index);
    const std::string errors = rightAligned(countText(trace.errors), 6);
    out << rightAligned(durationText(trace.durationNs()), 12) << "  "
        << rightAligned(countText(trace.spans), 7) << "  "
        << (trace.errors > 0 ? out.ink(Ink::Found, errors) : errors) << "  "
        << rightAligned(countText(snapshot.services(trace.services).size()), 8) << "  "
        << shortTimeText(trace.startNs) << "  " << toHex(trace.id) << "  "
        << printable(snapshot.service(trace.root)) << " "
        << out.ink(Ink::Strong, printable(snapshot.name(trace.root)))
        << (trace.rootHasParent ? " (its parent is missing)" : "") << "\n";
  }
  if (traces.size() < snapshot.traceCount()) out << countText(traces.size()) << " of ";
  out << counted(snapshot.traceCount(), "trace") << "\n";
}

Exit run(const Options& options) {
  const std::optional<Input> input = loadInput(options);
  if (!input) return Exit::BadInput;
  const std::vector<TraceIndex> traces = firstTraces(*input->snapshot, options.order, options.limit);
  Output out;
  if (options.json) {
    printJson(*input->snapshot, traces, out);
  } else {
    printText(*input->snapshot, traces, out);
  }
  return out.finish() ? Exit::Done : Exit::BadInput;
}

}  // namespace

void addTracesCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("traces", "The traces, slowest first");
  const auto options = std::make_shared<Options>();
  addInputOptions(*command, *options);
  static const std::map<std::string, TraceOrder> kOrders{{"duration", TraceOrder::Duration},
                                                         {"start", TraceOrder::Start},
                                                         {"spans", TraceOrder::Spans},
                                                         {"errors", TraceOrder::Errors}};
  command
      ->add_option_function<std::string>(
          "--sort", [options](const std::string& name) { options->order = kOrders.at(name); },
          "duration (the default), start, spans or errors; largest first, start: earliest first")
      ->check(CLI::IsMember({"duration", "start", "spans", "errors"}))
      ->type_name("ORDER");
  command->add_option("--limit", options->limit, "Print at most N traces")->check(isCount())->type_name("N");
  command->footer(
      R"(JSON: {"traces":[{"trace_id","root_service","root_name","start_ns","duration_ns","spans","errors","services"}],"total"}
spans, errors and services are counts; total counts the traces before --limit. duration_ns reaches from the
earliest start to the latest end.)");
  command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace waybill::cli
