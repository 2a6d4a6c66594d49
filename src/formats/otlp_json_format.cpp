// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/otlp_json_format.h"

#include <algorithm>
#include <array>

#include "formats/json_outline.h"
#include "formats/otlp_json_file.h"
#include "formats/unknown_input.h"

namespace waybill::formats {
namespace {

// Keys that only OTLP traces have, wherever they stand near the top.
constexpr std::array<std::string_view, 6> kTraceKeys = {"resourceSpans",
                                                        "resource_spans",
                                                        "scopeSpans",
                                                        "scope_spans",
                                                        "instrumentationLibrarySpans",
                                                        "instrumentation_library_spans"};
// Of the other signals: one file may hold all of them.
constexpr std::array<std::string_view, 6> kOtherKeys = {"resourceMetrics",  "resource_metrics",
                                                        "resourceLogs",     "resource_logs",
                                                        "resourceProfiles", "resource_profiles"};

std::string_view lastPart(std::string_view path) {
  const size_t dot = path.rfind('.');
  return dot == path.npos ? path : path.substr(dot + 1);
}

Match sniff(std::string_view head, bool whole) {
  const JsonOutline outline = outlineOf(head);
  if (!outline.isJson) return Match::No;
  bool other = false;
  for (const std::string& path : outline.paths) {
    const std::string_view key = lastPart(path);
    if (std::find(kTraceKeys.begin(), kTraceKeys.end(), key) != kTraceKeys.end()) return Match::Sure;
    other = other || std::find(kOtherKeys.begin(), kOtherKeys.end(), key) != kOtherKeys.end();
  }
  if (outline.has("batches") || outline.has("[].batches")) return Match::Sure;
  if (other) return Match::Maybe;
  if (whole && !outline.wasCut) return Match::No;
  // Only the beginning is known, and nothing in it speaks for another kind of document.
  return describeJson(outline).empty() ? Match::Maybe : Match::No;
}

Result<void> read(ReaderInput& input, WireSink& sink, std::stop_token stop) {
  return OtlpJsonFile(input, sink, std::move(stop)).read();
}

}  // namespace

const TraceFormat kOtlpJsonFormat = {"otlp-json", "OTLP JSON", &sniff, &read};

}  // namespace waybill::formats
