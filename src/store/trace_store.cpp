// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/trace_store.h"

#include <atomic>

namespace waybill::store {

TraceStore::TraceStore() : m_serviceSets(m_strings), m_traceIds(0, TraceHash{this}, TraceEqual{this}) {
  static std::atomic<uint64_t> lastId{0};
  m_state.m_storeId = ++lastId;
  publish();
}

void TraceStore::append(const std::shared_ptr<const Chunk>& chunk, std::string_view tracesData) {
  m_scanner.clear();
  m_scanner.scan(chunk, tracesData);
  merge(m_scanner.part());
}

bool TraceStore::publishIfDue() {
  if (!m_unpublished) return true;
  if (std::chrono::steady_clock::now() - m_lastPublish < kPublishInterval) return false;
  publish();
  return true;
}

// Where a trace of a part continues.
struct TraceStore::TracePlace {
  TraceIndex trace;
  SpanRow newest;      // its row before the part's
  bool known = false;  // there is one
};

void TraceStore::merge(const ScannedPart& part) {
  const std::vector<uint32_t> chunks = takeChunks(part);
  std::vector<StringId> strings;
  strings.reserve(part.strings.table().size());
  for (uint32_t i = 0; i < part.strings.table().size(); ++i)
    strings.push_back(m_strings.intern(part.strings[StringId(i)]));
  for (const StringId service : part.services) {
    const StringId known = strings[service.value];
    if (m_serviceSeen.insert(known).second) m_services.push_back(known);
  }
  const std::vector<ContextIndex> contexts = takeContexts(part, chunks, strings);
  takeSpans(part, takeTraces(part, strings), strings, contexts);
  m_diagnostics.merge(part.diagnostics);
  m_state.m_wireBytes += part.wireBytes;
  m_unpublished = true;
  publishIfDue();
}

// The part's chunks, by their index in the store.
std::vector<uint32_t> TraceStore::takeChunks(const ScannedPart& part) {
  std::vector<uint32_t> chunks;
  for (const ScannedPart::Piece& piece : part.pieces) {
    if (m_chunks.empty() || m_chunks.back() != piece.chunk) {
      m_chunks.push_back(piece.chunk);
      m_chunkFirstRow.push_back(m_state.spanCount() + piece.firstRow);
    }
    chunks.push_back(static_cast<uint32_t>(m_chunks.size() - 1));
  }
  return chunks;
}

std::vector<ContextIndex> TraceStore::takeContexts(const ScannedPart& part, const std::vector<uint32_t>& chunks,
                                                   const std::vector<StringId>& strings) {
  std::vector<ContextIndex> contexts;
  contexts.reserve(part.contexts.size());
  for (ScannedPart::Context context : part.contexts) {
    SpanContext& own = context.context;
    own.chunk = chunks[own.chunk];
    own.service = strings[own.service.value];
    own.resourceSchemaUrl = strings[own.resourceSchemaUrl.value];
    own.scopeSchemaUrl = strings[own.scopeSchemaUrl.value];
    own.clock = clockOf(own.service);
    m_state.m_clocks.change(own.clock).add(context.ticks);
    contexts.push_back(context.shared ? internContext(context)
                                      : ContextIndex(static_cast<uint32_t>(m_state.m_contexts.append(own))));
  }
  return contexts;
}

uint32_t TraceStore::clockOf(StringId service) {
  const auto [entry, isNew] = m_clockOf.try_emplace(service);
  if (isNew) entry->second = static_cast<uint32_t>(m_state.m_clocks.append({}));
  return entry->second;
}

ContextIndex TraceStore::internContext(const ScannedPart::Context& context) {
  const SpanContext& own = context.context;
  if (const std::string& file = m_chunks[own.chunk]->file(); m_contextFile != file) {
    m_contextFile = file;
    m_contextsOfFile.clear();
  }
  const auto [entry, isNew] = m_contextsOfFile.try_emplace(context.contentHash);
  if (!isNew) {
    const SpanContext& known = m_state.m_contexts[entry->second.value];
    const auto same = [&](uint32_t knownOffset, uint32_t offset, uint32_t size) {
      if ((knownOffset == SpanContext::kNone) != (offset == SpanContext::kNone)) return false;
      if (offset == SpanContext::kNone) return true;
      return m_chunks[known.chunk]->bytes().substr(knownOffset, size) ==
             m_chunks[own.chunk]->bytes().substr(offset, size);
    };
    if (known.service == own.service && known.resourceSchemaUrl == own.resourceSchemaUrl &&
        known.scopeSchemaUrl == own.scopeSchemaUrl &&
        same(known.resourceOffset, own.resourceOffset, context.resourceBytes) &&
        same(known.scopeOffset, own.scopeOffset, context.scopeBytes)) {
      return entry->second;
    }
  }
  entry->second = ContextIndex(static_cast<uint32_t>(m_state.m_contexts.append(own)));
  return entry->second;
}

std::vector<TraceStore::TracePlace> TraceStore::takeTraces(const ScannedPart& part,
                                                           const std::vector<StringId>& strings) {
  const uint32_t firstRow = m_state.spanCount();
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, ServiceSetId> united;  // (ours, the part's) -> ours
  std::vector<TracePlace> places;
  places.reserve(part.traces.size());
  for (const TraceSummary& found : part.traces) {
    const TraceIndex index = traceOf(found.id);
    TraceSummary& trace = m_state.m_traces.change(index.value);
    places.push_back({index, trace.newest, trace.spans > 0});
    const int64_t rootStart = trace.spans == 0 ? 0 : m_state.m_spans.startNs(trace.root);
    if (trace.hasBetterRoot(found.rootHasParent, part.rows[found.root.value].startNs, rootStart)) {
      trace.root = SpanRow(firstRow + found.root.value);
      trace.rootHasParent = found.rootHasParent;
      trace.rootNs = found.rootNs;
    }
    trace.addTimes(found);
    trace.newest = SpanRow(firstRow + found.newest.value);
    trace.spans += found.spans;
    trace.errors += found.errors;
    const auto [set, isNew] = united.try_emplace({trace.services.value, found.services.value}, trace.services);
    if (isNew) {
      std::vector<StringId> services;
      for (const StringId service : part.serviceSets[found.services.value])
        services.push_back(strings[service.value]);
      set->second = m_serviceSets.with(trace.services, services);
    }
    trace.services = set->second;
  }
  return places;
}

void TraceStore::takeSpans(const ScannedPart& part, const std::vector<TracePlace>& traces,
                           const std::vector<StringId>& strings, const std::vector<ContextIndex>& contexts) {
  const uint32_t firstRow = m_state.spanCount();
  for (uint32_t i = 0; i < part.rows.size(); ++i) {
    SpanTable::Row row = part.rows[i];
    const TracePlace& place = traces[row.trace.value];
    const bool isFirst = row.olderOfTrace.value == i;
    row.olderOfTrace = isFirst && place.known ? place.newest : SpanRow(firstRow + row.olderOfTrace.value);
    row.trace = place.trace;
    row.name = strings[row.name.value];
    row.context = contexts[row.context.value];
    m_state.m_spans.append(row);
  }
}

TraceIndex TraceStore::traceOf(const TraceId& id) {
  if (const auto found = m_traceIds.find(id); found != m_traceIds.end()) return *found;
  TraceSummary summary;
  summary.id = id;
  const TraceIndex trace(static_cast<uint32_t>(m_state.m_traces.append(summary)));
  m_traceIds.insert(trace);
  return trace;
}

void TraceStore::publish() {
  m_lastPublish = std::chrono::steady_clock::now();
  m_unpublished = false;
  auto copy = std::make_shared<Snapshot>();
  copy->m_spans = m_state.m_spans;
  copy->m_traces = m_state.m_traces.share();
  copy->m_contexts = m_state.m_contexts;
  copy->m_clocks = m_state.m_clocks.share();
  copy->m_serviceSets = m_serviceSets.table();
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
  return m_state.m_spans.heapBytes() + m_state.m_traces.heapBytes() + m_state.m_contexts.heapBytes() + m_state.m_clocks.heapBytes() +
         m_strings.heapBytes() + m_traceIds.capacity() * (sizeof(TraceIndex) + 1) +
         m_chunks.capacity() * (sizeof(std::shared_ptr<Chunk>) + sizeof(Chunk) + sizeof(uint32_t));
}

}  // namespace waybill::store
