// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/batch_wait.h"

#include <algorithm>

#include "analysis/candidate.h"
#include "analysis/message_hops.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kSmallestSpreadNs = 50 * kMs;
constexpr size_t kMostBatches = 3;  // the worst ones speak for all

struct Batch {
  std::span<const MessageHop> hops;  // by when they were sent
  int64_t spreadNs = 0;
};

std::vector<Batch> slowBatches(const TraceTree& tree, std::span<const MessageHop> hops) {
  std::vector<Batch> out;
  forEachConsumer(hops, [&](std::span<const MessageHop> of) {
    if (of.size() < 2 || !of.front().isMessage || tree.has(of.front().consumer, NodeBits::kNoStart)) return;
    // Both ends are producers' times: whatever the consumer's clock says, the difference holds.
    const int64_t spreadNs = of.back().sentNs - of.front().sentNs;
    if (spreadNs >= kSmallestSpreadNs) out.push_back({of, spreadNs});
  });
  std::stable_sort(out.begin(), out.end(), [](const Batch& a, const Batch& b) { return a.spreadNs > b.spreadNs; });
  return out;
}

Finding describe(const TraceFacts& facts, const Batch& batch, size_t others) {
  const MessageHop& first = batch.hops.front();
  std::vector<NodeIndex> evidence{first.consumer};
  for (const MessageHop& hop : batch.hops) {
    if (hop.producer && evidence.size() < Finding::kMaxEvidence) evidence.push_back(*hop.producer);
  }
  Finding out = remark(facts, std::move(evidence), Severity::Low);
  out.sentence = "The first of the " + countText(batch.hops.size()) + " messages that " +
                 serviceText(facts.tree, first.consumer) + " took together in " + nameText(facts.tree, first.consumer) +
                 " waited " + durationText(first.waitNs(facts.tree)) + ", " + durationText(batch.spreadNs) +
                 " longer than the last: it waited for the batch.";
  if (others > 0) out.sentence += " " + countText(others) + (others == 1 ? " other batch" : " other batches") + " likewise.";
  out.advice =
      "Taking messages in batches saves work for each of them, and the early ones pay with their waiting time. If that "
      "matters, make batches smaller or limit how long one may fill up (linger time, maximum poll size), and handle "
      "each message on its own once it is taken.";
  return out;
}

}  // namespace

void detectBatchWait(const TraceFacts& facts, std::vector<Finding>& out) {
  const SentMessages* elsewhere = facts.population == nullptr ? nullptr : &facts.population->messages;
  const std::vector<MessageHop> hops = messageHops(facts.tree, facts.operations, elsewhere);
  const std::vector<Batch> batches = slowBatches(facts.tree, hops);
  for (size_t i = 0; i < std::min(batches.size(), kMostBatches); ++i) {
    const bool isLast = i + 1 == std::min(batches.size(), kMostBatches);
    out.push_back(describe(facts, batches[i], isLast ? batches.size() - i - 1 : 0));
  }
}

}  // namespace waybill::analysis
