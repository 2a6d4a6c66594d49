// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/mapped_file.h"
#include "bench/bar.h"
#include "bench/inputs.h"
#include "bench/load_bench.h"
#include "bench/measure.h"
#include "ingest/file_loader.h"

namespace waybill::bench {
namespace {

using test::TraceEncoding;
using test::TraceShape;

constexpr size_t kPiece = size_t{256} << 10;

enum class Packing { Gzip, Zstd };

void require(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "waybill-bench: %s\n", what);
  std::exit(2);
}

std::shared_ptr<const MappedFile> mapped(const std::string& path) {
  auto file = MappedFile::open(path);
  require(file.ok(), "cannot open an input");
  return file.value();
}

void packGzip(std::string_view plain, const std::string& path) {
  gzFile file = gzopen(path.c_str(), "wb1");
  bool written = file != nullptr;
  for (size_t at = 0; written && at < plain.size(); at += kPiece) {
    const std::string_view piece = plain.substr(at, kPiece);
    written = gzwrite(file, piece.data(), static_cast<unsigned>(piece.size())) == static_cast<int>(piece.size());
  }
  require(written && gzclose(file) == Z_OK, "cannot write a gzip file");
}

void packZstd(std::string_view plain, const std::string& path) {
  std::vector<char> out(ZSTD_compressBound(plain.size()));
  const size_t size = ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3);
  require(ZSTD_isError(size) == 0, "cannot pack with zstd");
  std::FILE* file = std::fopen(path.c_str(), "wb");
  const bool written = file != nullptr && std::fwrite(out.data(), 1, size, file) == size;
  require(written && std::fclose(file) == 0, "cannot write a zstd file");
}

const std::string& plainFile(const Size& size) {
  constexpr uint64_t kSpansPerTrace = 50;
  return generatedFile(
      {size.spans / kSpansPerTrace, kSpansPerTrace, TraceShape::Mixed, size.seed, TraceEncoding::OtlpProto});
}

// Made once, beside the plain file, with which it goes.
std::string packedFile(const Size& size, Packing packing) {
  const std::string& plain = plainFile(size);
  const std::string path = plain + (packing == Packing::Gzip ? ".gz" : ".zst");
  if (std::filesystem::exists(path)) return path;
  const auto file = mapped(plain);
  packing == Packing::Gzip ? packGzip(file->bytes(), path) : packZstd(file->bytes(), path);
  return path;
}

// What the libraries take to unpack, piece by piece, into nothing.
double gunzipSeconds(const std::string& path) {
  const auto file = mapped(path);
  const std::unique_ptr<char[]> out(new char[kPiece]);
  return wallSecondsOf([&] {
    z_stream stream{};
    require(inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK, "zlib cannot start");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(file->bytes().data()));
    stream.avail_in = static_cast<uInt>(file->bytes().size());
    int status = Z_OK;
    while (status == Z_OK) {
      stream.next_out = reinterpret_cast<Bytef*>(out.get());
      stream.avail_out = kPiece;
      status = inflate(&stream, Z_NO_FLUSH);
    }
    inflateEnd(&stream);
    require(status == Z_STREAM_END, "zlib cannot unpack");
  });
}

double unzstdSeconds(const std::string& path) {
  const auto file = mapped(path);
  const std::unique_ptr<char[]> out(new char[kPiece]);
  return wallSecondsOf([&] {
    const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
    ZSTD_inBuffer in{file->bytes().data(), file->bytes().size(), 0};
    size_t status = 1;
    while (status != 0 && ZSTD_isError(status) == 0) {
      ZSTD_outBuffer piece{out.get(), kPiece, 0};
      status = ZSTD_decompressStream(context.get(), &piece, &in);
    }
    require(status == 0, "zstd cannot unpack");
  });
}

// How many times as long as the slower of unpacking and of loading the plain file it takes to do both at a time.
double bothAgainstSlower(const Size& size, Packing packing) {
  const std::string packed = packedFile(size, packing);
  const std::string& plain = plainFile(size);
  const size_t threads = std::thread::hardware_concurrency();
  std::vector<double> unpacking;
  std::vector<double> loading;
  const Pair pair = inTurns(
      size.repetitions,
      [&] {
        unpacking.push_back(packing == Packing::Gzip ? gunzipSeconds(packed) : unzstdSeconds(packed));
        loading.push_back(loadWallSeconds(plain, threads));
        return std::max(unpacking.back(), loading.back());
      },
      [&] { return loadWallSeconds(packed, threads); });
  std::array<char, 120> text{};
  std::snprintf(text.data(), text.size(), "loads in %.3f s; unpacking alone %.3f s, the plain file %.3f s", pair.second,
                median(unpacking), median(loading));
  note(text.data());
  return pair.ratio;
}

double firstTracesMilliseconds(const Size& size, Packing packing) {
  const std::string path = packedFile(size, packing);
  std::vector<double> seconds;
  for (int i = 0; i < size.repetitions; ++i) {
    store::TraceStore store;
    std::stop_source stop;
    std::thread load([&] { ingest::loadFiles({path}, store, stop.get_token()); });
    seconds.push_back(wallSecondsOf([&] {
      while (store.snapshot()->traceCount() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }));
    stop.request_stop();
    load.join();
  }
  return median(seconds) * 1e3;
}

double cancelMilliseconds(const Size& size, Packing packing) {
  const std::string path = packedFile(size, packing);
  std::vector<double> seconds;
  for (int i = 0; i < size.repetitions; ++i) {
    store::TraceStore store;
    std::stop_source stop;
    std::thread load([&] { ingest::loadFiles({path}, store, stop.get_token()); });
    while (store.snapshot()->traceCount() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    seconds.push_back(wallSecondsOf([&] {
      stop.request_stop();
      load.join();
    }));
  }
  return *std::max_element(seconds.begin(), seconds.end()) * 1e3;
}

}  // namespace

std::vector<Bar> compressedBars() {
  using Sense = Bar::Sense;
  return {
      {"load gzip, against the slower of unpacking and loading", "x", Sense::AtMost, 1.25,
       [](const Size& s) { return bothAgainstSlower(s, Packing::Gzip); }},
      {"load zstd, against the slower of unpacking and loading", "x", Sense::AtMost, 2,
       [](const Size& s) { return bothAgainstSlower(s, Packing::Zstd); }},
      {"load gzip, until the first traces show", "ms", Sense::AtMost, 200,
       [](const Size& s) { return firstTracesMilliseconds(s, Packing::Gzip); }},
      {"load zstd, until the first traces show", "ms", Sense::AtMost, 200,
       [](const Size& s) { return firstTracesMilliseconds(s, Packing::Zstd); }},
      {"load gzip, called off, slowest", "ms", Sense::AtMost, 100,
       [](const Size& s) { return cancelMilliseconds(s, Packing::Gzip); }},
      {"load zstd, called off, slowest", "ms", Sense::AtMost, 100,
       [](const Size& s) { return cancelMilliseconds(s, Packing::Zstd); }},
  };
}

}  // namespace waybill::bench
