// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "otlp/fields.h"
#include "otlp/value_view.h"

namespace waybill::otlp {

// Views of the messages in wire bytes, decoded when somebody looks. They never throw, whatever the bytes hold,
// point into the chunk, and live as long as it. Any thread.

struct EventView {
  uint64_t timeNs = 0;
  std::string_view name;
  std::vector<AttributeView> attributes;
  uint32_t droppedAttributes = 0;
};

struct LinkView {
  std::string_view traceId;  // raw bytes
  std::string_view spanId;
  std::string_view traceState;
  std::vector<AttributeView> attributes;
  uint32_t droppedAttributes = 0;
  uint32_t flags = 0;
};

// A Span message: its scalar fields at once, its lists on demand.
class SpanView {
 public:
  SpanView() = default;
  explicit SpanView(std::string_view spanMessage);

  std::string_view message() const { return m_message; }

  std::string_view traceId, spanId, parentSpanId;  // raw bytes, normally 16, 8, 8
  std::string_view traceState, name, statusMessage;
  SpanKind kind = SpanKind::Unspecified;
  StatusCode status = StatusCode::Unset;
  uint64_t startNs = 0, endNs = 0;
  uint32_t flags = 0;
  uint32_t droppedAttributes = 0, droppedEvents = 0, droppedLinks = 0;

  std::vector<AttributeView> attributes() const;
  std::vector<EventView> events() const;
  std::vector<LinkView> links() const;

  // The last attribute of that key (duplicates are forbidden, and happen).
  std::optional<ValueView> attribute(std::string_view key) const;

 private:
  std::string_view m_message;
};

// A Resource message.
struct ResourceView {
  ResourceView() = default;
  explicit ResourceView(std::string_view resourceMessage);
  std::vector<AttributeView> attributes;
  uint32_t droppedAttributes = 0;
};

// An InstrumentationScope message.
struct ScopeView {
  ScopeView() = default;
  explicit ScopeView(std::string_view scopeMessage);
  std::string_view name, version;
  std::vector<AttributeView> attributes;
  uint32_t droppedAttributes = 0;
};

// An id as people write it: hex for 8 or 16 bytes, the text itself when a sender used a readable word, else hex.
std::string idText(std::string_view idBytes);

// "SERVER", "CLIENT" …; "UNSET", "OK", "ERROR".
std::string_view kindName(SpanKind kind);
std::string_view statusName(StatusCode status);

}  // namespace waybill::otlp
