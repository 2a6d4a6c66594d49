// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "formats/container/unpacking.h"
#include "formats/registry.h"
#include "ingest/file_loader.h"
#include "ingest/store_sink.h"
#include "support/trace_generator.h"
#include "unit/ingest/compressed.h"
#include "unit/ingest/same_store.h"

namespace waybill::ingest {
namespace {

namespace fs = std::filesystem;
using test::TraceEncoding;

constexpr std::array kEncodings = {TraceEncoding::OtlpProto, TraceEncoding::OtlpProtoDelimited,
                                   TraceEncoding::OtlpJsonLines};

std::string tracesOf(TraceEncoding encoding, uint64_t traces = 300) {
  return test::generateTraces({traces, 60, test::TraceShape::Mixed, 11, encoding});
}

// A container of the tests' own: the bytes as they are, in pieces of any size that come when they like.
std::atomic<uint32_t> unsteadySeed = 1;
Result<void> unpackUnsteadily(const formats::UnpackJob& job) {
  std::mt19937 random(unsteadySeed++);
  for (uint64_t at = 0; at < job.input.size() && !job.stop.stop_requested();) {
    const std::string_view piece = job.input.substr(at, 1 + random() % 400'000);
    if (auto written = job.write(piece); !written.ok()) return written;
    at += piece.size();
    if (random() % 4 == 0) std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
  }
  return {};
}
const formats::Container kUnsteady = {"unsteady", [](std::string_view) { return true; }, &unpackUnsteadily};

class CompressedLoad : public testing::Test {
 protected:
  void SetUp() override { m_path = WAYBILL_TEST_OUTPUT "/compressed-" + std::to_string(::getpid()); }
  void TearDown() override { fs::remove(m_path); }

  void write(std::string_view bytes) {
    fs::remove(m_path);  // a store that was loaded still looks at the file that was there
    std::ofstream(m_path, std::ios::binary) << bytes;
  }

  std::shared_ptr<const store::Snapshot> load(std::string_view bytes, size_t threads) {
    write(bytes);
    store::TraceStore store;
    const LoadReport report = loadFiles({m_path}, store, {}, {}, threads);
    EXPECT_EQ(report.files.at(0).error, "");
    return store.snapshot();
  }

  // As a file is loaded, but unpacked unsteadily.
  std::shared_ptr<const store::Snapshot> loadUnsteadily(std::string_view bytes, ThreadPool* workers) {
    write(bytes);
    const auto file = MappedFile::open(m_path);
    const auto accept = [](std::string_view, bool) { return Result<void>(); };
    const auto unpacking =
        std::make_shared<formats::Unpacking>(file.value(), kUnsteady, accept, std::stop_token());
    EXPECT_TRUE(unpacking->waitForBeginning([](uint64_t) {}));
    formats::ReaderInput input(unpacking);
    (void)input.reach(uint64_t{64} << 10);
    const formats::TraceFormat* const format = formats::detect(input.bytes().substr(0, 65536), false);
    store::TraceStore store;
    formats::WireSpool wire;
    Diagnostics diagnostics;
    {
      StoreSink sink(store, workers, {}, [](uint64_t) {}, &wire);
      EXPECT_TRUE(format->read(input, sink, {}).ok());
      sink.finishParts();
      diagnostics.merge(sink.diagnostics());
    }
    EXPECT_TRUE(input.finish(diagnostics, false).ok());
    store.addDiagnostics(diagnostics);
    store.publish();
    return store.snapshot();
  }

  std::string m_path;
};

}  // namespace

TEST_F(CompressedLoad, IsTheSameStoreAsThePlainFile) {
  for (const TraceEncoding encoding : kEncodings) {
    const std::string plain = tracesOf(encoding);
    const auto expected = load(plain, 1);
    EXPECT_GT(expected->spanCount(), 10'000U);
    const size_t middle = plain.size() / 2 + 1;
    const std::string gzip = compressed(ContentCoding::Gzip, plain);
    const std::string members = compressed(ContentCoding::Gzip, plain.substr(0, middle)) +
                                compressed(ContentCoding::Gzip, plain.substr(middle));
    const std::string frames = zstdStream(plain.substr(0, middle)) + zstdStream(plain.substr(middle));
    const std::string nested = compressed(ContentCoding::Gzip, zstdStream(plain));
    for (const size_t threads : {size_t{1}, size_t{3}}) {
      for (const std::string& packed : {gzip, members, frames, nested}) {
        const auto loaded = load(packed, threads);
        expectSame(*expected, *loaded);
        expectSameDiagnostics(*expected, *loaded);
      }
    }
  }
}

TEST_F(CompressedLoad, DoesNotDependOnThePaceOfTheUnpacking) {
  ThreadPool workers(3);
  for (const TraceEncoding encoding : kEncodings) {
    const std::string plain = tracesOf(encoding);
    const auto expected = load(plain, 1);
    for (int round = 0; round < 4; ++round) {
      const auto loaded = loadUnsteadily(plain, round % 2 == 0 ? nullptr : &workers);
      expectSame(*expected, *loaded);
      expectSameDiagnostics(*expected, *loaded);
    }
  }
}

TEST_F(CompressedLoad, DoesNotDependOnThePaceWhereTheInputIsDamaged) {
  ThreadPool workers(3);
  std::mt19937 random(7);
  for (int round = 0; round < 9; ++round) {
    const TraceEncoding encoding = kEncodings[static_cast<size_t>(round) % kEncodings.size()];
    std::string damaged = tracesOf(encoding, 150);
    for (int i = 0; i < 3; ++i) damaged.replace(2'000'000 + random() % 1'500'000, 20, "\"]}{[}\n{\"resourceSp");
    if (encoding == TraceEncoding::OtlpJsonLines) damaged.insert(100'000, "\n\n" + std::string(3'000'000, ' ') + "\n");
    damaged.resize(damaged.size() - random() % 5000);
    const auto expected = load(damaged, 1);
    EXPECT_FALSE(expected->diagnostics().entries().empty());
    const auto loaded = loadUnsteadily(damaged, round % 2 == 0 ? nullptr : &workers);
    expectSame(*expected, *loaded);
    expectSameDiagnostics(*expected, *loaded);
  }
}

TEST_F(CompressedLoad, ReadsOneLargeJsonDocumentElementByElementWhileItGrows) {
  std::string document = R"({"note":[1,2,{"a":"]}"}],"resourceSpans":[)";
  const std::string lines = tracesOf(TraceEncoding::OtlpJsonLines, 500);
  const std::string_view head = R"({"resourceSpans":[)";
  for (size_t at = 0; at < lines.size();) {
    const size_t end = lines.find('\n', at);
    document += lines.substr(at + head.size(), end - at - head.size() - 2) + ",";
    at = end + 1;
  }
  document.back() = ']';
  document += "}";
  ASSERT_GT(document.size(), size_t{17} << 20);
  const auto expected = load(document, 1);
  const auto plain = load(lines, 1);
  EXPECT_EQ(expected->spanCount(), plain->spanCount());
  const auto loaded = loadUnsteadily(document, nullptr);
  expectSame(*expected, *loaded);
  expectSameDiagnostics(*expected, *loaded);
}

TEST_F(CompressedLoad, GoesOnInALargerMapping) {
  const std::string plain = tracesOf(TraceEncoding::OtlpProtoDelimited, 3000);
  ASSERT_GT(plain.size(), size_t{66} << 20);
  const auto expected = load(plain, 1);
  for (const size_t threads : {size_t{1}, size_t{3}}) expectSame(*expected, *load(zstdStream(plain), threads));
}

TEST_F(CompressedLoad, KeepsWhatATruncatedFileHolds) {
  for (const TraceEncoding encoding : kEncodings) {
    const std::string plain = tracesOf(encoding);
    const auto whole = load(plain, 1);
    for (const std::string& packed : {compressed(ContentCoding::Gzip, plain), zstdStream(plain)}) {
      const auto cut = load(std::string_view(packed).substr(0, packed.size() * 3 / 4), 3);
      EXPECT_GT(cut->spanCount(), whole->spanCount() / 3);
      EXPECT_LT(cut->spanCount(), whole->spanCount());
      EXPECT_GE(cut->diagnostics().count(DiagnosticKind::TruncatedTail), 1U);
      // Of the compressed file, as everybody can check.
      EXPECT_EQ(cut->diagnostics().entries().at(0).offset, packed.size() * 3 / 4);
    }
  }
}

TEST_F(CompressedLoad, CalledOffAtAnyMomentKeepsABeginning) {
  std::mt19937 random(3);
  for (const TraceEncoding encoding : kEncodings) {
    const std::string plain = tracesOf(encoding);
    const auto whole = load(plain, 1);
    write(compressed(ContentCoding::Gzip, plain));
    for (int round = 0; round < 15; ++round) {
      store::TraceStore store;
      std::stop_source stop;
      std::thread load([&] { loadFiles({m_path}, store, stop.get_token(), {}, 3); });
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
      stop.request_stop();
      load.join();
      expectBeginningOf(*whole, *store.snapshot());
    }
  }
}

TEST_F(CompressedLoad, SaysWhenTheFileIsShortenedWhileItIsUnpacked) {
  write(compressed(ContentCoding::Gzip, tracesOf(TraceEncoding::OtlpProto, 600)));
  ASSERT_GT(fs::file_size(m_path), size_t{2} << 20);
  const auto file = MappedFile::open(m_path);
  const formats::Container* const gzip = formats::detectContainer(file.value()->bytes());
  const auto shorten = [this](std::string_view, bool) {
    fs::resize_file(m_path, 100);
    return Result<void>();
  };
  formats::Unpacking unpacking(file.value(), *gzip, shorten, {});
  EXPECT_TRUE(unpacking.waitForBeginning([](uint64_t) {}));
  Diagnostics diagnostics;
  EXPECT_TRUE(unpacking.finish(diagnostics).ok());
  EXPECT_EQ(diagnostics.count(DiagnosticKind::FileChanged), 1U);
}

}  // namespace waybill::ingest
