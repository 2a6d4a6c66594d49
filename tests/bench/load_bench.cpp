// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/load_bench.h"

#include <benchmark/benchmark.h>
#include <google/protobuf/arena.h>
#include <malloc.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/mapped_file.h"
#include "bench/bar.h"
#include "bench/inputs.h"
#include "bench/json_walk.h"
#include "bench/measure.h"
#include "ingest/file_loader.h"
#include "opentelemetry/proto/trace/v1/trace.pb.h"

namespace waybill::bench {
namespace {

using opentelemetry::proto::trace::v1::TracesData;
using test::GeneratorOptions;
using test::TraceEncoding;
using test::TraceShape;

std::shared_ptr<const MappedFile> mapped(const std::string& path) {
  auto file = MappedFile::open(path);
  if (file.ok()) return file.value();
  std::fprintf(stderr, "waybill-bench: %s\n", file.error().message.c_str());
  std::exit(2);
}

void require(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "waybill-bench: %s\n", what);
  std::exit(2);
}

// 20,000 traces of 50 spans, as a busy system makes them; or all spans in one trace.
GeneratorOptions manyTraces(const Size& size, uint64_t spans, TraceEncoding encoding) {
  constexpr uint64_t kSpansPerTrace = 50;
  return {spans / kSpansPerTrace, kSpansPerTrace, TraceShape::Mixed, size.seed, encoding};
}
GeneratorOptions oneTrace(const Size& size) {
  return {1, size.spans, TraceShape::Mixed, size.seed, {}};
}

std::string gigabytesPerSecond(uint64_t bytes, double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f GB/s", static_cast<double>(bytes) / seconds / 1e9);
  return text.data();
}

double protobufRatio(const Size& size, const GeneratorOptions& options) {
  const std::string& path = generatedFile(options);
  const uint64_t bytes = std::filesystem::file_size(path);
  const Pair pair = inTurns(
      size.repetitions, [&] { return loadSeconds(path); }, [&] { return libprotobufSeconds(path); });
  const double copy = copySeconds(bytes);
  note("loads " + gigabytesPerSecond(bytes, pair.first) + ", libprotobuf parses " +
       gigabytesPerSecond(bytes, pair.second) + ", memcpy copies " + gigabytesPerSecond(bytes, copy));
  return pair.ratio;
}

// How much faster all threads are than one, by the clock on the wall.
double threadsRatio(const Size& size, const GeneratorOptions& options) {
  const std::string& path = generatedFile(options);
  const uint64_t bytes = std::filesystem::file_size(path);
  const Pair pair = inTurns(
      size.repetitions, [&] { return loadWallSeconds(path, std::thread::hardware_concurrency()); },
      [&] { return loadWallSeconds(path, 1); });
  note("all threads load " + gigabytesPerSecond(bytes, pair.first) + ", one " +
       gigabytesPerSecond(bytes, pair.second));
  return pair.ratio;
}

double memcpyRatio(const Size& size, const GeneratorOptions& options) {
  const std::string& path = generatedFile(options);
  const uint64_t bytes = std::filesystem::file_size(path);
  return inTurns(
             size.repetitions, [&] { return loadWallSeconds(path, std::thread::hardware_concurrency()); },
             [&] { return copySeconds(bytes); })
      .ratio;
}

double secondsPerGigabyte(const Size& size) {
  const std::string& path = generatedFile(largeInput(size));
  std::vector<double> seconds;
  for (int i = 0; i < size.repetitions; ++i)
    seconds.push_back(loadWallSeconds(path, std::thread::hardware_concurrency()));
  return median(seconds) * 1e9 / static_cast<double>(std::filesystem::file_size(path));
}

// Until somebody who looks every millisecond sees a trace.
double firstTracesMilliseconds(const Size& size) {
  const std::string& path = generatedFile(largeInput(size));
  store::TraceStore store;
  std::stop_source stop;
  std::thread load([&] { ingest::loadFiles({path}, store, stop.get_token()); });
  const double seconds = wallSecondsOf([&] {
    while (store.snapshot()->traceCount() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  stop.request_stop();
  load.join();
  return seconds * 1e3;
}

// Until a load that is called off has returned.
double cancelMilliseconds(const Size& size) {
  const std::string& path = generatedFile(largeInput(size));
  store::TraceStore store;
  std::stop_source stop;
  std::thread load([&] { ingest::loadFiles({path}, store, stop.get_token()); });
  while (store.snapshot()->traceCount() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const double seconds = wallSecondsOf([&] {
    stop.request_stop();
    load.join();
  });
  return seconds * 1e3;
}

double jsonRatio(const Size& size) {
  const std::string& path = generatedFile(manyTraces(size, size.jsonSpans, TraceEncoding::OtlpJsonLines));
  const uint64_t bytes = std::filesystem::file_size(path);
  const Pair pair = inTurns(
      size.repetitions, [&] { return loadSeconds(path); }, [&] { return jsonWalkSeconds(path); });
  note("loads " + gigabytesPerSecond(bytes, pair.first) + ", simdjson walks " +
       gigabytesPerSecond(bytes, pair.second));
  return pair.ratio;
}

uint64_t heapInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// All that the allocator has given out for the store after loading, whatever it is for.
double heapPerSpan(const GeneratorOptions& options) {
  const std::string& path = generatedFile(options);
  const uint64_t before = heapInUse();
  const auto store = std::make_unique<store::TraceStore>();
  ingest::loadFiles({path}, *store);
  const uint64_t spans = store->snapshot()->spanCount();
  return static_cast<double>(heapInUse() - before) / static_cast<double>(spans);
}

}  // namespace

double loadSeconds(const std::string& path) {
  const auto store = std::make_unique<store::TraceStore>();
  const double seconds = secondsOf([&] { ingest::loadFiles({path}, *store, {}, {}, 1); });
  require(store->snapshot()->spanCount() > 0, "nothing was loaded");
  return seconds;
}

double loadWallSeconds(const std::string& path, size_t threads) {
  const auto store = std::make_unique<store::TraceStore>();
  const double seconds = wallSecondsOf([&] { ingest::loadFiles({path}, *store, {}, {}, threads); });
  require(store->snapshot()->spanCount() > 0, "nothing was loaded");
  return seconds;
}

double libprotobufSeconds(const std::string& path) {
  google::protobuf::Arena arena;
  bool parsed = false;
  const double seconds = secondsOf([&] {
    const auto file = mapped(path);
    auto* message = google::protobuf::Arena::CreateMessage<TracesData>(&arena);
    parsed = message->ParseFromArray(file->bytes().data(), static_cast<int>(file->bytes().size()));
  });
  require(parsed, "libprotobuf could not parse the file");
  return seconds;
}

double jsonWalkSeconds(const std::string& path) {
  uint64_t checksum = 0;
  const double seconds = secondsOf([&] { checksum = walkJsonLines(mapped(path)->bytes()); });
  require(checksum > 0, "simdjson could not read the file");
  return seconds;
}

double copySeconds(uint64_t bytes) {
  std::string from(bytes, 'a');
  std::string to(bytes, 'b');
  return secondsOf([&] {
    std::memcpy(to.data(), from.data(), bytes);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  });
}

std::vector<Bar> loadBars() {
  using Sense = Bar::Sense;
  return {
      {"load OTLP protobuf, 20,000 traces, against libprotobuf", "x", Sense::AtLeast, 8,
       [](const Size& s) { return protobufRatio(s, manyTraces(s, s.spans, TraceEncoding::OtlpProto)); }},
      {"load OTLP protobuf, one trace, against libprotobuf", "x", Sense::AtLeast, 8,
       [](const Size& s) { return protobufRatio(s, oneTrace(s)); }},
      {"load OTLP JSON lines, against a simdjson walk", "x", Sense::AtLeast, 0.6, jsonRatio},
      {"load OTLP protobuf, all threads against one", "x", Sense::AtLeast, 1.6,
       [](const Size& s) { return threadsRatio(s, manyTraces(s, s.spans, TraceEncoding::OtlpProto)); }},
      {"load OTLP protobuf, all threads against memcpy", "x", Sense::AtLeast, 0.2,
       [](const Size& s) { return memcpyRatio(s, manyTraces(s, s.spans, TraceEncoding::OtlpProto)); }},
      {"load OTLP JSON lines, all threads against one", "x", Sense::AtLeast, 1.6,
       [](const Size& s) { return threadsRatio(s, manyTraces(s, s.jsonSpans, TraceEncoding::OtlpJsonLines)); }},
      {"load ten times the spans, all threads, a gigabyte", "s", Sense::AtMost, 0.5, secondsPerGigabyte},
      {"load ten times the spans, until the first traces show", "ms", Sense::AtMost, 200, firstTracesMilliseconds},
      {"load ten times the spans, called off", "ms", Sense::AtMost, 100, cancelMilliseconds},
      {"heap per span, 20,000 traces", "B", Sense::AtMost, 56,
       [](const Size& s) { return heapPerSpan(manyTraces(s, s.spans, TraceEncoding::OtlpProto)); }},
      {"heap per span, one trace", "B", Sense::AtMost, 56,
       [](const Size& s) { return heapPerSpan(oneTrace(s)); }},
      {"heap per span, JSON lines", "B", Sense::AtMost, 56,
       [](const Size& s) { return heapPerSpan(manyTraces(s, s.jsonSpans, TraceEncoding::OtlpJsonLines)); }},
  };
}

namespace {

void loadProtobuf(benchmark::State& state) {
  const std::string& path = generatedFile({2'000, 50, TraceShape::Mixed, 1, TraceEncoding::OtlpProto});
  for (auto _ : state) state.SetIterationTime(loadSeconds(path));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * std::filesystem::file_size(path)));
}
BENCHMARK(loadProtobuf)->UseManualTime()->Unit(benchmark::kMillisecond);

void parseWithLibprotobuf(benchmark::State& state) {
  const std::string& path = generatedFile({2'000, 50, TraceShape::Mixed, 1, TraceEncoding::OtlpProto});
  for (auto _ : state) state.SetIterationTime(libprotobufSeconds(path));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * std::filesystem::file_size(path)));
}
BENCHMARK(parseWithLibprotobuf)->UseManualTime()->Unit(benchmark::kMillisecond);

void loadJson(benchmark::State& state) {
  const std::string& path = generatedFile({2'000, 50, TraceShape::Mixed, 1, TraceEncoding::OtlpJsonLines});
  for (auto _ : state) state.SetIterationTime(loadSeconds(path));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * std::filesystem::file_size(path)));
}
BENCHMARK(loadJson)->UseManualTime()->Unit(benchmark::kMillisecond);

void walkJsonWithSimdjson(benchmark::State& state) {
  const std::string& path = generatedFile({2'000, 50, TraceShape::Mixed, 1, TraceEncoding::OtlpJsonLines});
  for (auto _ : state) state.SetIterationTime(jsonWalkSeconds(path));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * std::filesystem::file_size(path)));
}
BENCHMARK(walkJsonWithSimdjson)->UseManualTime()->Unit(benchmark::kMillisecond);

void copyMemory(benchmark::State& state) {
  constexpr uint64_t kBytes = uint64_t{256} << 20;
  for (auto _ : state) state.SetIterationTime(copySeconds(kBytes));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kBytes));
}
BENCHMARK(copyMemory)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace waybill::bench
