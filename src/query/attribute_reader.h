// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace waybill::query {

// The AnyValue message of the attribute of a Span message that has one of the names; of the first name that occurs,
// the last attribute (duplicates are forbidden, and happen). Empty when it has no value, none without the attribute.
// Reads the bytes as otlp::SpanView::attribute does, but steps over everything else: a few gigabytes a second.
// Points into the message; never throws, whatever the bytes hold. Any thread.
std::optional<std::string_view> findSpanAttribute(std::string_view spanMessage, std::span<const std::string> names);

// The same in a Resource and in an InstrumentationScope message.
std::optional<std::string_view> findResourceAttribute(std::string_view resourceMessage,
                                                      std::span<const std::string> names);
std::optional<std::string_view> findScopeAttribute(std::string_view scopeMessage, std::span<const std::string> names);

}  // namespace waybill::query
