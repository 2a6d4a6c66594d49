// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/attribute_writer.h"
#include "support/generated_services.h"
#include "support/generated_span.h"
#include "support/generator_random.h"

namespace waybill::test {

otlp::SpanKind kindOf(SpanRole role);

// The name and the attributes of one span: client and server of a call agree, as they share the seed's low
// bits.
class SpanContent {
 public:
  explicit SpanContent(const GeneratedSpan& span);  // must outlive it

  Text name() const;
  void writeAttributes(Attributes attributes);

 private:
  uint32_t variant() const { return static_cast<uint32_t>(m_span.seed & 3); }
  uint64_t status();
  Text address();

  void httpServer(Attributes a);
  void httpClient(Attributes a);
  void rpc(Attributes a);
  void query(Attributes a);
  void cache(Attributes a);
  void messaging(Attributes a);
  void internal(Attributes a);

  const GeneratedSpan& m_span;
  const GeneratedService& m_own;
  const GeneratedService& m_peer;
  Random m_random;
};

}  // namespace waybill::test
