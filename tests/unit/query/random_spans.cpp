// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/query/random_spans.h"

#include <algorithm>
#include <array>
#include <utility>

#include "otlp/fields.h"

namespace waybill::query {
namespace {

void writeBigEndian(uint64_t number, char* out) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(number >> (56 - 8 * i));
}

void appendTo(store::TraceStore& store, otlp::WireWriter& wire) {
  auto [bytes, size] = wire.take();
  const auto chunk = Chunk::owned(std::shared_ptr<const char[]>(std::move(bytes)), size, "random", 0);
  store.append(chunk, chunk->bytes());
  store.publish();
}

void writeIds(otlp::WireWriter& out, uint64_t trace, uint64_t span) {
  std::array<char, 16> id{};
  writeBigEndian(trace, id.data() + 8);
  out.text(otlp::span::kTraceId, {id.data(), 16});
  writeBigEndian(span, id.data());
  out.text(otlp::span::kSpanId, {id.data(), 8});
}

}  // namespace

void RandomSpans::writeValue(otlp::WireWriter& out, uint32_t depth) {
  namespace any = otlp::any_value;
  switch (m_random.below(depth < 3 ? 9 : 6)) {
    case 0: return out.text(any::kString, std::string(m_random.below(200), 'x'));  // lengths of one byte and of two
    case 1: return out.text(any::kString, m_random.chance(0.5) ? "GET" : "Post \xFF");
    case 2: return out.unsignedInt(any::kBool, m_random.below(2));
    case 3: return out.unsignedInt(any::kInt, m_random.chance(0.1) ? m_random.next() : m_random.below(600));
    case 4: return out.fixed64(any::kDouble, m_random.chance(0.1) ? m_random.next() : 0x4059000000000000U);
    case 5: return;  // a value that is none
    case 6: return out.text(any::kBytes, "\x01\x02");
    default: break;
  }
  const auto list = out.open(m_random.chance(0.5) ? any::kArray : any::kKeyValueList);
  const auto value = out.open(otlp::array_value::kValues);
  writeValue(out, depth + 1);
  out.close(value);
  out.close(list);
}

void RandomSpans::writeAttribute(otlp::WireWriter& out, uint32_t field) {
  constexpr std::array<std::string_view, 8> kKeys{"a", "b", "db.statement", "db.query.text", "ab", "", "A", "unique"};
  const std::string_view key = kKeys[m_random.below(kKeys.size())];
  const auto attribute = out.open(field);
  const bool odd = m_random.chance(0.1);
  const auto value = [&] {
    const auto message = out.open(otlp::key_value::kValue);
    if (key == "unique") {
      out.unsignedInt(otlp::any_value::kInt, m_made);
    } else {
      writeValue(out, 0);
    }
    out.close(message);
  };
  if (odd && m_random.chance(0.5)) value();                                    // before the key
  if (odd && m_random.chance(0.3)) out.text(otlp::key_value::kKey, "b");       // a key that does not count
  if (odd && m_random.chance(0.3)) out.fixed32(otlp::key_value::kKey, 7);      // of the wrong type
  out.text(otlp::key_value::kKey, key);
  if (odd && m_random.chance(0.3)) out.unsignedInt(99, m_random.next());       // of the future
  if (!odd || m_random.chance(0.5)) value();
  out.close(attribute);
}

void RandomSpans::writeAttributes(otlp::WireWriter& out, uint32_t field) {
  for (uint32_t n = m_random.below(6); n > 0; --n) writeAttribute(out, field);
}

std::string RandomSpans::spanMessage() {
  otlp::WireWriter out;
  if (m_random.chance(0.3)) out.text(otlp::span::kName, std::string(m_random.below(20'000), 'n'));
  writeAttributes(out, otlp::span::kAttributes);
  if (m_random.chance(0.3)) out.unsignedInt(otlp::span::kDroppedAttributesCount, m_random.below(1000));
  if (m_random.chance(0.3)) out.fixed32(otlp::span::kFlags, 0x100);
  if (m_random.chance(0.3)) out.fixed64(otlp::span::kStart, m_random.next());
  writeAttributes(out, otlp::span::kAttributes);
  return std::string(out.bytes());
}

void RandomSpans::append(store::TraceStore& store, uint32_t spans) {
  otlp::WireWriter out;
  while (spans > 0) {
    const auto resourceSpans = out.open(otlp::traces_data::kResourceSpans, 3);
    const auto resource = out.open(otlp::resource_spans::kResource);
    if (m_random.chance(0.5)) writeAttributes(out, otlp::resource::kAttributes);
    out.close(resource);
    const auto scopeSpans = out.open(otlp::resource_spans::kScopeSpans, 3);
    const auto scope = out.open(otlp::scope_spans::kScope);
    out.text(otlp::scope::kName, "s");
    if (m_random.chance(0.3)) writeAttributes(out, otlp::scope::kAttributes);
    out.close(scope);
    for (uint32_t n = std::min(spans, 1 + m_random.below(40)); n > 0; --n, --spans) {
      const auto span = out.open(otlp::scope_spans::kSpans, 2);
      ++m_made;
      writeIds(out, 1 + m_made / 10, m_made);
      out.text(otlp::span::kName, "op");
      out.fixed64(otlp::span::kStart, 1'000 + m_made);
      out.fixed64(otlp::span::kEnd, 2'000 + m_made);
      writeAttributes(out, otlp::span::kAttributes);
      out.close(span);
    }
    out.close(scopeSpans);
    out.close(resourceSpans);
  }
  appendTo(store, out);
}

std::shared_ptr<const store::Snapshot> plainSpans(uint32_t count) {
  otlp::WireWriter out;
  const auto resourceSpans = out.open(otlp::traces_data::kResourceSpans, 4);
  const auto scopeSpans = out.open(otlp::resource_spans::kScopeSpans, 4);
  const auto attribute = [&out](std::string_view key, uint64_t number) {
    const auto keyValue = out.open(otlp::span::kAttributes);
    out.text(otlp::key_value::kKey, key);
    const auto value = out.open(otlp::key_value::kValue);
    out.unsignedInt(otlp::any_value::kInt, number);
    out.close(value);
    out.close(keyValue);
  };
  for (uint32_t i = 0; i < count; ++i) {
    const auto span = out.open(otlp::scope_spans::kSpans);
    writeIds(out, 1 + i / 10, 1 + uint64_t{i});
    if (i % 2 == 0) attribute("even", i % 10);
    if (i % 3 == 0) attribute("third", i);
    out.close(span);
  }
  out.close(scopeSpans);
  out.close(resourceSpans);
  store::TraceStore store;
  appendTo(store, out);
  return store.snapshot();
}

}  // namespace waybill::query
