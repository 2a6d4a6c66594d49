// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "base/json_writer.h"
#include "otlp/span_view.h"

namespace waybill::otlp {

// The value as people expect it in JSON: {"a":1,"b":["x"]}; bytes as base64 text; 64-bit integers as numbers.
void writePlainJson(JsonWriter& json, const ValueView& value);

// {"http.method":"GET",…}: attributes as one plain object; of duplicate keys all are written, in order.
void writePlainJson(JsonWriter& json, const std::vector<AttributeView>& attributes);

// The span, resource or scope as OTLP JSON says it (specification, "JSON Protobuf Encoding"): camelCase, hex
// ids, 64-bit integers as texts.
void writeOtlpJson(JsonWriter& json, const SpanView& span);
void writeOtlpJson(JsonWriter& json, const ResourceView& resource);
void writeOtlpJson(JsonWriter& json, const ScopeView& scope);

std::string base64(std::string_view bytes);

}  // namespace waybill::otlp
