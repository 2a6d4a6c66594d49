// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/span_scanner.h"

#include <algorithm>
#include <limits>

#include "otlp/id_reader.h"
#include "otlp/span_view.h"
#include "otlp/wire_reader.h"

namespace waybill::store {
namespace {

using otlp::expect;
using otlp::view;
using protozero::pbf_reader;
using protozero::pbf_wire_type;

constexpr std::string_view kServiceNameKey = "service.name";
constexpr std::string_view kUnknownService = "unknown_service";
constexpr std::string_view kLanguageKey = "telemetry.sdk.language";
// A ScopeSpans below this is looked through for scope and schema before its spans; a bigger one gets a context
// of its own, whose cost is nothing against its size.
constexpr size_t kSharedContextLimit = 64 * 1024;
constexpr size_t kPrefetchBytes = 448;  // a usual span

// What a resource says of the program that sent its spans.
struct Sender {
  std::string_view service = kUnknownService;
  bool isJavaScript = false;
};

Sender senderOf(std::string_view resourceMessage) {
  std::string_view name, language;
  otlp::forEachField(resourceMessage, [&](pbf_reader& reader) {
    if (reader.tag() != otlp::resource::kAttributes) return reader.skip();
    if (!expect(reader, pbf_wire_type::length_delimited)) return;
    const otlp::AttributeView attribute = otlp::readAttribute(view(reader.get_view()));
    if (attribute.key == kServiceNameKey) name = attribute.value.string();
    if (attribute.key == kLanguageKey) language = attribute.value.string();
  });
  return {name.empty() ? kUnknownService : name, language == "nodejs" || language == "webjs"};
}

}  // namespace

void SpanScanner::clear() {
  m_part.clear();
  m_chunk = nullptr;
  m_traceIds.clear();
  m_contexts.clear();
  m_setWith.clear();
  m_serviceSeen.clear();
}

void SpanScanner::scan(const std::shared_ptr<const Chunk>& chunk, std::string_view tracesData) {
  if (m_part.pieces.empty() || m_part.pieces.back().chunk != chunk) {
    m_part.pieces.push_back({chunk, static_cast<uint32_t>(m_part.rows.size())});
    m_contexts.clear();
  }
  m_chunk = chunk.get();
  m_part.wireBytes += tracesData.size();
  const bool readable = otlp::forEachField(tracesData, [&](pbf_reader& reader) {
    if (reader.tag() != otlp::traces_data::kResourceSpans) return reader.skip();
    if (expect(reader, pbf_wire_type::length_delimited)) scanResourceSpans(view(reader.get_view()));
  });
  if (!readable) {
    m_part.diagnostics.add(DiagnosticKind::UnreadableRecord, chunk->file(), fileOffset(tracesData),
                           "a TracesData message of " + std::to_string(tracesData.size()) + " bytes ends early");
  }
}

uint64_t SpanScanner::fileOffset(std::string_view at) const {
  return m_chunk->fileOffset() + static_cast<uint64_t>(at.data() - m_chunk->bytes().data());
}

// The last byte of a varint is its only one below 0x80, and a tag stands before the length: walk back over the
// length's other bytes.
uint32_t SpanScanner::prefixOffset(std::string_view payload) const {
  size_t at = static_cast<size_t>(payload.data() - m_chunk->bytes().data()) - 1;
  while (at > 0 && (m_chunk->bytes()[at - 1] & 0x80) != 0) --at;
  return static_cast<uint32_t>(at);
}

void SpanScanner::scanResourceSpans(std::string_view message) {
  // The resource may stand after its spans: find it first. This hops over the spans, a few bytes each message.
  SpanContext context;
  context.chunk = static_cast<uint32_t>(m_part.pieces.size() - 1);
  m_resource = {};
  std::string_view schemaUrl;
  const bool readable = otlp::forEachField(message, [&](pbf_reader& reader) {
    const uint32_t tag = reader.tag();
    if (tag != otlp::resource_spans::kResource && tag != otlp::resource_spans::kSchemaUrl) return reader.skip();
    if (!expect(reader, pbf_wire_type::length_delimited)) return;
    const std::string_view payload = view(reader.get_view());
    if (tag == otlp::resource_spans::kSchemaUrl) {
      schemaUrl = payload;
    } else {
      m_resource = payload;
      context.resourceOffset = prefixOffset(payload);
    }
  });
  context.resourceSchemaUrl = m_part.strings.intern(schemaUrl);
  if (!readable) {
    m_part.diagnostics.add(DiagnosticKind::UnreadableRecord, m_chunk->file(), fileOffset(message),
                      "a ResourceSpans message is cut or damaged");
  }
  otlp::forEachField(message, [&](pbf_reader& reader) {
    const bool isScopeSpans = reader.tag() == otlp::resource_spans::kScopeSpans ||
                              reader.tag() == otlp::resource_spans::kLegacyScopeSpans;
    if (!isScopeSpans) return reader.skip();
    if (expect(reader, pbf_wire_type::length_delimited)) scanScopeSpans(view(reader.get_view()), context);
  });
}

void SpanScanner::scanScopeSpans(std::string_view message, SpanContext context) {
  m_scope = {};
  std::string_view schemaUrl;
  const auto readContextField = [&](pbf_reader& reader) {
    const uint32_t tag = reader.tag();
    if (!expect(reader, pbf_wire_type::length_delimited)) return;
    const std::string_view payload = view(reader.get_view());
    if (tag == otlp::scope_spans::kSchemaUrl) {
      schemaUrl = payload;
      context.scopeSchemaUrl = m_part.strings.intern(payload);
    } else if (tag == otlp::scope_spans::kScope) {
      m_scope = payload;
      context.scopeOffset = prefixOffset(payload);
    }
  };
  // Two ways to know the context: look ahead and share it, or, for a big message, fill it in as it comes.
  const bool shared = message.size() < kSharedContextLimit;
  if (shared) otlp::forEachField(message, readContextField);

  ContextIndex index;
  bool known = false;
  const auto contextIndex = [&] {
    if (!known) {
      const Sender sender = senderOf(m_resource);
      context.service = m_part.strings.intern(sender.service);
      index = shared ? internContext(context) : addContext({context, false, 0, 0, 0});
      m_part.contexts[index.value].ticks.isJavaScript = sender.isJavaScript;
      known = true;
    }
    return index;
  };
  const bool readable = otlp::forEachField(message, [&](pbf_reader& reader) {
    if (reader.tag() != otlp::scope_spans::kSpans) {
      if (shared || known) return reader.skip();
      return readContextField(reader);
    }
    if (!expect(reader, pbf_wire_type::length_delimited)) return;
    const std::string_view span = view(reader.get_view());
    scanSpan(span, prefixOffset(span), contextIndex());
  });
  if (!readable) {
    m_part.diagnostics.add(DiagnosticKind::UnreadableRecord, m_chunk->file(), fileOffset(message),
                      "a ScopeSpans message is cut or damaged");
  }
}

void SpanScanner::scanSpan(std::string_view message, uint32_t offset, ContextIndex context) {
  // Spans lie one after another: ask for the next while this one is read (6-10 % of a load).
  for (size_t line = 0; line < kPrefetchBytes; line += 64) {
    __builtin_prefetch(message.data() + message.size() + line);
  }
  const auto odd = [&](DiagnosticKind kind, std::string_view example) {
    m_part.diagnostics.add(kind, m_chunk->file(), fileOffset(message), example);
  };
  std::string_view traceId, spanId, parentId, name;
  uint64_t start = 0, end = 0, kind = 0, status = 0;
  uint32_t flags = 0;
  uint16_t bits = 0;
  const bool readable = otlp::forEachField(message, [&](pbf_reader& reader) {
    const pbf_wire_type type = reader.wire_type();
    switch (reader.tag()) {
      case otlp::span::kTraceId:
        if (type == pbf_wire_type::length_delimited) { traceId = view(reader.get_view()); return; }
        break;
      case otlp::span::kSpanId:
        if (type == pbf_wire_type::length_delimited) { spanId = view(reader.get_view()); return; }
        break;
      case otlp::span::kParentSpanId:
        if (type == pbf_wire_type::length_delimited) { parentId = view(reader.get_view()); return; }
        break;
      case otlp::span::kName:
        if (type == pbf_wire_type::length_delimited) { name = view(reader.get_view()); return; }
        break;
      case otlp::span::kKind:
        if (type == pbf_wire_type::varint) { kind = reader.get_uint64(); return; }
        break;
      case otlp::span::kStart:
        if (type == pbf_wire_type::fixed64) { start = reader.get_fixed64(); return; }
        break;
      case otlp::span::kEnd:
        if (type == pbf_wire_type::fixed64) { end = reader.get_fixed64(); return; }
        break;
      case otlp::span::kFlags:
        if (type == pbf_wire_type::fixed32) { flags = reader.get_fixed32(); return; }
        break;
      case otlp::span::kEvents: bits |= SpanBits::kHasEvents; break;
      case otlp::span::kLinks: bits |= SpanBits::kHasLinks; break;
      case otlp::span::kDroppedAttributesCount:
      case otlp::span::kDroppedEventsCount:
      case otlp::span::kDroppedLinksCount:
        if (type == pbf_wire_type::varint) {
          if (reader.get_uint64() != 0) bits |= SpanBits::kDropped;
          return;
        }
        break;
      case otlp::span::kStatus:
        if (type == pbf_wire_type::length_delimited) {
          otlp::forEachField(view(reader.get_view()), [&](pbf_reader& inner) {
            if (inner.tag() == otlp::status::kCode && inner.wire_type() == pbf_wire_type::varint) {
              status = inner.get_uint64();
            } else {
              inner.skip();
            }
          });
          return;
        }
        break;
      default: break;
    }
    reader.skip();
  });
  if (!readable) {
    odd(DiagnosticKind::UnreadableRecord, "a Span message is cut or damaged; what came before is kept");
    if (traceId.empty() && spanId.empty() && name.empty()) return;  // nothing of a span is left
  }

  if (!otlp::isValidTraceId(traceId)) odd(DiagnosticKind::InvalidTraceId, otlp::idText(traceId));
  if (!otlp::isValidSpanId(spanId)) {
    bits |= SpanBits::kInvalidSpanId;
    odd(DiagnosticKind::InvalidSpanId, otlp::idText(spanId));
  }
  constexpr auto kMaxTime = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (start > kMaxTime || end > kMaxTime) {
    odd(DiagnosticKind::TimeOutOfRange, name);
    start = std::min(start, kMaxTime);
    end = std::min(end, kMaxTime);
  }
  SpanTable::Row row;
  row.startNs = static_cast<int64_t>(start);
  if (end == 0) {
    bits |= SpanBits::kUnfinished;
    odd(DiagnosticKind::EndMissing, name);
  } else {
    row.durationNs = static_cast<int64_t>(end) - row.startNs;
    if (row.durationNs < 0) odd(DiagnosticKind::NegativeDuration, name);
  }
  if (start == 0) {
    bits |= SpanBits::kStartMissing;
    odd(DiagnosticKind::StartMissing, name);
  }
  if ((bits & SpanBits::kDropped) != 0) odd(DiagnosticKind::DroppedByTheSdk, name);
  bits |= kind <= 5 ? static_cast<uint16_t>(kind) : 0;
  bits |= static_cast<uint16_t>((status <= 2 ? status : 0) << SpanBits::kStatusShift);
  if ((flags & otlp::kFlagHasIsRemote) != 0) bits |= SpanBits::kHasIsRemote;
  if ((flags & otlp::kFlagIsRemote) != 0) bits |= SpanBits::kParentRemote;
  row.id = otlp::readSpanId(spanId);
  row.parent = otlp::readSpanId(parentId);
  if (row.parent.valid()) bits |= SpanBits::kHasParent;
  row.bits = bits;
  row.trace = traceOf(otlp::readTraceId(traceId));
  row.name = m_part.strings.intern(name);
  row.context = context;
  row.offset = offset;
  m_part.contexts[context.value].ticks.add(row.startNs);
  const SpanRow next(static_cast<uint32_t>(m_part.rows.size()));
  TraceSummary& trace = m_part.traces[row.trace.value];
  row.olderOfTrace = trace.spans == 0 ? next : trace.newest;
  m_part.rows.push_back(row);
  addToTrace(trace, next, row, m_part.contexts[context.value].context.service);
}

ContextIndex SpanScanner::addContext(const ScannedPart::Context& context) {
  m_part.contexts.push_back(context);
  return ContextIndex(static_cast<uint32_t>(m_part.contexts.size() - 1));
}

ContextIndex SpanScanner::internContext(const SpanContext& context) {
  const std::string_view resource = withPrefix(context.resourceOffset, m_resource);
  const std::string_view scope = withPrefix(context.scopeOffset, m_scope);
  ScannedPart::Context found{context, true,
                             absl::HashOf(resource, scope, m_part.strings[context.resourceSchemaUrl],
                                          m_part.strings[context.scopeSchemaUrl]),
                             static_cast<uint32_t>(resource.size()), static_cast<uint32_t>(scope.size())};
  const auto [entry, isNew] = m_contexts.try_emplace(found.contentHash);
  if (!isNew) {
    const ScannedPart::Context& known = m_part.contexts[entry->second.value];
    const auto bytes = [this](uint32_t offset, uint32_t size) {
      return offset == SpanContext::kNone ? std::string_view() : m_chunk->bytes().substr(offset, size);
    };
    if (known.context.resourceSchemaUrl == context.resourceSchemaUrl &&
        known.context.scopeSchemaUrl == context.scopeSchemaUrl &&
        bytes(known.context.resourceOffset, known.resourceBytes) == resource &&
        bytes(known.context.scopeOffset, known.scopeBytes) == scope) {
      return entry->second;
    }
  }
  return entry->second = addContext(found);
}

// The payload with the length before it, as it lies in the chunk; empty when there is no such message. Two
// spellings of one length only cost a second context.
std::string_view SpanScanner::withPrefix(uint32_t offset, std::string_view payload) const {
  if (offset == SpanContext::kNone) return {};
  const auto end = static_cast<size_t>(payload.data() - m_chunk->bytes().data()) + payload.size();
  return m_chunk->bytes().substr(offset, end - offset);
}

TraceIndex SpanScanner::traceOf(const TraceId& id) {
  if (!m_part.traces.empty() && m_lastTrace.first == id) return m_lastTrace.second;
  const auto [entry, isNew] = m_traceIds.try_emplace(id, static_cast<uint32_t>(m_part.traces.size()));
  if (isNew) m_part.traces.emplace_back().id = id;
  m_lastTrace = {id, entry->second};
  return entry->second;
}

void SpanScanner::addToTrace(TraceSummary& trace, SpanRow row, const SpanTable::Row& span, StringId service) {
  TraceSummary one;
  one.endNs = std::max(span.startNs, span.startNs + span.durationNs);
  // Among real dates a span without a start begins when it ends, as in the tree; one that ends before it starts lasts
  // no time.
  const bool noStart = span.startNs == 0 && one.endNs >= TraceSummary::kRealTimesFromNs;
  one.startNs = noStart ? one.endNs : span.startNs;
  one.startsAtZero = one.startNs == 0;
  one.startsLater = !one.startsAtZero;
  trace.addTimes(one);
  const bool hasParent = (span.bits & SpanBits::kHasParent) != 0;
  if (trace.hasBetterRoot(hasParent, span.startNs, m_part.rows[trace.root.value].startNs)) {
    trace.root = row;
    trace.rootHasParent = hasParent;
    trace.rootNs = TraceSummary::rootNsOf(span);
  }
  trace.newest = row;
  ++trace.spans;
  if ((span.bits & SpanBits::kStatusMask) >> SpanBits::kStatusShift ==
      static_cast<uint16_t>(otlp::StatusCode::Error)) {
    ++trace.errors;
  }
  trace.services = withService(trace.services, service);
}

ServiceSetId SpanScanner::withService(ServiceSetId set, StringId service) {
  if (m_lastService.from == set && m_lastService.service == service && !m_setWith.empty()) return m_lastService.to;
  const auto [entry, isNew] = m_setWith.try_emplace({set.value, service.value}, set.value);
  if (isNew) {
    if (m_serviceSeen.insert(service).second) m_part.services.push_back(service);
    // By copy: the list of sets grows.
    std::vector<StringId> members = m_part.serviceSets[set.value];
    if (std::find(members.begin(), members.end(), service) == members.end()) {
      members.push_back(service);
      entry->second = static_cast<uint32_t>(m_part.serviceSets.size());
      m_part.serviceSets.push_back(std::move(members));
    }
  }
  m_lastService = {set, service, ServiceSetId(entry->second)};
  return m_lastService.to;
}

}  // namespace waybill::store
