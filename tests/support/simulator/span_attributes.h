// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "otlp/wire_writer.h"
#include "support/simulator/run.h"

namespace waybill::test::sim {

// The attributes that instrumentation of that protocol writes, by the conventions of the service that records
// it (FORMATS section 13). They are fields of an open Span message.
void writeAttributes(otlp::WireWriter& out, const System& system, const SimulatedSpan& span);

}  // namespace waybill::test::sim
