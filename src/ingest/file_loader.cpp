// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/file_loader.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "formats/container/container.h"
#include "formats/container/spool_file.h"
#include "formats/registry.h"
#include "ingest/input_list.h"
#include "ingest/store_sink.h"
#include "ingest/stream_input.h"

namespace waybill::ingest {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kProgressInterval{50};
constexpr size_t kHeadBytes = size_t{64} << 10;

// Tells the caller how far the load is, not too often.
class ProgressMeter {
 public:
  ProgressMeter(const std::function<void(const LoadProgress&)>& tell, const store::TraceStore& store,
                uint64_t total)
      : m_tell(tell), m_store(store) {
    m_progress.bytesTotal = total;
  }

  void begin(const Input& input) {
    m_progress.file = input.path;
    m_begin = m_end;
    m_end = m_begin + input.bytes;
  }
  void setFileBytes(uint64_t bytes) {  // of a stream, whose size shows late
    m_progress.bytesTotal += bytes - (m_end - m_begin);
    m_end = m_begin + bytes;
  }
  void at(double share) {
    if (!m_tell || Clock::now() - m_last < kProgressInterval) return;
    m_last = Clock::now();
    tell(m_begin + static_cast<uint64_t>(static_cast<double>(m_end - m_begin) * std::min(share, 1.0)));
  }
  void finish() {
    if (m_tell) tell(m_end);
  }

 private:
  void tell(uint64_t done) {
    m_progress.bytesDone = std::max(m_progress.bytesDone, done);
    m_progress.spans = m_store.snapshot()->spanCount();
    m_tell(m_progress);
  }

  const std::function<void(const LoadProgress&)>& m_tell;
  const store::TraceStore& m_store;
  LoadProgress m_progress;
  uint64_t m_begin = 0;
  uint64_t m_end = 0;  // of the file being read, in the whole
  Clock::time_point m_last{};
};

// "a PNG image, not a trace. Waybill reads …"
std::string unknownSentence(std::string_view head, bool whole) {
  constexpr std::array<std::string_view, 5> kOtherTraces = {"Jaeger JSON", "Zipkin JSON", "a Chrome trace",
                                                            "Datadog JSON", "an AWS X-Ray segment"};
  const std::string what = formats::describeUnknown(head, whole);
  const bool isTrace = std::find(kOtherTraces.begin(), kOtherTraces.end(), what) != kOtherTraces.end();
  return what + (isTrace ? ", which cannot be read." : ", not a trace.") + " Waybill reads " +
         formats::readableFormats() + ".";
}

// One beginning that some format knows, or a sentence without its subject.
Result<void> acceptInner(std::string_view head, bool whole) {
  if (head.empty()) return Error{"holds nothing that can be unpacked."};
  const std::string_view start = head.substr(0, kHeadBytes);
  const bool all = whole && start.size() == head.size();
  if (formats::detect(start, all) != nullptr) return {};
  return Error{"holds " + unknownSentence(start, all)};
}

// The first look at a stream: it may hold a container.
Result<void> acceptStream(std::string_view head, bool whole) {
  if (head.empty()) return Error{"is empty; there is no trace in it."};
  return formats::detectContainer(head) != nullptr ? Result<void>() : acceptInner(head, whole);
}

// Reads one input into the store.
class FileReader {
 public:
  FileReader(store::TraceStore& store, ProgressMeter& meter, std::stop_token stop, size_t threads)
      : m_store(store), m_meter(meter), m_stop(std::move(stop)), m_threads(threads) {}

  LoadedFile read(const Input& input) {
    m_file = {};
    m_file.path = input.path;
    m_file.bytes = input.bytes;
    m_file.container = "none";
    m_file.fromFolder = input.fromFolder;
    const std::string name = input.kind == Input::Kind::StandardInput ? "standard input" : input.path;
    if (input.kind == Input::Kind::Unusable) {
      m_file.error = name + " " + input.problem;
      return m_file;
    }
    const auto opened = open(input, name);
    if (!opened.ok()) {
      m_file.error = opened.error().message;
    } else if (opened.value() != nullptr) {
      readMapped(opened.value(), name);
    }
    return m_file;
  }

  LoadedFile readMapped(const std::shared_ptr<const MappedFile>& input, const std::string& name) {
    const auto before = m_store.snapshot();
    m_file.path = m_file.path.empty() ? name : m_file.path;
    m_file.bytes = input->bytes().size();
    m_meter.setFileBytes(m_file.bytes);
    Diagnostics diagnostics;
    if (const auto done = readInner(input, diagnostics); !done.ok())
      m_file.error = name + " " + done.error().message;
    if (input->damaged()) {
      diagnostics.add(DiagnosticKind::FileChanged, name, 0, "a part of the file was gone when it was read");
      m_file.error = name + " was shortened or its disk taken away while it was read; open it again.";
    }
    m_store.addDiagnostics(diagnostics);
    m_store.publish();
    const auto after = m_store.snapshot();
    m_file.spans = after->spanCount() - before->spanCount();
    m_file.traces = after->traceCount() - before->traceCount();
    return m_file;
  }

 private:
  // Errors are whole sentences.
  Result<std::shared_ptr<const MappedFile>> open(const Input& input, const std::string& name) {
    if (input.kind == Input::Kind::File) return MappedFile::open(input.path);
    auto stream = input.kind == Input::Kind::StandardInput ? readStandardInput(name, &acceptStream, m_stop)
                                                           : readNamedPipe(input.path, &acceptStream, m_stop);
    if (!stream.ok()) return Error{name + " " + stream.error().message};
    return stream;
  }

  // Errors are sentences without their subject.
  Result<void> readInner(const std::shared_ptr<const MappedFile>& input, Diagnostics& diagnostics) {
    if (input->bytes().empty()) return Error{"is empty; there is no trace in it."};
    const auto unpackProgress = [&](uint64_t done) {
      m_meter.at(static_cast<double>(done) / static_cast<double>(input->bytes().size()) / 2);
    };
    auto unpacked = formats::unpackAll(input, diagnostics, m_stop, unpackProgress, &acceptInner);
    if (!unpacked.ok()) return unpacked.error();
    if (m_stop.stop_requested()) return {};
    m_file.container = unpacked.value().containers;
    formats::ReaderInput& inner = unpacked.value().input;
    const bool whole = !inner.reach(kHeadBytes + 1);
    const std::string head(inner.bytes().substr(0, kHeadBytes));  // a copy: the file may change
    const formats::TraceFormat* const format = formats::detect(head, whole);
    if (format == nullptr) {
      return Error{(m_file.container == "none" ? "is " : "holds ") + unknownSentence(head, whole)};
    }
    m_file.format = format->id;
    m_file.formatTitle = format->title;
    const double before = unpacked.value().workDone;
    StoreSink sink(m_store, workersFor(inner), m_stop,
                   [&](uint64_t read) { m_meter.at(before + (1 - before) * inner.share(read)); }, &spool());
    auto done = format->read(inner, sink, m_stop);
    sink.finishParts();
    auto rest = inner.finish(diagnostics, m_stop.stop_requested() || sink.full());
    diagnostics.merge(sink.diagnostics());
    if (sink.full()) return *m_wire->error();
    return rest.ok() ? done : rest;
  }

  // A full disk may have room again when the next file is read.
  formats::WireSpool& spool() {
    if (m_wire == nullptr || m_wire->full()) m_wire = std::make_unique<formats::WireSpool>();
    return *m_wire;
  }

  // Null where one thread is as good.
  ThreadPool* workersFor(formats::ReaderInput& input) {
    if (m_threads < 2 || !input.reach(2 * formats::kPartBytes)) return nullptr;
    if (!m_workers) m_workers = std::make_unique<ThreadPool>(m_threads);
    return m_workers.get();
  }

  store::TraceStore& m_store;
  ProgressMeter& m_meter;
  const std::stop_token m_stop;
  const size_t m_threads;
  std::unique_ptr<ThreadPool> m_workers;
  std::unique_ptr<formats::WireSpool> m_wire;
  LoadedFile m_file;
};

}  // namespace

bool LoadReport::anyRead() const {
  return std::any_of(files.begin(), files.end(), [](const LoadedFile& file) {
    return file.spans > 0 || (!file.format.empty() && file.error.empty());
  });
}

std::string LoadReport::firstError() const {
  const bool foldersCount = !anyRead();
  for (const LoadedFile& file : files) {
    if (!file.error.empty() && (foldersCount || !file.fromFolder)) return file.error;
  }
  return {};
}

LoadReport loadFiles(const std::vector<std::string>& paths, store::TraceStore& store, std::stop_token stop,
                     const std::function<void(const LoadProgress&)>& progress, size_t threads) {
  const std::vector<Input> inputs = listInputs(paths);
  uint64_t total = 0;
  for (const Input& input : inputs) total += input.bytes;
  ProgressMeter meter(progress, store, total);
  FileReader reader(store, meter, stop, threads);
  LoadReport report;
  for (const Input& input : inputs) {
    if (stop.stop_requested()) break;
    meter.begin(input);
    report.files.push_back(reader.read(input));
  }
  report.cancelled = stop.stop_requested();
  store.publish();
  meter.finish();
  return report;
}

LoadReport loadBytes(std::string_view bytes, const std::string& name, store::TraceStore& store,
                     std::stop_token stop) {
  LoadReport report;
  LoadedFile failed;
  failed.path = name;
  failed.bytes = bytes.size();
  auto spool = formats::SpoolFile::create();
  auto mapped = spool.ok() ? spool.value().write(bytes).ok() ? spool.value().map(name)
                                                             : Error{"could not be copied; the disk is full."}
                           : Result<std::shared_ptr<const MappedFile>>(spool.error());
  if (!mapped.ok()) {
    failed.error = name + " " + mapped.error().message;
    report.files.push_back(std::move(failed));
    return report;
  }
  const std::function<void(const LoadProgress&)> silent;
  ProgressMeter meter(silent, store, bytes.size());
  report.files.push_back(FileReader(store, meter, stop, 1).readMapped(mapped.value(), name));
  report.cancelled = stop.stop_requested();
  return report;
}

}  // namespace waybill::ingest
