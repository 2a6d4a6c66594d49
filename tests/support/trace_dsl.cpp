// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/trace_dsl.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "base/chunk.h"
#include "otlp/wire_writer.h"
#include "store/trace_store.h"

namespace waybill::test {
namespace {

using otlp::WireWriter;

[[noreturn]] void fail(std::string_view line, std::string_view why) {
  throw std::invalid_argument("trace text: " + std::string(why) + " in \"" + std::string(line) + "\"");
}

template <size_t kBytes>
void putBigEndian(char* out, uint64_t value) {
  for (size_t i = 0; i < kBytes; ++i) out[i] = static_cast<char>(value >> (8 * (kBytes - 1 - i)));
}

void putSpanId(WireWriter& out, uint32_t field, uint64_t id) {
  std::array<char, 8> bytes{};
  putBigEndian<8>(bytes.data(), id);
  out.text(field, {bytes.data(), bytes.size()});
}

void putTraceId(WireWriter& out, uint32_t field, TraceId id) {
  std::array<char, 16> bytes{};
  putBigEndian<8>(bytes.data(), id.high);
  putBigEndian<8>(bytes.data() + 8, id.low);
  out.text(field, {bytes.data(), bytes.size()});
}

void putAttribute(WireWriter& out, uint32_t field, std::string_view key, std::string_view value) {
  const auto attribute = out.open(field);
  out.text(otlp::key_value::kKey, key);
  const auto any = out.open(otlp::key_value::kValue);
  int64_t number = 0;
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (!value.empty() && error == std::errc() && stop == end) {
    out.unsignedInt(otlp::any_value::kInt, static_cast<uint64_t>(number));
  } else if (value == "true" || value == "false") {
    out.unsignedInt(otlp::any_value::kBool, value == "true" ? 1 : 0);
  } else {
    out.text(otlp::any_value::kString, value);
  }
  out.close(any);
  out.close(attribute);
}

void putSpan(WireWriter& out, const SpanSpec& span) {
  const auto message = out.open(otlp::scope_spans::kSpans);
  putTraceId(out, otlp::span::kTraceId, span.trace);
  if (span.id != 0) putSpanId(out, otlp::span::kSpanId, span.id);
  if (span.parent != 0) putSpanId(out, otlp::span::kParentSpanId, span.parent);
  out.text(otlp::span::kName, span.name);
  out.unsignedInt(otlp::span::kKind, static_cast<uint64_t>(span.kind));
  if (span.startNs != 0) out.fixed64(otlp::span::kStart, span.startNs);
  if (span.endNs != 0) out.fixed64(otlp::span::kEnd, span.endNs);
  for (const auto& [key, value] : span.attributes) putAttribute(out, otlp::span::kAttributes, key, value);
  for (const EventSpec& event : span.events) {
    const auto inner = out.open(otlp::span::kEvents);
    out.fixed64(otlp::event::kTime, event.timeNs);
    out.text(otlp::event::kName, event.name);
    for (const auto& [key, value] : event.attributes) putAttribute(out, otlp::event::kAttributes, key, value);
    out.close(inner);
  }
  for (const LinkSpec& link : span.links) {
    const auto inner = out.open(otlp::span::kLinks);
    putTraceId(out, otlp::link::kTraceId, link.trace);
    putSpanId(out, otlp::link::kSpanId, link.span);
    out.close(inner);
  }
  if (span.error) {
    const auto status = out.open(otlp::span::kStatus);
    out.unsignedInt(otlp::status::kCode, static_cast<uint64_t>(otlp::StatusCode::Error));
    out.close(status);
  }
  out.close(message);
}

// Consecutive spans of one service and resource share a ResourceSpans, so that rows keep the order of the specs.
void putAll(WireWriter& out, std::span<const SpanSpec> spans) {
  for (size_t i = 0; i < spans.size();) {
    const std::string& service = spans[i].service;
    const auto& attributes = spans[i].resource;
    const auto resourceSpans = out.open(otlp::traces_data::kResourceSpans, 2);
    const auto resource = out.open(otlp::resource_spans::kResource);
    if (!service.empty()) putAttribute(out, otlp::resource::kAttributes, "service.name", service);
    for (const auto& [key, value] : spans[i].resource) putAttribute(out, otlp::resource::kAttributes, key, value);
    out.close(resource);
    const auto scopeSpans = out.open(otlp::resource_spans::kScopeSpans, 2);
    for (; i < spans.size() && spans[i].service == service && spans[i].resource == attributes; ++i) putSpan(out, spans[i]);
    out.close(scopeSpans);
    out.close(resourceSpans);
  }
}

// Splits at blanks; quotes keep them, braces too. A quoted word keeps a leading quote as its mark.
std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> out;
  for (size_t at = 0; at < line.size();) {
    if (line[at] == ' ' || line[at] == '\t') {
      ++at;
      continue;
    }
    const char first = line[at];
    size_t end = 0;
    if (first == '"' || first == '{') {
      end = line.find(first == '"' ? '"' : '}', at + 1);
      if (end == std::string_view::npos) fail(line, "no closing quote or brace");
      out.emplace_back(line.substr(at, end - at));
      at = end + 1;
    } else {
      end = std::min(line.find_first_of(" \t", at), line.size());
      out.emplace_back(line.substr(at, end - at));
      at = end;
    }
  }
  return out;
}

std::string unquoted(const std::string& word) {
  return word.starts_with('"') ? word.substr(1) : word;
}

struct Unit {
  std::string_view name;
  int64_t ns;
};
constexpr std::array kUnits{Unit{"ns", 1}, Unit{"us", 1'000}, Unit{"ms", 1'000'000},
                            Unit{"s", 1'000'000'000}};

int64_t unitOf(std::string_view text) {
  for (const Unit& unit : kUnits) {
    if (text.ends_with(unit.name)) return unit.ns;
  }
  return 0;
}

// "2ms", "1.5s", "7" in `unit`, "-3us".
std::optional<int64_t> duration(std::string_view text, int64_t unit) {
  const size_t digits = std::min(text.find_first_not_of("-0123456789."), text.size());
  const std::string number(text.substr(0, digits));
  if (number.empty()) return std::nullopt;
  const std::string_view suffix = text.substr(digits);
  if (!suffix.empty()) {
    unit = 0;
    for (const Unit& known : kUnits) {
      if (suffix == known.name) unit = known.ns;
    }
    if (unit == 0) return std::nullopt;
  }
  int64_t whole = 0;
  const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), whole);
  if (error != std::errc()) return std::nullopt;
  if (stop == number.data() + number.size()) return whole * unit;
  return std::llround(std::strtod(number.c_str(), nullptr) * static_cast<double>(unit));
}

// The two times of "2..152ms"; nullopt when the word is not a pair of times at all.
std::optional<std::pair<std::optional<int64_t>, std::optional<int64_t>>> timesOf(std::string_view word) {
  const size_t dots = word.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const std::string_view from = word.substr(0, dots), to = word.substr(dots + 2);
  const int64_t unit = std::max<int64_t>({unitOf(to), to == "?" ? unitOf(from) : 0, 1});
  const auto start = from == "?" ? std::nullopt : duration(from, unit);
  const auto end = to == "?" ? std::nullopt : duration(to, unit);
  if ((from != "?" && !start) || (to != "?" && !end)) return std::nullopt;
  return std::pair(start, end);
}

uint64_t hexId(std::string_view line, std::string_view text) {
  if (text == "none") return 0;
  uint64_t id = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  if (text.empty() || error != std::errc() || stop != text.data() + text.size()) fail(line, "a bad id");
  return id;
}

std::optional<otlp::SpanKind> kindOf(std::string_view word) {
  constexpr std::array<std::string_view, 6> kNames{"UNSPECIFIED", "INTERNAL", "SERVER",
                                                   "CLIENT",      "PRODUCER", "CONSUMER"};
  const auto found = std::find(kNames.begin(), kNames.end(), word);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<otlp::SpanKind>(found - kNames.begin());
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

void readAttributes(std::string_view line, std::string_view list, SpanSpec& span) {
  while (!trimmed(list).empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view pair = list.substr(0, comma);
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos) fail(line, "an attribute without '='");
    span.attributes.emplace_back(trimmed(pair.substr(0, equals)), trimmed(pair.substr(equals + 1)));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

void readLink(std::string_view line, std::string_view value, SpanSpec& span) {
  const size_t colon = value.find(':');
  const bool otherTrace = colon != std::string_view::npos;
  const TraceId trace = otherTrace ? TraceId{0, hexId(line, value.substr(0, colon))} : span.trace;
  span.links.push_back({trace, hexId(line, otherTrace ? value.substr(colon + 1) : value)});
}

void readEvent(std::string_view line, std::string_view value, int64_t epochNs, SpanSpec& span) {
  const size_t at = value.find('@');
  const auto time = at == std::string_view::npos ? std::nullopt : duration(value.substr(at + 1), 1);
  if (!time) fail(line, "an event that is not name@time");
  span.events.push_back({std::string(value.substr(0, at)), static_cast<uint64_t>(epochNs + *time), {}});
}

void readOption(std::string_view line, std::string_view word, int64_t epochNs, SpanSpec& span) {
  const auto value = [&](std::string_view key) { return word.substr(key.size()); };
  if (const auto kind = kindOf(word)) {
    span.kind = *kind;
  } else if (word == "error") {
    span.error = true;
  } else if (word.starts_with("id=")) {
    span.id = hexId(line, value("id="));
  } else if (word.starts_with("parent=")) {
    span.parent = hexId(line, value("parent="));
  } else if (word.starts_with("trace=")) {
    span.trace = {0, hexId(line, value("trace="))};
  } else if (word.starts_with("link=")) {
    readLink(line, value("link="), span);
  } else if (word.starts_with("event=")) {
    readEvent(line, value("event="), epochNs, span);
  } else if (word.starts_with("instance=")) {
    span.resource.emplace_back("service.instance.id", value("instance="));
  } else if (word.starts_with("{")) {
    readAttributes(line, value("{"), span);
  } else {
    fail(line, "an unknown word \"" + std::string(word) + "\"");
  }
}

SpanSpec readSpan(std::string_view line, uint64_t autoId, uint64_t parent, TraceId trace, int64_t epochNs) {
  const std::vector<std::string> parts = words(line);
  SpanSpec span;
  span.service = unquoted(parts[0]);
  span.name.clear();
  span.id = autoId;
  span.parent = parent;
  span.trace = trace;
  size_t i = 1;
  for (; i < parts.size() && !timesOf(parts[i]); ++i) span.name += (i > 1 ? " " : "") + unquoted(parts[i]);
  if (i == parts.size()) fail(line, "no times");
  const auto times = *timesOf(parts[i]);
  if (times.first) span.startNs = static_cast<uint64_t>(epochNs + *times.first);
  if (times.second) span.endNs = static_cast<uint64_t>(epochNs + *times.second);
  for (++i; i < parts.size(); ++i) readOption(line, parts[i], epochNs, span);
  return span;
}

}  // namespace

std::vector<SpanSpec> parseTrace(std::string_view text, int64_t epochNs) {
  struct Ancestor {
    size_t indent;
    uint64_t id;
    TraceId trace;
  };
  std::vector<Ancestor> ancestors;
  std::vector<SpanSpec> spans;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t indent = line.find_first_not_of(" \t\r");
    if (indent == std::string_view::npos || line[indent] == '#') continue;
    while (!ancestors.empty() && ancestors.back().indent >= indent) ancestors.pop_back();
    const uint64_t parent = ancestors.empty() ? 0 : ancestors.back().id;
    const TraceId trace = ancestors.empty() ? TraceId{0, 1} : ancestors.back().trace;
    spans.push_back(readSpan(line, 0x101 + spans.size(), parent, trace, epochNs));
    ancestors.push_back({indent, spans.back().id, spans.back().trace});
  }
  return spans;
}

std::string encode(std::span<const SpanSpec> spans) {
  WireWriter out;
  putAll(out, spans);
  return std::string(out.bytes());
}

std::shared_ptr<const store::Snapshot> snapshotOf(std::span<const SpanSpec> spans) {
  WireWriter out;
  putAll(out, spans);
  auto [data, size] = out.take();
  const auto chunk = Chunk::owned(std::shared_ptr<const char[]>(std::move(data)), size, "trace.txt", 0);
  store::TraceStore traces;
  traces.append(chunk, chunk->bytes());
  traces.publish();
  return traces.snapshot();
}

std::shared_ptr<const store::Snapshot> snapshotOf(std::string_view text, int64_t epochNs) {
  const std::vector<SpanSpec> spans = parseTrace(text, epochNs);
  return snapshotOf(std::span<const SpanSpec>(spans));
}

std::optional<SpanRow> findRow(const store::Snapshot& snapshot, uint64_t spanId) {
  for (uint32_t i = 0; i < snapshot.spanCount(); ++i) {
    if (snapshot.spans().id(SpanRow(i)).value == spanId) return SpanRow(i);
  }
  return std::nullopt;
}

}  // namespace waybill::test
