// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of real trace files, held against their spans.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

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
  ASSERT_TRUE(fs::exists(file)) << "The real files are missing; see tests/README.md.";
  expectTruePaths(file);
}

// "No child span covers it" must hold against the picture, in which children that nobody waits for are drawn too.
void expectTrueCover(const TraceAnalysis& analysis, const Finding& finding) {
  if (finding.sentence.find("no child span covers it") == std::string::npos) return;
  std::map<uint32_t, int64_t> ownNs;  // on the path, without what runs beside a child
  for (const NodeIndex node : finding.evidence) ownNs[node.value] = 0;
  analysis.path.segments.forEach([&](const PathSegment& segment) {
    const auto own = ownNs.find(segment.node.value);
    if (own != ownNs.end() && segment.kind == SegmentKind::Self) own->second += segment.durationNs();
  });
  int64_t onPathNs = 0, coveredNs = 0;
  for (const auto& [node, ns] : ownNs) {
    onPathNs += ns;
    coveredNs += std::max<int64_t>(0, ns - analysis.selfNs[node]);
  }
  EXPECT_LE(coveredNs, onPathNs / 100) << analysis.headline << "\n" << finding.sentence;
}

void expectAgreement(const TraceAnalysis& analysis) {
  if (analysis.findings.empty()) return;
  const bool saysWhyNot = analysis.headline.find("; a fix saves most in ") != std::string::npos ||
                          analysis.headline.find("; what stands out is ") != std::string::npos;
  EXPECT_TRUE(saysWhyNot || isAboutHeadlineStep(analysis.tree, analysis.trail, analysis.findings.front()) ||
              analysis.tree.durationNs(analysis.tree.primaryRoot) == 0)
      << analysis.headline << "\n" << analysis.findings.front().sentence;
}

TEST(RealPaths, HeadlinesAgreeWithTheFirstFindingAndSentencesWithThePicture) {
  const fs::path folder(WAYBILL_SHARED_DATA);
  ASSERT_TRUE(fs::exists(folder)) << "The real files are missing; see tests/README.md.";
  uint32_t traces = 0;
  for (const fs::path& part : {folder / "otlp", folder / "faults"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(part)) {
      if (!entry.is_regular_file()) continue;
      const auto snapshot = loaded(entry.path());
      const auto known = snapshot->traceCount() > 1 ? buildPopulation(snapshot) : nullptr;
      OperationMemo memo;
      for (uint32_t i = 0; i < snapshot->traceCount(); ++i, ++traces) {
        const auto analysis = analyzeTrace(snapshot, TraceIndex(i), known, {}, &memo);
        expectAgreement(*analysis);
        for (const Finding& finding : analysis->findings) expectTrueCover(*analysis, finding);
      }
    }
  }
  EXPECT_GT(traces, 1000u);
}

}  // namespace
}  // namespace waybill::analysis
