// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/trace_format.h"
#include "ingest/file_loader.h"
#include "store/trace_store.h"

namespace waybill::tests {

// What came out of some bytes, as the whole program would read them.
struct Reading {
  std::shared_ptr<const store::Snapshot> snapshot;
  ingest::LoadedFile file;

  uint32_t spans() const { return snapshot->spanCount(); }
  otlp::SpanView span(uint32_t row = 0) const { return snapshot->span(SpanRow(row)); }
  uint64_t count(DiagnosticKind kind) const { return snapshot->diagnostics().count(kind); }
  // "name=value" for each attribute of the span, typed values as valueText().
  std::vector<std::string> attributes(uint32_t row = 0) const;
};

Reading readBytes(std::string_view bytes);

// Reads everything that any view could show; for tests of hostile bytes.
void lookAtEverything(const store::Snapshot& snapshot);

// {"resourceSpans":[…one span with these fields…]}
std::string documentOf(std::string_view spanFields);

// A TracesData message with `spans` spans in one ResourceSpans each.
std::string protoOf(int spans);
std::string bigEndianLength(std::string_view message);

}  // namespace waybill::tests
