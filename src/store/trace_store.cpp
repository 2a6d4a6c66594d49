// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/trace_store.h"

#include <algorithm>
#include <atomic>
#include <limits>

#include "otlp/id_reader.h"
#include "otlp/wire_reader.h"

namespace waybill::store {
namespace {

using otlp::expect;
using otlp::view;
using protozero::pbf_reader;
using protozero::pbf_wire_type;

constexpr std::string_view kServiceNameKey = "service.name";
constexpr std::string_view kUnknownService = "unknown_service";
// A ScopeSpans below this is looked through for scope and schema before its spans; a bigger one gets a context
// of its own, whose cost is nothing against its size.
constexpr size_t kSharedContextLimit = 64 * 1024;
constexpr size_t kPrefetchBytes = 448;  // a usual span
// Times within a year of 1970 are no dates but count from somewhere else, and 0 is one of them.
constexpr int64_t kRealTimesFromNs = int64_t{365} * 24 * 3600 * 1'000'000'000;

std::string_view serviceName(std::string_view resourceMessage) {
  std::string_view name;
  otlp::forEachField(resourceMessage, [&](pbf_reader& reader) {
    if (reader.tag() != otlp::resource::kAttributes) return reader.skip();
    if (!expect(reader, pbf_wire_type::length_delimited)) return;
    const otlp::AttributeView attribute = otlp::readAttribute(view(reader.get_view()));
    if (attribute.key == kServiceNameKey) name = attribute.value.string();
  });
  return name.empty() ? kUnknownService : name;
}

}  // namespace

// Where the scanner is, for offsets and diagnostics.
struct TraceStore::Scan {
  const Chunk& chunk;
  uint32_t chunkIndex;
  std::string_view resource;  // of the ResourceSpans being read
  std::string_view scope;     // of the ScopeSpans being read

  uint64_t fileOffset(std::string_view at) const {
    return chunk.fileOffset() + static_cast<uint64_t>(at.data() - chunk.bytes().data());
  }
  // Offset of the length prefix in front of a payload. The last byte of a varint is its only one below 0x80, and
  // a tag stands before the length: walk back over the length's other bytes.
  uint32_t prefixOffset(std::string_view payload) const {
    size_t at = static_cast<size_t>(payload.data() - chunk.bytes().data()) - 1;
    while (at > 0 && (chunk.bytes()[at - 1] & 0x80) != 0) --at;
    return static_cast<uint32_t>(at);
  }
};

TraceStore::TraceStore() : m_traceIds(0, TraceHash{this}, TraceEqual{this}) {
  static std::atomic<uint64_t> lastId{0};
  m_state.m_storeId = ++lastId;
  const std::vector<uint32_t> none;
  m_sets.emplace(none, 0);
  m_state.m_serviceSets.append(std::make_shared<const std::vector<StringId>>());
  publish();
}

void TraceStore::append(const std::shared_ptr<const Chunk>& chunk, std::string_view tracesData) {
  if (m_chunks.empty() || m_chunks.back() != chunk) {
    m_chunks.push_back(chunk);
    m_chunkFirstRow.push_back(m_state.spanCount());
    if (m_contextFile != chunk->file()) {
      m_contextFile = chunk->file();
      m_contextsOfFile.clear();
    }
  }
  m_state.m_wireBytes += tracesData.size();
  Scan scan{*chunk, static_cast<uint32_t>(m_chunks.size() - 1), {}, {}};
  const bool readable = otlp::forEachField(tracesData, [&](pbf_reader& reader) {
    if (reader.tag() != otlp::traces_data::kResourceSpans) return reader.skip();
    if (expect(reader, pbf_wire_type::length_delimited)) scanResourceSpans(scan, view(reader.get_view()));
  });
  if (!readable) {
    m_diagnostics.add(DiagnosticKind::UnreadableRecord, chunk->file(), scan.fileOffset(tracesData),
                      "a TracesData message of " + std::to_string(tracesData.size()) + " bytes ends early");
  }
  m_unpublished = true;
  publishIfDue();
}

bool TraceStore::publishIfDue() {
  if (!m_unpublished) return true;
  if (std::chrono::steady_clock::now() - m_lastPublish < kPublishInterval) return false;
  publish();
  return true;
}

void TraceStore::scanResourceSpans(Scan& scan, std::string_view message) {
  // The resource may stand after its spans: find it first. This hops over the spans, a few bytes each message.
  SpanContext context;
  context.chunk = scan.chunkIndex;
  scan.resource = {};
  std::string_view schemaUrl;
  const bool readable = otlp::forEachField(message, [&](pbf_reader& reader) {
    const uint32_t tag = reader.tag();
    if (tag != otlp::resource_spans::kResource && tag != otlp::resource_spans::kSchemaUrl) return reader.skip();
    if (!expect(reader, pbf_wire_type::length_delimited)) return;
    const std::string_view payload = view(reader.get_view());
    if (tag == otlp::resource_spans::kSchemaUrl) {
      schemaUrl = payload;
    } else {
      scan.resource = payload;
      context.resourceOffset = scan.prefixOffset(payload);
    }
  });
  context.resourceSchemaUrl = m_strings.intern(schemaUrl);
  if (!readable) {
    m_diagnostics.add(DiagnosticKind::UnreadableRecord, scan.chunk.file(), scan.fileOffset(message),
                      "a ResourceSpans message is cut or damaged");
  }
  otlp::forEachField(message, [&](pbf_reader& reader) {
    const bool isScopeSpans = reader.tag() == otlp::resource_spans::kScopeSpans ||
                              reader.tag() == otlp::resource_spans::kLegacyScopeSpans;
    if (!isScopeSpans) return reader.skip();
    if (expect(reader, pbf_wire_type::length_delimited)) scanScopeSpans(scan, view(reader.get_view()), context);
  });
}

void TraceStore::scanScopeSpans(Scan& scan, std::string_view message, SpanContext context) {
  scan.scope = {};
  std::string_view schemaUrl;
  const auto readContextField = [&](pbf_reader& reader) {
    const uint32_t tag = reader.tag();
    if (!expect(reader, pbf_wire_type::length_delimited)) return;
    const std::string_view payload = view(reader.get_view());
    if (tag == otlp::scope_spans::kSchemaUrl) {
      schemaUrl = payload;
      context.scopeSchemaUrl = m_strings.intern(payload);
    } else if (tag == otlp::scope_spans::kScope) {
      scan.scope = payload;
      context.scopeOffset = scan.prefixOffset(payload);
    }
  };
  // Two ways to know the context: look ahead and share it, or, for a big message, fill it in as it comes.
  const bool shared = message.size() < kSharedContextLimit;
  if (shared) otlp::forEachField(message, readContextField);

  ContextIndex index;
  bool known = false;
  const auto contextIndex = [&] {
    if (!known) {
      context.service = m_strings.intern(serviceName(scan.resource));
      index = shared ? internContext(scan, context)
                     : ContextIndex(static_cast<uint32_t>(m_state.m_contexts.append(context)));
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
    scanSpan(scan, span, scan.prefixOffset(span), contextIndex());
  });
  if (!readable) {
    m_diagnostics.add(DiagnosticKind::UnreadableRecord, scan.chunk.file(), scan.fileOffset(message),
                      "a ScopeSpans message is cut or damaged");
  }
}

void TraceStore::scanSpan(Scan& scan, std::string_view message, uint32_t offset, ContextIndex context) {
  // Spans lie one after another: ask for the next while this one is read (6-10 % of a load).
  for (size_t line = 0; line < kPrefetchBytes; line += 64) {
    __builtin_prefetch(message.data() + message.size() + line);
  }
  const auto odd = [&](DiagnosticKind kind, std::string_view example) {
    m_diagnostics.add(kind, scan.chunk.file(), scan.fileOffset(message), example);
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
  row.name = m_strings.intern(name);
  row.context = context;
  row.offset = offset;
  const SpanRow next(m_state.spanCount());
  const TraceSummary& trace = m_state.m_traces[row.trace.value];
  row.olderOfTrace = trace.spans == 0 ? next : trace.newest;
  m_state.m_spans.append(row);
  addToTrace(row.trace, next, row, m_state.m_contexts[context.value].service);
}

ContextIndex TraceStore::internContext(const Scan& scan, const SpanContext& context) {
  const size_t key = absl::HashOf(scan.resource, scan.scope, context.resourceSchemaUrl, context.scopeSchemaUrl);
  const auto [entry, isNew] = m_contextsOfFile.try_emplace(key);
  if (!isNew) {
    const SpanContext& known = m_state.m_contexts[entry->second.value];
    const auto same = [&](uint32_t knownOffset, std::string_view payload, uint32_t offset) {
      if ((knownOffset == SpanContext::kNone) != (offset == SpanContext::kNone)) return false;
      if (offset == SpanContext::kNone) return true;
      // Compare prefix and payload; two spellings of one length only cost a second context.
      const std::string_view mine = scan.chunk.bytes().substr(
          offset, static_cast<size_t>(payload.data() - scan.chunk.bytes().data()) - offset + payload.size());
      return m_chunks[known.chunk]->bytes().substr(knownOffset, mine.size()) == mine;
    };
    if (known.service == context.service && known.resourceSchemaUrl == context.resourceSchemaUrl &&
        known.scopeSchemaUrl == context.scopeSchemaUrl &&
        same(known.resourceOffset, scan.resource, context.resourceOffset) &&
        same(known.scopeOffset, scan.scope, context.scopeOffset)) {
      return entry->second;
    }
  }
  entry->second = ContextIndex(static_cast<uint32_t>(m_state.m_contexts.append(context)));
  return entry->second;
}

TraceIndex TraceStore::traceOf(const TraceId& id) {
  if (m_lastTrace.first == id && m_state.traceCount() > 0) return m_lastTrace.second;
  TraceIndex trace;
  if (const auto found = m_traceIds.find(id); found != m_traceIds.end()) {
    trace = *found;
  } else {
    TraceSummary summary;
    summary.id = id;
    trace = TraceIndex(static_cast<uint32_t>(m_state.m_traces.append(summary)));
    m_traceIds.insert(trace);
  }
  m_lastTrace = {id, trace};
  return trace;
}

void TraceStore::addToTrace(TraceIndex index, SpanRow row, const SpanTable::Row& span, StringId service) {
  TraceSummary& trace = m_state.m_traces.change(index.value);
  const bool hasParent = (span.bits & SpanBits::kHasParent) != 0;
  const int64_t start = std::min(span.startNs, span.startNs + span.durationNs);
  const int64_t end = std::max(span.startNs, span.startNs + span.durationNs);
  if (trace.spans == 0) {
    trace.startNs = start;
    trace.endNs = end;
    trace.root = row;
    trace.rootHasParent = hasParent;
  } else {
    // Among real dates a start of 0 says nothing about when.
    const bool missing = start == 0 && trace.startNs > kRealTimesFromNs;
    const bool firstKnown = trace.startNs == 0 && start > kRealTimesFromNs;
    if (firstKnown || (start < trace.startNs && !missing)) trace.startNs = start;
    trace.endNs = std::max(trace.endNs, end);
    const bool better = hasParent != trace.rootHasParent
                            ? !hasParent
                            : span.startNs < m_state.m_spans.startNs(trace.root);
    if (better) {
      trace.root = row;
      trace.rootHasParent = hasParent;
    }
  }
  trace.newest = row;
  ++trace.spans;
  if ((span.bits & SpanBits::kStatusMask) >> SpanBits::kStatusShift ==
      static_cast<uint16_t>(otlp::StatusCode::Error)) {
    ++trace.errors;
  }
  trace.services = withService(trace.services, service);
}

ServiceSetId TraceStore::withService(ServiceSetId set, StringId service) {
  const auto [entry, isNew] = m_setWith.try_emplace({set.value, service.value}, set.value);
  if (!isNew) return ServiceSetId(entry->second);

  if (m_serviceSeen.insert(service).second) m_services.push_back(service);
  std::vector<StringId> members = *m_state.m_serviceSets[set.value];
  if (std::find(members.begin(), members.end(), service) != members.end()) return set;
  members.push_back(service);
  std::sort(members.begin(), members.end(),
            [this](StringId a, StringId b) { return m_strings[a] < m_strings[b]; });
  std::vector<uint32_t> key;
  for (const StringId member : members) key.push_back(member.value);
  const auto [known, added] = m_sets.try_emplace(std::move(key), static_cast<uint32_t>(m_state.m_serviceSets.size()));
  if (added) {
    m_state.m_serviceSets.append(std::make_shared<const std::vector<StringId>>(std::move(members)));
  }
  entry->second = known->second;
  return ServiceSetId(known->second);
}

void TraceStore::publish() {
  m_lastPublish = std::chrono::steady_clock::now();
  m_unpublished = false;
  auto copy = std::make_shared<Snapshot>();
  copy->m_spans = m_state.m_spans;
  copy->m_traces = m_state.m_traces.share();
  copy->m_contexts = m_state.m_contexts;
  copy->m_serviceSets = m_state.m_serviceSets;
  copy->m_strings = m_strings.table();
  copy->m_version = ++m_state.m_version;
  copy->m_storeId = m_state.m_storeId;
  copy->m_wireBytes = m_state.m_wireBytes;
  if (m_state.m_chunks->size() != m_chunks.size()) {
    m_state.m_chunks = std::make_shared<const std::vector<std::shared_ptr<const Chunk>>>(m_chunks);
    m_state.m_chunkFirstRow = std::make_shared<const std::vector<uint32_t>>(m_chunkFirstRow);
  }
  if (m_state.m_allServices->size() != m_services.size()) {
    m_state.m_allServices = std::make_shared<const std::vector<StringId>>(m_services);
  }
  copy->m_chunks = m_state.m_chunks;
  copy->m_chunkFirstRow = m_state.m_chunkFirstRow;
  copy->m_allServices = m_state.m_allServices;
  copy->m_diagnostics = std::make_shared<const Diagnostics>(m_diagnostics);
  const std::lock_guard lock(m_mutex);
  m_published = std::move(copy);
}

std::shared_ptr<const Snapshot> TraceStore::snapshot() const {
  const std::lock_guard lock(m_mutex);
  return m_published;
}

size_t TraceStore::heapBytes() const {
  return m_state.m_spans.heapBytes() + m_state.m_traces.heapBytes() + m_state.m_contexts.heapBytes() +
         m_strings.heapBytes() + m_traceIds.capacity() * (sizeof(TraceIndex) + 1) +
         m_chunks.capacity() * (sizeof(std::shared_ptr<Chunk>) + sizeof(Chunk) + sizeof(uint32_t));
}

}  // namespace waybill::store
