// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/chunk.h"
#include "base/diagnostics.h"
#include "base/result.h"
#include "formats/reader_input.h"
#include "formats/wire_spool.h"
#include "otlp/wire_writer.h"

namespace waybill::formats {

// What a format's reader hands its OTLP wire bytes to. Called on the thread that reads, or reads the part.
class WireSink {
 public:
  virtual ~WireSink() = default;

  // One TracesData message lying in the chunk's bytes. Calls with the same chunk follow each other.
  virtual void message(const std::shared_ptr<const Chunk>& chunk, std::string_view tracesData) = 0;

  // Takes the bytes that a reader has written into a chunk, made from `file` at `fileOffset`, and empties the writer:
  // the sink decides where they are kept. When it is full, readers stop as if they were asked to.
  virtual std::shared_ptr<const Chunk> keep(otlp::WireWriter& wire, const std::string& file, uint64_t fileOffset) {
    return ownedChunk(wire, file, fileOffset);
  }
  virtual bool full() const { return false; }

  // A part of the input that can be read by itself: `read` is called once with a sink of its own, now or later, here
  // or on another thread, until finishParts() has returned. What parts and messages yield is taken in the order in
  // which they were given.
  using ReadPart = std::function<void(WireSink& sink)>;
  virtual void part(ReadPart read) { read(*this); }
  virtual void finishParts() {}

  // How far the reader is in its input, in bytes. Call it often; it is cheap.
  virtual void progress(uint64_t bytesRead) = 0;

  virtual Diagnostics& diagnostics() = 0;
};

// So much input makes a part: a few milliseconds of reading, and of waiting when the load is cancelled.
inline constexpr uint64_t kPartBytes = uint64_t{4} << 20;

// How sure a format is that the bytes are its own.
enum class Match : uint8_t { No, Maybe, Sure };

// One format. All functions are plain and thread-safe. Add one: a file here and a line in registry.cpp.
struct TraceFormat {
  std::string_view id;     // "otlp-json", stable, as in `info --json`
  std::string_view title;  // "OTLP JSON", for people

  // Looks at the beginning of the (uncompressed) input; `whole` when that is all of it.
  Match (*sniff)(std::string_view head, bool whole);

  // Reads everything. The input is uncompressed and UTF-8, and may still be growing; a reader that cannot work with
  // that begins with input.whole(). One bad record is a diagnostic; an Error means
  // that nothing (more) can be read, as one sentence that does not name the file (the caller does). Returns early
  // and without an error when stop is asked for.
  Result<void> (*read)(ReaderInput& input, WireSink& sink, std::stop_token stop);
};

}  // namespace waybill::formats
