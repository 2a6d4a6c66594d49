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

}  // namespace

const std::string& generatedFile(const GeneratorOptions& options) {
  static ScratchFolder folder;
  using Key = std::tuple<uint64_t, uint64_t, test::TraceShape, uint64_t, test::TraceEncoding>;
  static std::map<Key, std::string> files;
  const Key key{options.traces, options.spansPerTrace, options.shape, options.seed, options.encoding};
  const auto [entry, isNew] = files.try_emplace(key);
  if (!isNew) return entry->second;
  entry->second = folder.file(files.size()).string();
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
  using Key = std::tuple<test::TraceShape, uint64_t, uint64_t>;
  static Key lastKey;
  static std::shared_ptr<const store::Snapshot> last;
  const Key key{shape, spans, seed};
  if (last != nullptr && lastKey == key) return last;
  last.reset();
  store::TraceStore store;
  const auto report = ingest::loadFiles({generatedFile({1, spans, shape, seed, {}})}, store);
  if (!report.firstError().empty()) fail(report.firstError());
  lastKey = key;
  last = store.snapshot();
  return last;
}

}  // namespace waybill::bench
