// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Critical paths of real trace files, where they are at hand.
#include <gtest/gtest.h>

#include <filesystem>

#include "analysis/population.h"
#include "analysis/trace_analysis.h"
#include "ingest/file_loader.h"
#include "support/path_claims.h"

namespace waybill::analysis {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const store::Snapshot> loaded(const fs::path& file) {
  store::TraceStore store;
  ingest::loadFiles({file.string()}, store);
  return store.snapshot();
}

void expectTruePaths(const fs::path& file) {
  const auto snapshot = loaded(file);
  ASSERT_GT(snapshot->traceCount(), 0u) << file;
  const auto known = buildPopulation(snapshot);
  for (uint32_t i = 0; i < snapshot->traceCount(); ++i) {
    const auto analysis = analyzeTrace(snapshot, TraceIndex(i), known);
    EXPECT_EQ(test::untrueSelfTimes(analysis->tree, analysis->path), "") << file << " " << toHex(snapshot->trace(TraceIndex(i)).id);
    EXPECT_EQ(snapshot->trace(TraceIndex(i)).durationNs(), analysis->tree.durationNs(analysis->tree.primaryRoot))
        << file << " " << toHex(snapshot->trace(TraceIndex(i)).id);
  }
}

// A shop whose frontend counts in whole milliseconds: its calls end a little after it.
TEST(RealPaths, OfAClockOfMillisecondsClaimNoCallForTheCaller) {
  const fs::path file = fs::path(WAYBILL_SHARED_DATA) / "otlp/otel-tui/test_data.json";
  if (!fs::exists(file)) GTEST_SKIP() << "no real files";
  expectTruePaths(file);
}

}  // namespace
}  // namespace waybill::analysis
