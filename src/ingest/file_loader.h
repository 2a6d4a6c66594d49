// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "store/trace_store.h"

namespace waybill::ingest {

// One file as it was read.
struct LoadedFile {
  std::string path;
  std::string format;      // TraceFormat::id; empty when it could not be read
  std::string formatTitle;
  std::string container;   // "none", "gzip", "zstd", "zstd per message", joined by " + " when nested
  uint64_t bytes = 0;      // on disk
  uint64_t spans = 0;
  uint64_t traces = 0;     // that this file was the first to mention
  bool fromFolder = false; // found in a folder, not named by the user
  std::string error;       // why it was not read, or not to its end: one sentence; empty when all went well
};

struct LoadProgress {
  uint64_t bytesDone = 0;
  uint64_t bytesTotal = 0;
  uint64_t spans = 0;
  std::string file;        // the one being read
};

struct LoadReport {
  std::vector<LoadedFile> files;
  bool cancelled = false;
  bool anyRead() const;            // at least one file yielded or could have yielded traces
  // Empty when none. What lies in a folder and is no trace counts only when nothing at all was read.
  std::string firstError() const;
};

// Reads files and folders (recursively, by name; hidden files left out, symbolic links to folders not followed)
// into the store and publishes. "-" is standard input. Nobody else writes to the store meanwhile. `progress` is
// called on it at most every 50 ms, and once at the end. Heap stays bounded whatever the input holds:
// compressed and piped input is unpacked to an unlinked spool file first.
// `threads` scan; what comes out does not depend on their number.
LoadReport loadFiles(const std::vector<std::string>& paths, store::TraceStore& store, std::stop_token stop = {},
                     const std::function<void(const LoadProgress&)>& progress = {},
                     size_t threads = std::thread::hardware_concurrency());

// The same for bytes that came from elsewhere (the clipboard); `name` stands for the path in messages.
LoadReport loadBytes(std::string_view bytes, const std::string& name, store::TraceStore& store,
                     std::stop_token stop = {});

}  // namespace waybill::ingest
