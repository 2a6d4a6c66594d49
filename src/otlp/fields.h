// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

// Field numbers and enumerations of the OTLP messages, as transcribed in proto/.
namespace waybill::otlp {

namespace traces_data { enum : uint32_t { kResourceSpans = 1 }; }
namespace resource_spans { enum : uint32_t { kResource = 1, kScopeSpans = 2, kSchemaUrl = 3, kLegacyScopeSpans = 1000 }; }
namespace resource { enum : uint32_t { kAttributes = 1, kDroppedAttributesCount = 2, kEntityRefs = 3 }; }
namespace scope_spans { enum : uint32_t { kScope = 1, kSpans = 2, kSchemaUrl = 3 }; }
namespace scope { enum : uint32_t { kName = 1, kVersion = 2, kAttributes = 3, kDroppedAttributesCount = 4 }; }
namespace span {
enum : uint32_t {
  kTraceId = 1, kSpanId = 2, kTraceState = 3, kParentSpanId = 4, kName = 5, kKind = 6, kStart = 7, kEnd = 8,
  kAttributes = 9, kDroppedAttributesCount = 10, kEvents = 11, kDroppedEventsCount = 12, kLinks = 13,
  kDroppedLinksCount = 14, kStatus = 15, kFlags = 16
};
}
namespace event { enum : uint32_t { kTime = 1, kName = 2, kAttributes = 3, kDroppedAttributesCount = 4 }; }
namespace link {
enum : uint32_t { kTraceId = 1, kSpanId = 2, kTraceState = 3, kAttributes = 4, kDroppedAttributesCount = 5, kFlags = 6 };
}
namespace status { enum : uint32_t { kMessage = 2, kCode = 3 }; }
namespace key_value { enum : uint32_t { kKey = 1, kValue = 2 }; }
namespace any_value {
enum : uint32_t { kString = 1, kBool = 2, kInt = 3, kDouble = 4, kArray = 5, kKeyValueList = 6, kBytes = 7 };
}
namespace array_value { enum : uint32_t { kValues = 1 }; }

enum class SpanKind : uint8_t { Unspecified = 0, Internal = 1, Server = 2, Client = 3, Producer = 4, Consumer = 5 };
enum class StatusCode : uint8_t { Unset = 0, Ok = 1, Error = 2 };

// Span.flags and Link.flags.
inline constexpr uint32_t kFlagHasIsRemote = 0x100;
inline constexpr uint32_t kFlagIsRemote = 0x200;

// Attributes nested deeper than this are left out, with a diagnostic.
inline constexpr int kMaxValueDepth = 64;

}  // namespace waybill::otlp
