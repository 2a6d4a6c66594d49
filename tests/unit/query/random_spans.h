// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "otlp/wire_writer.h"
#include "store/trace_store.h"
#include "support/generator_random.h"

namespace waybill::query {

// Spans with the attributes that a reader must cope with: of every type, twice in one span, with the value before the
// key, without a value, with fields of other types and numbers in between; some stand at the scope or the resource.
// The keys are "a", "b" and "db.statement"; "unique" has another value in every span.
class RandomSpans {
 public:
  explicit RandomSpans(uint64_t seed) : m_random(seed) {}

  // Appends so many spans in some traces to the store, as messages of several resources, and publishes.
  void append(store::TraceStore& store, uint32_t spans);

  // A Span message with nothing but attributes.
  std::string spanMessage();

 private:
  void writeAttributes(otlp::WireWriter& out, uint32_t field);
  void writeAttribute(otlp::WireWriter& out, uint32_t field);
  void writeValue(otlp::WireWriter& out, uint32_t depth);

  test::Random m_random;
  uint64_t m_made = 0;
};

// As many small spans, without attributes but for "even" and "third" at every second and third.
std::shared_ptr<const store::Snapshot> plainSpans(uint32_t count);

}  // namespace waybill::query
