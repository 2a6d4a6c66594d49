// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/large_payload.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>

#include "analysis/candidate.h"
#include "analysis/payload_facts.h"
#include "analysis/retry_text.h"
#include "analysis/waited_for.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

constexpr int64_t kLargeBytes = 300'000;
constexpr int64_t kSlowNs = 100'000'000;
constexpr double kClearCorrelation = 0.6;
constexpr double kNoCorrelation = 0.3;  // size has little to do with it
// What fits into the first window of a connection costs no round trip.
constexpr int64_t kTinyBytes = 10'000;
constexpr int64_t kTimesUsual = 4;

bool growsWithSize(const PayloadEffect* effect) {
  return effect != nullptr && effect->correlation >= kClearCorrelation;
}

// Whether the call took so much longer than small ones as its size lets expect, a quarter of it at least: else it was
// quick in spite of its size.
bool isSlowForIt(int64_t bytes, int64_t durationNs, const PayloadEffect& effect) {
  constexpr double kLeastPart = 0.25;
  const double expectedNs = effect.nsPerKilobyte * static_cast<double>(bytes - effect.usualBytes) / 1000;
  return static_cast<double>(durationNs - effect.smallNs) >= kLeastPart * expectedNs;
}

bool isLarge(int64_t bytes, int64_t durationNs, const PayloadEffect* effect) {
  // Sizes vary; what is no more than usual is not large, though a smaller one would be faster.
  if (growsWithSize(effect) && bytes >= kTinyBytes && bytes / kTimesUsual >= effect->usualBytes &&
      isSlowForIt(bytes, durationNs, *effect)) {
    return true;
  }
  if (bytes < kLargeBytes || durationNs < kSlowNs) return false;
  // Only calls about as large tell that size does not matter.
  return effect == nullptr || effect->correlation >= kNoCorrelation || effect->largeBytes < bytes / 2;
}

bool isOnPath(const TraceFacts& facts, NodeIndex node) {
  return facts.path.totalNs[waitedFor(facts.tree, node).value] >= smallestSavingNs(facts.rootDurationNs());
}

struct Sized {
  NodeIndex node;
  int64_t bytes;
};

// Those on the critical path that may be large: the rest need not be compared with what is usual.
std::vector<Sized> notTiny(const TraceFacts& facts) {
  std::vector<Sized> out;
  for (uint32_t i = 0; i < facts.tree.size(); ++i) {
    if (facts.isStoppedAt(i)) return {};
    const NodeIndex node(i);
    if (!isOnPath(facts, node)) continue;
    const int64_t bytes = payloadBytes(facts.tree, node, facts.semantics);
    if (bytes >= kTinyBytes) out.push_back({node, bytes});
  }
  return out;
}

struct LargeCalls {
  std::vector<NodeIndex> nodes;
  const PayloadEffect* effect = nullptr;
  NodeIndex largest;
  int64_t bytes = 0;  // of the largest
};

std::vector<LargeCalls> largeCalls(const TraceFacts& facts, const std::vector<Sized>& sized, const PayloadFacts& known) {
  std::vector<LargeCalls> out;
  absl::flat_hash_map<OperationKey, size_t> groups;
  for (const auto& [node, bytes] : sized) {
    const OperationKey operation = facts.operations.operation[node.value];
    const PayloadEffect* effect = known.find(operation);
    if (!isLarge(bytes, facts.tree.durationNs(node), effect)) continue;
    const auto [entry, isNew] = groups.try_emplace(operation, out.size());
    if (isNew) out.emplace_back();
    LargeCalls& calls = out[entry->second];
    calls.nodes.push_back(node);
    calls.effect = effect;
    if (bytes > calls.bytes) {
      calls.bytes = bytes;
      calls.largest = node;
    }
  }
  return out;
}

Candidate withSmallPayloads(const TraceFacts& facts, const LargeCalls& calls) {
  Candidate out;
  out.savingIsUpperBound = calls.effect == nullptr;
  out.confidence = growsWithSize(calls.effect) ? Confidence::High : Confidence::Medium;
  for (const NodeIndex node : calls.nodes) {
    const NodeIndex waited = waitedFor(facts.tree, node);
    const int64_t durationNs = facts.tree.durationNs(node);
    if (calls.effect == nullptr && waited == node) {
      out.rewrite.scaleOwn(node, 0);
    } else {
      const int64_t smallNs = calls.effect == nullptr ? durationNs - facts.selfNs[node.value] : calls.effect->smallNs;
      if (smallNs >= durationNs) continue;
      out.rewrite.setDuration(waited, facts.tree.durationNs(waited) - (durationNs - smallNs));
    }
  }
  out.evidence.push_back(calls.largest);
  for (const NodeIndex node : calls.nodes) {
    if (node != calls.largest) out.evidence.push_back(node);
  }
  return out;
}

std::string sentenceFor(const TraceFacts& facts, const LargeCalls& calls) {
  const SpanSemantics& says = facts.semantics.of(calls.largest);
  const bool isResponse = says.responseBytes >= says.requestBytes;
  const std::string part = isResponse ? "response" : "request";
  const int64_t bytes = isResponse ? says.responseBytes : says.requestBytes;
  const bool isCall = facts.tree.kind(calls.largest) == SpanKind::Client;
  const std::string who = isCall ? calledText(facts, calls.largest)
                                 : serviceText(facts.tree, calls.largest) + " (" + nameText(facts.tree, calls.largest) + ")";
  std::string out = "The " + part + (isResponse ? " of " : " to ") + who + " is " +
                    bytesText(static_cast<uint64_t>(bytes)) + " and takes " +
                    durationText(facts.tree.durationNs(calls.largest));
  if (calls.nodes.size() > 1) out += ", the largest of " + countText(calls.nodes.size()) + " large ones";
  if (!growsWithSize(calls.effect)) return out + ".";
  return out + "; its time grows by about " + decimalText(calls.effect->nsPerKilobyte / 1e6, 3) + " ms per kB (n = " +
         countText(calls.effect->calls) + "), and small ones take " + aboutText(calls.effect->smallNs) + ".";
}

}  // namespace

void detectLargePayload(const TraceFacts& facts, std::vector<Finding>& out) {
  const std::vector<Sized> sized = notTiny(facts);
  if (sized.empty()) return;
  PayloadFacts own;
  if (facts.population == nullptr) {
    absl::flat_hash_set<OperationKey> operations;
    for (const Sized& of : sized) operations.insert(facts.operations.operation[of.node.value]);
    own.addTrace(facts.tree, facts.operations, facts.semantics, &operations);
    own.settle();
  }
  for (const LargeCalls& calls : largeCalls(facts, sized, facts.population == nullptr ? own : facts.population->usual->payloads)) {
    auto finding = weigh(facts, withSmallPayloads(facts, calls));
    if (!finding) continue;
    finding->sentence = sentenceFor(facts, calls);
    finding->advice =
        "So much data takes time to build, to send and to read, whatever the other side does. Ask for less (fewer "
        "fields, pages, only what changed), compress it, keep it in a cache nearer to the caller, or stream it so that "
        "work can begin before all of it is there.";
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
