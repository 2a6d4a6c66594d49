// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/queue_delay.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "analysis/candidate.h"
#include "analysis/end_to_end_path.h"
#include "analysis/saturating.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kSmallestNs = 50 * kMs;
constexpr int64_t kTimesUsual = 3;
constexpr int kSharePercent = 20;
// What two clocks may differ by unnoticed.
constexpr int64_t kClocksMayDifferNs = 100 * kMs;

const Baseline* usualDelay(const TraceFacts& facts, const MessageHop& hop) {
  if (facts.population == nullptr) return nullptr;
  const OperationKey consumer = facts.operations.operation[hop.consumer.value];
  return facts.population->usual->baselines.find(pairKey(hop.producerOperation, consumer), Measure::QueueDelay);
}

// The messages between one producing and one consuming operation that waited too long.
struct LateMessages {
  std::vector<MessageHop> hops;  // longest wait first
  std::vector<EarlierStart> earlier;
  const Baseline* usual = nullptr;
};

bool isTooLong(int64_t waitNs, int64_t wholeNs, const Baseline* usual) {
  if (waitNs < kSmallestNs || !atLeastShare(waitNs, wholeNs, kSharePercent)) return false;
  return usual == nullptr || waitNs / kTimesUsual >= usual->medianNs;
}

std::vector<LateMessages> lateMessages(const TraceFacts& facts, std::span<const MessageHop> hops, int64_t endToEndNs) {
  std::vector<LateMessages> out;
  absl::flat_hash_map<uint64_t, size_t> known;
  forEachConsumer(hops, [&](std::span<const MessageHop> of) {
    const MessageHop& newest = of.back();  // all of a batch waited at least as long
    if (!newest.isMessage || facts.tree.has(newest.consumer, NodeBits::kNoStart)) return;
    const int64_t waitNs = newest.waitNs(facts.tree);
    const Baseline* usual = usualDelay(facts, newest);
    // Of a message from another trace the wait comes before all that this one shows.
    const int64_t wholeNs = newest.producer ? endToEndNs : saturatingSum(endToEndNs, std::max<int64_t>(0, waitNs));
    if (!isTooLong(waitNs, wholeNs, usual)) return;
    const uint64_t key = pairKey(newest.producerOperation, facts.operations.operation[newest.consumer.value]);
    const auto [entry, isNew] = known.try_emplace(key, out.size());
    if (isNew) out.emplace_back();
    LateMessages& late = out[entry->second];
    late.hops.push_back(newest);
    late.earlier.push_back({newest.consumer, waitNs - (usual == nullptr ? 0 : usual->medianNs)});
    late.usual = usual;
  });
  for (LateMessages& late : out) {
    std::stable_sort(late.hops.begin(), late.hops.end(),
                     [](const MessageHop& a, const MessageHop& b) { return a.sentNs < b.sentNs; });
    std::stable_sort(late.hops.begin(), late.hops.end(), [&](const MessageHop& a, const MessageHop& b) {
      return a.waitNs(facts.tree) > b.waitNs(facts.tree);
    });
  }
  return out;
}

std::vector<NodeIndex> evidenceOf(const LateMessages& late) {
  std::vector<NodeIndex> out;
  for (const MessageHop& hop : late.hops) {
    out.push_back(hop.consumer);
    if (hop.producer) out.push_back(*hop.producer);
  }
  return out;
}

std::string queueText(const TraceFacts& facts, const MessageHop& hop) {
  std::string_view name = facts.semantics.of(hop.consumer).destination;
  if (name.empty() && hop.producer) name = facts.semantics.of(*hop.producer).destination;
  return name.empty() ? "the queue" : printable(name, 80);
}

std::string sentenceFor(const TraceFacts& facts, const LateMessages& late) {
  const MessageHop& worst = late.hops.front();
  std::string out = late.hops.size() == 1
                        ? "The message waited "
                        : countText(late.hops.size()) + " messages waited in " + queueText(facts, worst) + ", up to ";
  out += durationText(worst.waitNs(facts.tree));
  if (late.hops.size() == 1) out += " in " + queueText(facts, worst);
  out += " before " + serviceText(facts.tree, worst.consumer) + " took " + (late.hops.size() == 1 ? "it" : "them");
  return out + (late.usual == nullptr ? "." : "; " + usualText(*late.usual) + ".");
}

}  // namespace

void detectQueueDelay(const TraceFacts& facts, std::vector<Finding>& out) {
  const SentMessages* elsewhere = facts.population == nullptr ? nullptr : &facts.population->messages;
  const std::vector<MessageHop> hops = messageHops(facts.tree, facts.operations, elsewhere);
  if (hops.empty()) return;
  const int64_t endToEndNs = lastEndNs(facts.tree, hops) - facts.tree.startNs[facts.tree.primaryRoot.value];
  for (const LateMessages& late : lateMessages(facts, hops, endToEndNs)) {
    const MessageHop& worst = late.hops.front();
    const bool fromElsewhere = !worst.producer;
    const int64_t waitNs = worst.waitNs(facts.tree);
    // What came before this trace is saved in full.
    const int64_t wholeNs = fromElsewhere ? saturatingSum(endToEndNs, waitNs) : endToEndNs;
    const int64_t savingNs = fromElsewhere ? late.earlier.front().ns : endToEndSavingNs(facts.tree, hops, late.earlier);
    if (savingNs < smallestSavingNs(wholeNs)) continue;
    // Without other messages to compare with, a short wait may as well be two clocks that disagree.
    const bool isClear = late.usual != nullptr || waitNs >= kClocksMayDifferNs;
    Finding finding = remark(facts, evidenceOf(late), severityOf(savingNs, wholeNs),
                             isClear ? Confidence::High : Confidence::Low);
    finding.endToEndSavingNs = savingNs;
    finding.savingIsUpperBound = late.usual == nullptr;
    if (worst.producer) finding.peerService = std::string(facts.tree.serviceName(*worst.producer));
    finding.sentence = sentenceFor(facts, late);
    finding.advice =
        "Nothing worked on the message in this time. Look at the consumers: too few of them (or of partitions), each "
        "one slow, stopped for a rebalance or a restart, or polling too seldom; and at what else filled the queue then.";
    out.push_back(std::move(finding));
  }
}

}  // namespace waybill::analysis
