// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "bench/bar.h"
#include "store/snapshot.h"
#include "support/trace_generator.h"

namespace waybill::bench {

// A generated trace file in the temporary folder, made when first asked for and removed at exit.
const std::string& generatedFile(const test::GeneratorOptions& options);

// Ten times the usual input, 100 spans a trace: what a large file feels like.
test::GeneratorOptions largeInput(const Size& size);

// The only trace of such a file, loaded; kept until another one is asked for.
std::shared_ptr<const store::Snapshot> generatedTrace(test::TraceShape shape, uint64_t spans, uint64_t seed);

// Removes that file and lets go of the trace, before the end: some are large.
void removeGenerated(test::TraceShape shape, uint64_t spans, uint64_t seed);

}  // namespace waybill::bench
