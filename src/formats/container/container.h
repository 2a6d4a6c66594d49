// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/diagnostics.h"
#include "base/mapped_file.h"
#include "base/result.h"
#include "formats/reader_input.h"

namespace waybill::formats {

// A message of the Collector's file exporter, before and after decompression.
inline constexpr uint64_t kMaxMessageBytes = uint64_t{64} << 20;

// Takes unpacked bytes. An error ends the unpacking and is its result.
using ByteSink = std::function<Result<void>(std::string_view)>;

// What an unpacker works with.
struct UnpackJob {
  std::string_view input;
  std::string file;  // for diagnostics
  ByteSink write;
  Diagnostics* diagnostics;
  std::stop_token stop;
  std::function<void(uint64_t)> progress;  // input bytes consumed
};

// A wrapping around the bytes of a trace. Add one: a file here and a line in container.cpp.
struct Container {
  std::string_view id;  // "gzip", as in `info --json`
  bool (*sniff)(std::string_view head);
  // Unpacks everything it can. A cut end is a diagnostic; errors do not name the file.
  Result<void> (*unpack)(const UnpackJob& job);
};

// The container that the bytes begin with; null when none.
const Container* detectContainer(std::string_view head);

struct Unpacked {
  ReaderInput input;       // what is inside; the given file itself when there is no container
  std::string containers;  // "gzip", "gzip + zstd per message", "none"
  double workDone = 0;     // the share of the work on the file that lies behind us
};

// Unpacks up to kMaxContainers nested containers into spool files without names. Looks at the first MiB that
// comes out before it unpacks the rest: `accept`, which any thread may call, returns an error for a beginning that is
// of no use (`whole` when that is all). The innermost container, when it holds more than that, is still being unpacked
// when this returns: see ReaderInput. `progress` is told the bytes of `input` that were taken.
inline constexpr int kMaxContainers = 3;
Result<Unpacked> unpackAll(std::shared_ptr<const MappedFile> input, Diagnostics& diagnostics,
                           const std::stop_token& stop, const std::function<void(uint64_t)>& progress,
                           const std::function<Result<void>(std::string_view head, bool whole)>& accept);

}  // namespace waybill::formats
