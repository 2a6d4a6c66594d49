// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "otlp/wire_writer.h"

// What OpenTelemetry's exporters put into the texts of Zipkin spans because Zipkin has no field for it.
namespace waybill::formats {

void writeAttribute(otlp::WireWriter& wire, uint32_t field, std::string_view key, std::string_view value);
void writeAttribute(otlp::WireWriter& wire, uint32_t field, std::string_view key, int64_t value);
void writeAttribute(otlp::WireWriter& wire, uint32_t field, std::string_view key, double value);
void writeAttribute(otlp::WireWriter& wire, uint32_t field, std::string_view key, bool value);
void writeAttribute(otlp::WireWriter& wire, uint32_t field, std::string_view key, const char* value) = delete;

// Name and attributes of an event, into its open message: "name|{json}|dropped" as the Collector writes them,
// else the text is the name.
void writeOtelEvent(otlp::WireWriter& wire, std::string_view text);

// A link: "trace id|span id|trace state|{json}|dropped", the value of a tag that begins so. False, and
// nothing written, when it is something else.
inline constexpr std::string_view kOtelLinkTag = "otlp.link.";
bool writeOtelLink(otlp::WireWriter& span, std::string_view text);

}  // namespace waybill::formats
