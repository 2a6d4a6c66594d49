// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "otlp/id_reader.h"

#include "base/bytes.h"

namespace waybill::otlp {
namespace {

// FNV-1a: the same in every run, unlike absl::Hash, so that made-up ids can be written into a link.
uint64_t stableHash(std::string_view bytes, uint64_t seed) {
  uint64_t hash = 0xcbf29ce484222325ULL ^ seed;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash == 0 ? 1 : hash;
}

}  // namespace

TraceId readTraceId(std::string_view idBytes) {
  if (const auto id = traceIdFromBytes(idBytes)) return *id;
  if (idBytes.empty()) return {};
  if (idBytes.size() == 8) return TraceId{0, loadBigEndian64(idBytes.data())};
  return TraceId{stableHash(idBytes, 1), stableHash(idBytes, 2)};
}

SpanId readSpanId(std::string_view idBytes) {
  if (const auto id = spanIdFromBytes(idBytes)) return *id;
  if (idBytes.empty()) return {};
  return SpanId{stableHash(idBytes, 3)};
}

}  // namespace waybill::otlp
