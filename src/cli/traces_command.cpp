// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "analysis/streams.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/baseline_option.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/trace_choice.h"
#include "query/attribute_columns.h"
#include "query/trace_order.h"

namespace waybill::cli {
namespace {

struct Options : InputOptions {
  TraceOrder order = TraceOrder::Duration;
  std::string query;
  uint32_t limit = UINT32_MAX;
  std::vector<std::string> baseline;
};

// `total`: before the limit.
void printJson(const store::Snapshot& snapshot, const std::vector<TraceIndex>& traces, uint32_t total,
               const NormalTimes& normal, Output& out) {
  JsonList list(out, "{\"traces\":[");
  std::string text;
  for (const TraceIndex index : traces) {
    const store::TraceSummary& trace = snapshot.trace(index);
    text.clear();
    JsonWriter json(text);
    json.beginObject()
        .member("trace_id", toHex(trace.id))
        .member("root_service", snapshot.service(trace.root))
        .member("root_name", snapshot.name(trace.root))
        .member("start_ns", trace.startNs)
        .member("duration_ns", trace.durationNs())
        .member("spans", trace.spans)
        .member("errors", trace.errors)
        .member("services", static_cast<uint64_t>(snapshot.services(trace.services).size()));
    if (const auto ns = normal.durationNs(snapshot, trace.root)) json.member("normal_ns", *ns);
    if (analysis::isStreamRequest(snapshot, index)) json.member("stream", true);
    json.endObject();
    list.item(text);
  }
  list.end(",\"total\":" + std::to_string(total));
}

void printText(const store::Snapshot& snapshot, const std::vector<TraceIndex>& traces, uint32_t total,
               const NormalTimes& normal, Output& out) {
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
        << (trace.rootHasParent ? " (its parent is missing)" : "")
        << normallyText(normal.durationNs(snapshot, trace.root))
        << (analysis::isStreamRequest(snapshot, index) ? " (stream)" : "") << "\n";
  }
  if (traces.size() < total) out << countText(traces.size()) << " of ";
  out << counted(total, "trace") << "\n";
}

// The traces that match, after a remark on attributes that nobody has.
query::BitSet matching(const store::Snapshot& snapshot, const std::string& text) {
  query::AttributeColumns columns;
  query::BitSet out(snapshot.traceCount());
  query::TraceListQuery query;
  query.filter = text;
  const auto order = query::orderTraces(snapshot, query, columns);
  if (!order) return out;
  for (const uint32_t trace : order->traces) out.insert(trace);
  for (const std::string& key : order->missingKeys) printError("No span has the attribute " + printable(key) + ".");
  return out;
}

Exit run(const Options& options) {
  if (const auto mistake = query::readFilter(options.query).mistake) {
    printError("--query: " + printable(mistake->sentence) + ".");
    return Exit::BadInput;
  }
  const std::optional<Input> input = loadInput(options);
  if (!input) return Exit::BadInput;
  const auto normal = NormalTimes::of(options.baseline);
  if (!normal) return Exit::BadInput;
  const query::BitSet found = matching(*input->snapshot, options.query);
  const std::vector<TraceIndex> traces = firstTraces(*input->snapshot, options.order, options.limit, &found);
  Output out;
  if (options.json) {
    printJson(*input->snapshot, traces, found.count(), *normal, out);
  } else {
    printText(*input->snapshot, traces, found.count(), *normal, out);
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
  command
      ->add_option("--query", options->query,
                   "Only traces in which every word and term of it is found")
      ->type_name("QUERY");
  command->add_option("--limit", options->limit, "Print at most N traces")->check(isCount())->type_name("N");
  addBaselineOption(*command, options->baseline);
  command->footer(
      R"(JSON: {"traces":[{"trace_id","root_service","root_name","start_ns","duration_ns","spans","errors","services",
"normal_ns"?,"stream"?}],"total"}
spans, errors and services are counts; total counts the traces before --limit. duration_ns is that of the request: of
its root, or where that is missing, from the earliest start to the latest end. normal_ns is the median duration of such
a root in the traces of --baseline. stream is true for a conversation that lasts as long as both sides talk, such as
server-sent events.

QUERY: words are found in services, the root's name and trace ids; terms in any span, its scope or resource:
http.route=/cart  'http.response.status_code>=500'  'db.query.text~"from orders"'  'duration>100ms'  service=web
status=error  kind=client. Comparisons are =, !=, <, <=, >, >=, and ~ for contains.)");
  command->callback([&action, options] { action = [options] { return run(*options); }; });
}

}  // namespace waybill::cli
