// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/store_sink.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stop_token>
#include <string>
#include <vector>

#include "ingest/file_loader.h"
#include "support/trace_generator.h"
#include "unit/ingest/same_store.h"

namespace waybill::ingest {
namespace {

std::shared_ptr<const Chunk> chunkOf(const std::string& bytes) {
  std::shared_ptr<char[]> copy(new char[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), copy.get());
  return Chunk::owned(copy, bytes.size(), "test", 0);
}

// A message with one span, whose trace id tells them apart.
std::shared_ptr<const Chunk> numbered(uint64_t number) {
  return chunkOf(test::generateTraces({1, 1, test::TraceShape::Mixed, number, test::TraceEncoding::OtlpProto}));
}

class ThreadsTest : public testing::Test {
 protected:
  void SetUp() override {
    m_path = WAYBILL_TEST_OUTPUT "/threads-" + std::to_string(::getpid()) + ".otlp";
  }
  void TearDown() override { std::filesystem::remove(m_path); }

  void write(const std::string& bytes) { std::ofstream(m_path, std::ios::binary) << bytes; }

  void expectSameWithAnyNumberOfThreads() {
    store::TraceStore one;
    const LoadReport alone = loadFiles({m_path}, one, {}, {}, 1);
    ASSERT_EQ(alone.firstError(), "");
    for (const size_t threads : {size_t{2}, size_t{5}}) {
      store::TraceStore many;
      const LoadReport together = loadFiles({m_path}, many, {}, {}, threads);
      EXPECT_EQ(together.firstError(), "");
      EXPECT_EQ(together.files.at(0).spans, alone.files.at(0).spans);
      expectSame(*one.snapshot(), *many.snapshot());
      expectSameDiagnostics(*one.snapshot(), *many.snapshot());
    }
  }

  std::string m_path;
};

}  // namespace

TEST_F(ThreadsTest, ProtobufIsTheSameStore) {
  write(test::generateTraces({900, 60, test::TraceShape::Mixed, 3, test::TraceEncoding::OtlpProto}));
  expectSameWithAnyNumberOfThreads();
}

TEST_F(ThreadsTest, JsonLinesAreTheSameStore) {
  write(test::generateTraces({500, 60, test::TraceShape::Mixed, 4, test::TraceEncoding::OtlpJsonLines}));
  expectSameWithAnyNumberOfThreads();
}

TEST_F(ThreadsTest, DamagedJsonLinesAreTheSameStore) {
  std::string text = test::generateTraces({500, 60, test::TraceShape::Mixed, 5, test::TraceEncoding::OtlpJsonLines});
  for (size_t at = 1'000'000; at < text.size(); at += 3'000'000) text.replace(at, 20, "\"]}{[}\n{\"resourceSp");
  text.resize(text.size() - 500);
  write(text);
  expectSameWithAnyNumberOfThreads();
}

TEST_F(ThreadsTest, OneTraceInManyPartsIsTheSameStore) {
  write(test::generateTraces({1, 50'000, test::TraceShape::Mixed, 6, test::TraceEncoding::OtlpProto}));
  expectSameWithAnyNumberOfThreads();
}

TEST(StoreSink, KeepsTheOrderOfPartsAndMessages) {
  ThreadPool workers(4);
  store::TraceStore store;
  StoreSink sink(store, &workers, {}, [](uint64_t) {});
  std::vector<std::shared_ptr<const Chunk>> chunks;
  for (uint64_t i = 0; i < 200; ++i) chunks.push_back(numbered(i));
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (i % 7 == 0) {
      sink.message(chunks[i], chunks[i]->bytes());
    } else {
      sink.part([&chunks, i](formats::WireSink& part) { part.message(chunks[i], chunks[i]->bytes()); });
    }
  }
  sink.finishParts();
  store.publish();
  store::TraceStore expected;
  for (const auto& chunk : chunks) expected.append(chunk, chunk->bytes());
  expected.publish();
  expectSame(*store.snapshot(), *expected.snapshot());
}

TEST(StoreSink, AStoppedLoadKeepsABeginning) {
  ThreadPool workers(3);
  store::TraceStore store;
  std::stop_source stop;
  std::vector<std::shared_ptr<const Chunk>> chunks;
  for (uint64_t i = 0; i < 100; ++i) chunks.push_back(numbered(i));
  {
    StoreSink sink(store, &workers, stop.get_token(), [](uint64_t) {});
    for (size_t i = 0; i < chunks.size(); ++i) {
      sink.part([&, i](formats::WireSink& part) {
        part.message(chunks[i], chunks[i]->bytes());
        if (i == 50) stop.request_stop();
      });
    }
  }
  store.publish();
  const auto snapshot = store.snapshot();
  ASSERT_LT(snapshot->spanCount(), 100U);
  store::TraceStore expected;
  for (size_t i = 0; i < snapshot->spanCount(); ++i) expected.append(chunks[i], chunks[i]->bytes());
  expected.publish();
  expectSame(*snapshot, *expected.snapshot());
}

}  // namespace waybill::ingest
