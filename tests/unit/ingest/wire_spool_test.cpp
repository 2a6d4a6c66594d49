// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/wire_spool.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "ingest/file_loader.h"
#include "support/trace_generator.h"

namespace waybill::formats {
namespace {

std::string bytesOf(uint32_t seed, size_t size) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::shared_ptr<const Chunk> keep(WireSpool& spool, otlp::WireWriter& wire, std::string_view bytes) {
  wire.raw(bytes);
  auto chunk = spool.keep(wire, "file", 17);
  EXPECT_EQ(wire.size(), 0U);
  EXPECT_EQ(chunk->fileOffset(), 17U);
  EXPECT_EQ(chunk->file(), "file");
  return chunk;
}

}  // namespace

TEST(WireSpool, KeepsALittleOnTheHeapAndTheRestInOneMapping) {
  std::vector<std::shared_ptr<const Chunk>> chunks;
  {
    WireSpool spool(1000);
    otlp::WireWriter wire;
    for (uint32_t i = 0; i < 50; ++i) chunks.push_back(keep(spool, wire, bytesOf(i, 100)));
    EXPECT_FALSE(spool.full());
  }
  std::set<const MappedFile*> mappings;
  for (uint32_t i = 0; i < 50; ++i) {
    EXPECT_EQ(chunks[i]->bytes(), bytesOf(i, 100)) << i;
    EXPECT_EQ(chunks[i]->mapping() == nullptr, i < 10) << i;
    if (chunks[i]->mapping()) mappings.insert(chunks[i]->mapping().get());
  }
  EXPECT_EQ(mappings.size(), 1U);
}

TEST(WireSpool, OpensAnotherWindowForWhatDoesNotFit) {
  WireSpool spool(0);
  otlp::WireWriter wire;
  const auto small = keep(spool, wire, "first");
  const std::string large = bytesOf(1, size_t{65} << 20);
  const auto first = keep(spool, wire, large);
  const auto last = keep(spool, wire, "last");
  EXPECT_EQ(small->bytes(), "first");
  EXPECT_TRUE(first->bytes() == large);
  EXPECT_EQ(last->bytes(), "last");
  EXPECT_NE(small->mapping(), first->mapping());
  EXPECT_EQ(last->mapping(), first->mapping());
}

TEST(WireSpool, ThreadsWriteSideBySide) {
  WireSpool spool(5000);
  std::vector<std::vector<std::shared_ptr<const Chunk>>> chunks(4);
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      otlp::WireWriter wire;
      for (uint32_t i = 0; i < 300; ++i) chunks[t].push_back(keep(spool, wire, bytesOf(t * 1000 + i, i * 37)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (uint32_t t = 0; t < 4; ++t) {
    for (uint32_t i = 0; i < 300; ++i) ASSERT_EQ(chunks[t][i]->bytes(), bytesOf(t * 1000 + i, i * 37));
  }
}

TEST(WireSpool, HoldsTheSpansOfALoadedJsonFile) {
  const std::string path = WAYBILL_TEST_OUTPUT "/wire-spool-" + std::to_string(::getpid());
  std::ofstream(path, std::ios::binary)
      << test::generateTraces({300, 60, test::TraceShape::Mixed, 2, test::TraceEncoding::OtlpJsonLines});
  store::TraceStore store;
  ingest::loadFiles({path}, store, {}, {}, 3);
  std::filesystem::remove(path);
  std::set<const MappedFile*> mappings;
  uint64_t onHeap = 0;
  const auto snapshot = store.snapshot();
  EXPECT_GT(snapshot->spanCount(), 10'000U);
  for (const auto& chunk : snapshot->chunks()) {
    if (chunk->mapping() == nullptr) onHeap += chunk->bytes().size();
    mappings.insert(chunk->mapping().get());
  }
  EXPECT_LE(onHeap, WireSpool::kHeapBytes);
  EXPECT_LE(mappings.size(), 1U + 3U);  // none, and one for each thread
}

}  // namespace waybill::formats
