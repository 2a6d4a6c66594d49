// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "otlp/fields.h"
#include "query/attribute_names.h"
#include "query/comparison.h"

namespace waybill::query {

// What is typed into a filter box; README.md has the grammar. It is made so that a line that begins with "{" can
// become TraceQL without changing what any other line means.

// What a term looks at.
enum class Field : uint8_t { Attribute, Service, Name, Status, Kind, Duration };

// `key operator value`, checked: the value is of a kind that the key and the operator can be compared with.
struct Term {
  bool negated = false;  // "!" before it: what does not fulfil it
  Field field = Field::Attribute;
  AttributeScope scope = AttributeScope::Any;  // of an attribute
  std::string key;                             // without the scope
  Comparison comparison;                       // of an attribute, a service, a name
  int64_t durationNs = 0;
  otlp::StatusCode status = otlp::StatusCode::Unset;
  otlp::SpanKind kind = otlp::SpanKind::Unspecified;
  size_t begin = 0, end = 0;                   // where it stands: bytes [begin, end) of the text
};

// Why a part of the text cannot be used, and where it stands: bytes [begin, end) of it.
struct Mistake {
  size_t begin = 0, end = 0;
  std::string sentence;
};

struct FilterText {
  std::vector<std::string> words;   // with their case folded
  std::vector<Term> terms;
  std::optional<Mistake> mistake;   // the first; what is mistaken is left out, all else holds

  bool empty() const { return words.empty() && terms.empty(); }
};

// Never fails; a text without operators is nothing but words. At most kMostItems words and terms are taken, the rest
// is a mistake.
FilterText readFilter(std::string_view text);

inline constexpr size_t kMostItems = 32;  // bits of a mask in those who match words

// What a text means that is a key and nothing else; its comparison says nothing. None for anything else.
std::optional<Term> readKey(std::string_view text);

// The value as it must stand in a filter: in quotes when it has to be.
std::string quotedValue(std::string_view value);

}  // namespace waybill::query
