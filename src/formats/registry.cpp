// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/registry.h"

#include <array>

#include "formats/otlp_json_format.h"
#include "formats/otlp_proto_format.h"

namespace waybill::formats {

std::span<const TraceFormat> all() {
  static const std::array kFormats = {
      kOtlpJsonFormat,
      kOtlpProtoFormat,
  };
  return kFormats;
}

const TraceFormat* detect(std::string_view head, bool whole) {
  const TraceFormat* best = nullptr;
  for (const TraceFormat& format : all()) {
    const Match match = format.sniff(head, whole);
    if (match == Match::Sure) return &format;
    if (match == Match::Maybe && best == nullptr) best = &format;
  }
  return best;
}

}  // namespace waybill::formats
