// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/json_walk.h"

#include <simdjson.h>

namespace waybill::bench {
namespace {

namespace ondemand = simdjson::ondemand;

// Nesting of OTLP JSON is bounded by its messages, so that recursion is.
template <typename Value>
uint64_t walk(Value&& value) {
  uint64_t sum = 1;
  switch (value.type()) {
    case ondemand::json_type::object:
      for (auto field : value.get_object()) {
        const std::string_view key = field.unescaped_key();
        sum += key.size();
        sum += walk(field.value());
      }
      break;
    case ondemand::json_type::array:
      for (auto item : value.get_array()) sum += walk(item);
      break;
    case ondemand::json_type::string: {
      const std::string_view text = value.get_string();
      sum += text.size() + (text.empty() ? 0 : static_cast<unsigned char>(text.back()));
      break;
    }
    case ondemand::json_type::number: {
      const ondemand::number number = value.get_number();
      sum += number.is_double() ? static_cast<uint64_t>(number.as_double()) : number.get_uint64();
      break;
    }
    case ondemand::json_type::boolean:
      sum += static_cast<bool>(value.get_bool()) ? 1 : 0;
      break;
    case ondemand::json_type::null:
      value.is_null();
      break;
  }
  return sum;
}

}  // namespace

uint64_t walkJsonLines(std::string_view bytes) {
  ondemand::parser parser;
  uint64_t sum = 0;
  try {
    while (!bytes.empty()) {
      const size_t end = bytes.find('\n');
      const std::string_view line = bytes.substr(0, end);
      ondemand::document document = parser.iterate(
          simdjson::padded_string_view(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING));
      sum += walk(ondemand::value(document.get_value()));
      bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    }
  } catch (const simdjson::simdjson_error&) {
    return 0;
  }
  return sum;
}

}  // namespace waybill::bench
