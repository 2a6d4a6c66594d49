// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/trace_format.h"

namespace waybill::formats {

// OTLP JSON in the specification's form and in every variant met in the wild.
extern const TraceFormat kOtlpJsonFormat;

}  // namespace waybill::formats
