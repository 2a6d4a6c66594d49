// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/trace_format.h"

namespace waybill::formats {

// OTLP protobuf: one TracesData message, or many behind a length each (the Collector's file exporter).
extern const TraceFormat kOtlpProtoFormat;

}  // namespace waybill::formats
