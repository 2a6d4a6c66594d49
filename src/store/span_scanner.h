// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <memory>
#include <string_view>
#include <utility>

#include "store/scanned_part.h"

namespace waybill::store {

// Walks over wire bytes and makes a row of every span. Knows nothing of other scanners or of a store: each thread
// has its own. Unreadable records become diagnostics of the part.
class SpanScanner {
 public:
  // One TracesData message lying in the chunk's bytes. Calls with the same chunk must follow each other.
  void scan(const std::shared_ptr<const Chunk>& chunk, std::string_view tracesData);

  // What was scanned since the last clear().
  const ScannedPart& part() const { return m_part; }
  void clear();

 private:
  void scanResourceSpans(std::string_view message);
  void scanScopeSpans(std::string_view message, SpanContext context);
  void scanSpan(std::string_view message, uint32_t offset, ContextIndex context);
  ContextIndex internContext(const SpanContext& context);
  ContextIndex addContext(const ScannedPart::Context& context);
  TraceIndex traceOf(const TraceId& id);
  void addToTrace(TraceSummary& trace, SpanRow row, const SpanTable::Row& span, StringId service);
  ServiceSetId withService(ServiceSetId set, StringId service);
  uint64_t fileOffset(std::string_view at) const;
  uint32_t prefixOffset(std::string_view payload) const;  // of the length in front of a payload, in the chunk
  std::string_view withPrefix(uint32_t offset, std::string_view payload) const;

  struct ServiceStep {
    ServiceSetId from;
    StringId service;
    ServiceSetId to;
  };

  ScannedPart m_part;
  const Chunk* m_chunk = nullptr;  // the last piece's
  std::string_view m_resource;     // of the ResourceSpans being read
  std::string_view m_scope;        // of the ScopeSpans being read
  absl::flat_hash_map<TraceId, TraceIndex> m_traceIds;
  std::pair<TraceId, TraceIndex> m_lastTrace;
  absl::flat_hash_map<size_t, ContextIndex> m_contexts;  // by content, of the last piece
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, uint32_t> m_setWith;  // (set, service) -> set
  ServiceStep m_lastService;
  absl::flat_hash_set<StringId> m_serviceSeen;
};

}  // namespace waybill::store
