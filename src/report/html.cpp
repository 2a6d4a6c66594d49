// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/html.h"

#include <algorithm>

#include "analysis/registry.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "report/timeline_svg.h"

namespace waybill::report {
namespace {

using analysis::Finding;
using analysis::TraceAnalysis;
using analysis::TraceTree;

constexpr size_t kMostOperations = 50;

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1060px; margin: 2rem auto; padding: 0 1rem;
  background: Canvas; color: CanvasText; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .3rem; }
.id, .facts { color: GrayText; font-size: .85rem; }
ol.findings > li { margin: .8rem 0; } .findings p { margin: .15rem 0; }
svg.timeline { width: 100%; height: auto; display: block; margin: 1rem 0; font: 11px system-ui, sans-serif; }
svg.timeline text { fill: CanvasText; } svg.timeline .path { fill: CanvasText; }
svg.timeline .badge { fill: CanvasText; } svg.timeline .number { fill: Canvas; font-weight: 600; }
svg.timeline .error { stroke: CanvasText; stroke-dasharray: 2 1; }
table { border-collapse: collapse; } td, th { padding: .2rem .8rem .2rem 0; text-align: left; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
)";

std::string findingHtml(const Finding& finding, int64_t rootNs) {
  const std::string saving = analysis::savingText(finding, rootNs);
  std::string out = "<li><p><strong>" + htmlEscaped(finding.sentence) + "</strong></p><p class=\"facts\">" +
                    htmlEscaped(saving) + " · severity ";
  out.append(analysis::severityName(finding.severity)).append(" · confidence ");
  out.append(analysis::confidenceName(finding.confidence)).append(" · ").append(finding.kind).append(" ");
  out += htmlEscaped(finding.title) + "</p><p>" + htmlEscaped(finding.advice) + "</p>";
  if (!finding.alsoExplains.empty()) out += "<p>" + htmlEscaped(analysis::alsoExplainsText(finding)) + "</p>";
  out += "</li>\n";
  return out;
}

}  // namespace

std::string htmlEscaped(std::string_view text, size_t maxBytes) {
  std::string out;
  for (const char c : printable(text, maxBytes)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

std::string htmlBegin(std::string_view title) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>";
  out += htmlEscaped(title) + "</title>\n<style>";
  out.append(kStyle).append("</style></head><body>\n<h1>");
  return out + htmlEscaped(title) + "</h1>\n";
}

std::string htmlTrace(const TraceAnalysis& trace) {
  const TraceTree& tree = trace.tree;
  const int64_t rootNs = tree.durationNs(tree.primaryRoot);
  std::string out = "<section>\n<h2>" + htmlEscaped(trace.headline) + "</h2>\n<p class=\"id\">trace " +
                    toHex(tree.snapshot->trace(tree.trace).id) + " · " + countText(tree.spanCount()) + " spans · " +
                    durationText(rootNs) + "</p>\n" + timelineSvg(trace);
  if (trace.findings.empty()) return out + "<p>No findings: nothing here is worth a fix of its own.</p>\n</section>\n";
  out += "<ol class=\"findings\">\n";
  for (const Finding& finding : trace.findings) out += findingHtml(finding, rootNs);
  return out + "</ol>\n</section>\n";
}

std::string htmlRanking(const std::vector<analysis::OperationExcess>& operations, uint64_t traces) {
  if (operations.empty()) return {};
  std::string out = "<section>\n<h2>Operations slower than usual, over " + countText(traces) +
                    " traces</h2>\n<table><tr><th>service</th><th>operation</th><th>more than usual, per "
                    "request</th><th>slower in</th><th>of requests</th></tr>\n";
  for (size_t i = 0; i < std::min(kMostOperations, operations.size()); ++i) {
    const analysis::OperationExcess& of = operations[i];
    out += "<tr><td>" + htmlEscaped(of.service, 60) + "</td><td>" + htmlEscaped(analysis::excessPlace(of), 200) +
           "</td><td class=\"n\">" + durationText(of.excessNs) + "</td><td class=\"n\">" +
           countText(of.slowRequests) + "</td><td class=\"n\">" + countText(of.requests) + "</td></tr>\n";
  }
  return out + "</table>\n</section>\n";
}

std::string htmlEnd() { return "</body></html>\n"; }

}  // namespace waybill::report
