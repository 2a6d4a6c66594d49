// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/chunk.h"
#include "base/diagnostics.h"

namespace waybill::ingest {

// What one document of OTLP JSON becomes.
struct JsonMessages {
  std::vector<std::string_view> messages;  // TracesData; they live in the chunks
  std::vector<std::shared_ptr<const Chunk>> chunks;
  Diagnostics diagnostics;
  std::string error;  // why the text is no document of traces, without its subject; empty when it is one
  std::string otherSignals;  // "metrics and logs", when it holds such
};

// `text` is one document: one request, or one line of a file, `offset` bytes into `name`. Any thread.
JsonMessages readJsonMessages(std::string_view text, const std::string& name, uint64_t offset);

}  // namespace waybill::ingest
