// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "base/ids.h"

namespace waybill::store {

// Where a span comes from: the Resource and the InstrumentationScope around it.
struct SpanContext {
  uint32_t chunk = 0;
  uint32_t resourceOffset = kNone;  // of the message's length prefix, in the chunk
  uint32_t scopeOffset = kNone;
  StringId service;                 // service.name, or "unknown_service"
  StringId resourceSchemaUrl, scopeSchemaUrl;
  uint32_t clock = 0;               // of the service, see Snapshot::clockStepNs

  static constexpr uint32_t kNone = UINT32_MAX;
};

}  // namespace waybill::store
