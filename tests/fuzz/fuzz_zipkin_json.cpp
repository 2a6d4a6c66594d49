// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <cstring>

#include "formats/zipkin_json_reader.h"
#include "fuzz/read_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace waybill;
  // Just as large as needed: the sanitizer sees every byte read beyond it.
  const std::unique_ptr<char[]> text(new char[size + simdjson::SIMDJSON_PADDING]);
  std::memcpy(text.get(), data, size);
  std::memset(text.get() + size, 0, simdjson::SIMDJSON_PADDING);
  formats::ZipkinJsonReader reader("input");
  (void)reader.read({text.get(), size}, 0);
  const uint64_t spans = reader.spans().spanCount();
  const std::string wire = reader.spans().take();

  store::TraceStore store;
  std::shared_ptr<char[]> bytes(new char[wire.size() + 1]);
  std::memcpy(bytes.get(), wire.data(), wire.size());
  const auto chunk = Chunk::owned(bytes, wire.size(), "input", 0);
  store.append(chunk, chunk->bytes());
  store.publish();
  const auto snapshot = store.snapshot();
  fuzz::lookAtEverything(*snapshot);
  // What is written is what the store reads.
  if (snapshot->spanCount() != spans || snapshot->diagnostics().count(DiagnosticKind::UnreadableRecord) != 0)
    std::abort();
  return 0;
}
