// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "formats/trace_format.h"

namespace waybill::formats {

// Every format Waybill reads, most specific first.
std::span<const TraceFormat> all();

// The best match for the beginning of an input; null when none.
const TraceFormat* detect(std::string_view head, bool whole);

// What input that no format knows seems to be ("a PNG image", "OTLP metrics", "binary data, all zeros"), never
// empty; and the list of what Waybill reads, for the second half of the sentence.
std::string describeUnknown(std::string_view head, bool whole);
std::string readableFormats();

}  // namespace waybill::formats
