// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <string_view>
#include <utility>

namespace waybill::otlp {

inline std::string_view view(protozero::data_view data) { return {data.data(), data.size()}; }

// Calls visit(reader) for each field of a message, the reader standing on the field; visit reads or skips it.
// Returns false when the bytes are no valid message; what was visited before stays visited.
template <typename Visit>
bool forEachField(std::string_view message, Visit&& visit) {
  try {
    protozero::pbf_reader reader(message.data(), message.size());
    while (reader.next()) visit(reader);
    return true;
  } catch (const protozero::exception&) {
    return false;
  }
}

// True when the field the reader stands on has the wire type; otherwise it was skipped.
inline bool expect(protozero::pbf_reader& reader, protozero::pbf_wire_type type) {
  if (reader.wire_type() == type) return true;
  reader.skip();
  return false;
}

}  // namespace waybill::otlp
