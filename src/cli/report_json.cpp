// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/report_format.h"

#include "analysis/streams.h"

namespace waybill::cli {
namespace {

using analysis::Finding;
using analysis::NodeIndex;
using analysis::OperationExcess;
using analysis::TraceAnalysis;
using analysis::TraceTree;

void writeFinding(JsonWriter& json, const TraceTree& tree, const Finding& finding) {
  json.beginObject()
      .member("kind", finding.kind)
      .member("severity", analysis::severityName(finding.severity))
      .member("confidence", analysis::confidenceName(finding.confidence))
      .member("service", finding.service)
      .member("operation", finding.operation);
  if (!finding.peerService.empty()) json.member("peer_service", finding.peerService);
  json.member("sentence", finding.sentence)
      .member("saving_ns", finding.savingNs);
  if (finding.endToEndSavingNs > 0) json.member("end_to_end_saving_ns", finding.endToEndSavingNs);
  json.key("span_ids").beginArray();
  for (const NodeIndex node : finding.evidence)
    json.value(toHex(tree.spanId(node)));
  json.endArray();
  if (!finding.alsoExplains.empty()) {
    json.key("also_explains").beginArray();
    for (const std::string_view kind : finding.alsoExplains) json.value(kind);
    json.endArray();
  }
  json.endObject();
}

std::string traceJson(const TraceAnalysis& trace) {
  const TraceTree& tree = trace.tree;
  std::string text;
  JsonWriter json(text);
  json.beginObject()
      .member("trace_id", toHex(tree.snapshot->trace(tree.trace).id))
      .member("duration_ns", tree.durationNs(tree.primaryRoot));
  if (analysis::isStreamRequest(*tree.snapshot, tree.trace, trace.population.get())) json.member("stream", true);
  json.member("headline", trace.headline)
      .key("findings")
      .beginArray();
  for (const Finding& finding : trace.findings) writeFinding(json, tree, finding);
  json.endArray().endObject();
  return text;
}

std::string populationJson(const ReportedPopulation& population) {
  std::string text = ",\"population\":";
  JsonWriter json(text);
  json.beginArray();
  for (const OperationExcess& excess : population.operations) {
    json.beginObject()
        .member("kind", "excess")
        .member("severity",
                analysis::severityName(analysis::severityOf(excess.excessNs, population.meanDurationNs)))
        .member("confidence", analysis::confidenceName(analysis::Confidence::Medium))
        .member("service", excess.service)
        .member("operation", excess.operation);
    if (!excess.peerService.empty()) json.member("peer_service", excess.peerService);
    json.member("sentence", excessSentence(excess))
        .member("saving_ns", excess.excessNs)
        .member("requests", excess.requests)
        .member("slow_requests", excess.slowRequests)
        .member("worst_trace_id", toHex(population.snapshot.trace(excess.worstTrace).id))
        .key("span_ids")
        .beginArray()
        .value(toHex(population.snapshot.spans().id(excess.worstSpan)))
        .endArray()
        .endObject();
  }
  json.endArray();
  return text;
}

class JsonReport : public ReportFormat {
 public:
  explicit JsonReport(Output& out) : m_list(out, "{\"traces\":[") {}
  void trace(const TraceAnalysis& trace) override { m_list.item(traceJson(trace)); }
  void end(const ReportedPopulation& population) override { m_list.end(populationJson(population)); }

 private:
  JsonList m_list;
};

}  // namespace

std::unique_ptr<ReportFormat> jsonReport(Output& out) { return std::make_unique<JsonReport>(out); }

}  // namespace waybill::cli
