// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "formats/json_outline.h"

namespace waybill::formats {

// What a JSON document seems to be that is not OTLP ("Jaeger JSON"); empty when nothing in it tells.
std::string describeJson(const JsonOutline& outline);

}  // namespace waybill::formats
