// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/unknown_input.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "formats/otlp_message.h"
#include "formats/registry.h"

namespace waybill::formats {
namespace {

using namespace std::string_view_literals;

struct Magic {
  size_t offset;
  std::string_view bytes;
  std::string_view meaning;
};

constexpr std::array kMagics = {
    Magic{0, "\x89PNG\r\n\x1a\n"sv, "a PNG image"},
    Magic{0, "\xFF\xD8\xFF"sv, "a JPEG image"},
    Magic{0, "GIF8"sv, "a GIF image"},
    Magic{8, "WEBP"sv, "a WebP image"},
    Magic{0, "PK\x03\x04"sv, "a ZIP archive"},
    Magic{0, "PK\x05\x06"sv, "an empty ZIP archive"},
    Magic{257, "ustar"sv, "a tar archive"},
    Magic{0, "7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive"},
    Magic{0, "Rar!\x1A\x07"sv, "a RAR archive"},
    Magic{0, "\xFD\x37zXZ\0"sv, "an xz archive"},
    Magic{0, "BZh"sv, "a bzip2 archive"},
    Magic{0, "\x04\x22\x4D\x18"sv, "an LZ4 archive"},
    Magic{0, "\x1F\x8B"sv, "a gzip archive"},
    Magic{0, "\x28\xB5\x2F\xFD"sv, "a zstd archive"},
    Magic{0,
          "\x7F"
          "ELF"sv,
          "an ELF program"},
    Magic{0, "MZ"sv, "a Windows program"},
    Magic{0, "\xCF\xFA\xED\xFE"sv, "a macOS program"},
    Magic{0, "%PDF"sv, "a PDF document"},
    Magic{0, "SQLite format 3\0"sv, "an SQLite database"},
    Magic{0, "PAR1"sv, "a Parquet file"},
    Magic{0, "ARROW1"sv, "an Arrow file"},
    Magic{4, "ftyp"sv, "a video"},
    Magic{0, "OggS"sv, "an Ogg audio file"},
    Magic{0, "RIFF"sv, "a RIFF file"},
    Magic{0, "#!"sv, "a script"},
    Magic{0, "\0asm"sv, "a WebAssembly module"},
};

bool startsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// A table whose first line names columns.
bool looksLikeTable(std::string_view text) {
  const size_t lineEnd = text.find_first_of("\r\n");
  if (lineEnd == text.npos) return false;
  const std::string_view header = text.substr(0, lineEnd);
  for (const char separator : {',', ';', '\t'}) {
    const auto columns = std::count(header.begin(), header.end(), separator);
    const std::string_view second =
        text.substr(std::min(text.find_first_not_of("\r\n", lineEnd), text.size()));
    const std::string_view row = second.substr(0, second.find_first_of("\r\n"));
    if (columns >= 2 && std::count(row.begin(), row.end(), separator) >= columns) return true;
  }
  return false;
}

bool isText(std::string_view head, bool whole) {
  size_t at = 0;
  while (at < head.size()) {
    const auto c = static_cast<unsigned char>(head[at]);
    if (c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\x1b') return false;
    const size_t length = utf8SequenceLength(head.substr(at));
    if (length == 0) return !whole && head.size() - at < 4;  // cut in the middle of a character
    at += length;
  }
  return true;
}

std::string describeText(std::string_view head) {
  const size_t first = head.find_first_not_of(" \t\r\n\f");
  if (first == head.npos) return "blank text";
  const std::string_view text = head.substr(first);
  if (startsWith(text, "<!DOCTYPE html") || startsWith(text, "<!doctype html") || startsWith(text, "<html")) {
    return "an HTML page";
  }
  if (startsWith(text, "<svg")) return "an SVG image";
  if (startsWith(text, "<?xml")) return "an XML document";
  if (startsWith(text, "{\\rtf")) return "an RTF document";
  if (text.front() == '{' || text.front() == '[') {
    const JsonOutline outline = outlineOf(head);
    if (outline.isJson) {
      const std::string known = describeJson(outline);
      return known.empty() ? "a JSON document without spans" : known;
    }
  }
  if (looksLikeTable(text)) return "a table (CSV)";
  return "plain text";
}

}  // namespace

std::string describeJson(const JsonOutline& outline) {
  const auto any = [&](std::initializer_list<std::string_view> paths) {
    return std::any_of(paths.begin(), paths.end(), [&](std::string_view path) { return outline.has(path); });
  };
  const auto allOf = [&](std::string_view prefix, std::initializer_list<std::string_view> keys) {
    return std::all_of(keys.begin(), keys.end(), [&](std::string_view key) {
      return outline.has(std::string(prefix) + std::string(key));
    });
  };
  if (any({"traceEvents"}) || allOf("[].", {"ph", "ts"}) || allOf("[].", {"ph", "pid"}))
    return "a Chrome trace";
  if (any({"data[].spans", "data[].traceID"}) || allOf("", {"spans", "processes"}) ||
      allOf("[].", {"spans", "processes"}) || allOf("", {"spans", "process"}) ||
      allOf("", {"traceID", "spanID"}) || allOf("[].", {"traceID", "spanID"}) ||
      allOf("spans[].", {"traceId", "operationName"})) {
    return "Jaeger JSON";
  }
  if (any({"summaries[].traceId", "summaries[].rootServiceName"})) return "a list of Jaeger trace summaries";
  if (any({"operations[].spanKind"})) return "a list of Jaeger operations";
  if (any({"services"}) && outline.paths.size() == 1) return "a list of Jaeger services";
  if (allOf("[].", {"trace_id", "span_id", "duration"}) || allOf("[][].", {"trace_id", "span_id"})) {
    return "Datadog JSON";
  }
  if (allOf("", {"trace_id", "start_time", "id"}) || allOf("[].", {"trace_id", "start_time", "id"})) {
    return "an AWS X-Ray segment";
  }
  if (allOf("[].", {"traceId", "id"}) || allOf("[][].", {"traceId", "id"}) || allOf("", {"traceId", "id"})) {
    return "Zipkin JSON";
  }
  if (any({"resourceMetrics", "resource_metrics"})) return "OTLP metrics";
  if (any({"resourceLogs", "resource_logs"})) return "OTLP logs";
  if (any({"resourceProfiles", "resource_profiles"})) return "OTLP profiles";
  return {};
}

std::string describeUnknown(std::string_view head, bool whole) {
  if (head.empty()) return "an empty file";
  for (const Magic& magic : kMagics) {
    if (head.size() >= magic.offset && startsWith(head.substr(magic.offset), magic.bytes)) {
      return std::string(magic.meaning);
    }
  }
  if (head.find_first_not_of('\0') == head.npos) return "binary data, all zeros";
  if (isText(head, whole)) return describeText(head);
  switch (signalOfInput(head)) {
    case Signal::Metrics:
      return "OTLP metrics";
    case Signal::Logs:
      return "OTLP logs";
    case Signal::Profiles:
      return "OTLP profiles";
    default:
      return "binary data";
  }
}

std::string readableFormats() {
  return "OTLP as protobuf or JSON, also gzip or zstd compressed";
}

}  // namespace waybill::formats
