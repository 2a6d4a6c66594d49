// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/snapshot.h"

#include <algorithm>

#include "otlp/wire_reader.h"

namespace waybill::store {
namespace {

// The message whose length prefix lies at `offset`; empty when the bytes are no longer what they were.
std::string_view messageAt(const Chunk& chunk, uint32_t offset) {
  const std::string_view bytes = chunk.bytes();
  if (offset >= bytes.size() || !chunk.readable()) return {};
  try {
    const char* at = bytes.data() + offset;
    const uint64_t length = protozero::decode_varint(&at, bytes.data() + bytes.size());
    const auto start = static_cast<size_t>(at - bytes.data());
    return length <= bytes.size() - start ? bytes.substr(start, length) : std::string_view();
  } catch (const protozero::exception&) {
    return {};
  }
}

}  // namespace

const Chunk& Snapshot::chunk(SpanRow row) const {
  const auto after = std::upper_bound(m_chunkFirstRow->begin(), m_chunkFirstRow->end(), row.value);
  return *(*m_chunks)[static_cast<size_t>(after - m_chunkFirstRow->begin()) - 1];
}

std::string_view Snapshot::spanMessage(SpanRow row) const { return messageAt(chunk(row), m_spans.offset(row)); }

std::string_view Snapshot::resourceMessage(SpanRow row) const {
  const SpanContext& where = context(row);
  return messageAt(*(*m_chunks)[where.chunk], where.resourceOffset);
}

std::string_view Snapshot::scopeMessage(SpanRow row) const {
  const SpanContext& where = context(row);
  return messageAt(*(*m_chunks)[where.chunk], where.scopeOffset);
}

std::optional<TraceIndex> Snapshot::findTrace(TraceId id) const {
  for (uint32_t i = 0; i < traceCount(); ++i) {
    if (m_traces[i].id == id) return TraceIndex(i);
  }
  return std::nullopt;
}

}  // namespace waybill::store
