// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/cut_resource_spans.h"

#include "formats/otlp_message.h"
#include "formats/otlp_proto_file.h"
#include "otlp/fields.h"

namespace waybill::formats {
namespace {

constexpr size_t kSendBytes = size_t{8} << 20;

bool isScopeSpans(const WireField& field) {
  return field.type == WireField::Type::Bytes && (field.number == otlp::resource_spans::kScopeSpans ||
                                                  field.number == otlp::resource_spans::kLegacyScopeSpans);
}

}  // namespace

void CutResourceSpans::begin() {
  m_message = m_wire.open(otlp::traces_data::kResourceSpans, 4);
  m_wire.raw(m_resourceFields.bytes());
}

void CutResourceSpans::sendIfLarge(size_t limit) {
  if (m_wire.size() < limit) return;
  m_wire.close(m_message);
  m_file.sendMade(m_wire, m_offset);
  begin();
}

uint64_t CutResourceSpans::read(uint64_t offset, std::string_view payload) {
  m_offset = offset;
  std::string_view rest = payload;
  WireField field;
  for (std::string_view fields = payload; takeField(fields, field) && !field.isCut;) {
    if (!isScopeSpans(field)) m_resourceFields.raw(field.whole);
  }
  begin();
  bool any = false;
  while (takeField(rest, field)) {
    if (!isScopeSpans(field)) {
      if (field.isCut) break;
      continue;
    }
    any = true;
    if (!field.isCut) {
      m_wire.raw(field.whole);
      sendIfLarge(kSendBytes);
      continue;
    }
    std::string_view spans = field.payload;
    WireField span;
    otlp::WireWriter scopeFields;
    auto scope = m_wire.open(otlp::resource_spans::kScopeSpans, 4);
    while (takeField(spans, span) && !span.isCut) {
      if (span.number != otlp::scope_spans::kSpans) scopeFields.raw(span.whole);
      m_wire.raw(span.whole);
      if (m_wire.size() < kSendBytes) continue;
      m_wire.close(scope);
      sendIfLarge(kSendBytes);
      scope = m_wire.open(otlp::resource_spans::kScopeSpans, 4);
      m_wire.raw(scopeFields.bytes());
    }
    m_wire.close(scope);
    rest = spans;
    break;
  }
  if (any) sendIfLarge(0);
  return static_cast<uint64_t>(rest.data() - payload.data());
}

}  // namespace waybill::formats
