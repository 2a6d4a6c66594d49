// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/inputs.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <tuple>

#include "ingest/file_loader.h"

namespace waybill::bench {
namespace {

namespace fs = std::filesystem;
using test::GeneratorOptions;

// A folder of this process that goes with it.
class ScratchFolder {
 public:
  ScratchFolder() : m_path(fs::temp_directory_path() / ("waybill-bench-" + std::to_string(getpid()))) {
    fs::create_directories(m_path);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  fs::path file(size_t number) const { return m_path / ("traces-" + std::to_string(number)); }

 private:
  fs::path m_path;
};

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "waybill-bench: %s\n", message.c_str());
  std::exit(2);
}

using FileKey = std::tuple<uint64_t, uint64_t, test::TraceShape, uint64_t, test::TraceEncoding>;

FileKey keyOf(const GeneratorOptions& options) {
  return {options.traces, options.spansPerTrace, options.shape, options.seed, options.encoding};
}

std::map<FileKey, std::string>& generatedFiles() {
  static std::map<FileKey, std::string> files;
  return files;
}

// The trace asked for last.
struct LoadedTrace {
  std::tuple<test::TraceShape, uint64_t, uint64_t> key;
  std::shared_ptr<const store::Snapshot> snapshot;
};

LoadedTrace& loadedTrace() {
  static LoadedTrace loaded;
  return loaded;
}

}  // namespace

const std::string& generatedFile(const GeneratorOptions& options) {
  static ScratchFolder folder;
  static size_t made = 0;
  const auto [entry, isNew] = generatedFiles().try_emplace(keyOf(options));
  if (!isNew) return entry->second;
  entry->second = folder.file(++made).string();
  std::FILE* file = std::fopen(entry->second.c_str(), "wb");
  if (file == nullptr) fail("cannot write " + entry->second);
  const bool written = test::generateTraces(options, [&](std::string_view bytes) {
    return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  });
  if (std::fclose(file) != 0 || !written) fail("cannot write " + entry->second + ": is the disk full?");
  return entry->second;
}

GeneratorOptions largeInput(const Size& size) {
  constexpr uint64_t kSpansPerTrace = 100;
  return {size.spans * 10 / kSpansPerTrace, kSpansPerTrace, test::TraceShape::Mixed, size.seed,
          test::TraceEncoding::OtlpProto};
}

std::shared_ptr<const store::Snapshot> generatedTrace(test::TraceShape shape, uint64_t spans, uint64_t seed) {
  LoadedTrace& loaded = loadedTrace();
  const std::tuple key{shape, spans, seed};
  if (loaded.snapshot != nullptr && loaded.key == key) return loaded.snapshot;
  loaded.snapshot.reset();
  store::TraceStore store;
  const auto report = ingest::loadFiles({generatedFile({1, spans, shape, seed, {}})}, store);
  if (!report.firstError().empty()) fail(report.firstError());
  loaded = {key, store.snapshot()};
  return loaded.snapshot;
}

void removeGenerated(test::TraceShape shape, uint64_t spans, uint64_t seed) {
  loadedTrace().snapshot.reset();
  const auto entry = generatedFiles().find(keyOf({1, spans, shape, seed, {}}));
  if (entry == generatedFiles().end()) return;
  std::error_code ignored;
  fs::remove(entry->second, ignored);
  generatedFiles().erase(entry);
}

}  // namespace waybill::bench
