// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/message_hops.h"

#include <algorithm>
#include <tuple>

#include "analysis/templates.h"
#include "store/span_table.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

uint64_t keyOf(TraceId trace, SpanId span) { return mixHash(mixHash(trace.high, trace.low), span.value); }

bool isMessageHop(const TraceTree& tree, NodeIndex parent, NodeIndex child) {
  if (tree.kind(child) != SpanKind::Consumer) return false;
  const SpanKind kind = tree.kind(parent);
  if (kind == SpanKind::Producer) return true;
  return kind != SpanKind::Consumer && tree.service[parent.value] != tree.service[child.value];
}

struct Link {
  NodeIndex from;
  TraceId trace;
  SpanId span;
};

std::vector<Link> linksOf(const TraceTree& tree) {
  std::vector<Link> out;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if ((tree.recordedBits(NodeIndex(i)) & store::SpanBits::kHasLinks) == 0) continue;
    for (const otlp::LinkView& link : tree.span(NodeIndex(i)).links()) {
      const auto linkedTrace = traceIdFromBytes(link.traceId);
      const auto linkedSpan = spanIdFromBytes(link.spanId);
      if (linkedTrace && linkedSpan) out.push_back({NodeIndex(i), *linkedTrace, *linkedSpan});
    }
  }
  return out;
}

class HopFinder {
 public:
  HopFinder(const TraceTree& tree, const TraceOperations& operations, const SentMessages* elsewhere)
      : m_tree(tree), m_operations(operations), m_elsewhere(elsewhere) {}

  std::vector<MessageHop> find() {
    for (uint32_t i = 0; i < m_tree.size(); ++i) {
      const uint32_t parent = m_tree.parent[i];
      if (parent == TraceTree::kNone || !isMessageHop(m_tree, NodeIndex(parent), NodeIndex(i))) continue;
      add(NodeIndex(parent), NodeIndex(i), true);
    }
    addLinks();
    settle();
    return std::move(m_hops);
  }

 private:
  void add(NodeIndex producer, NodeIndex consumer, bool isMessage) {
    if (m_tree.startNs[producer.value] > m_tree.startNs[consumer.value]) return;  // no cause comes later
    m_hops.push_back({consumer, producer, m_tree.endNs[producer.value], m_operations.operation[producer.value],
                      isMessage, false});
  }

  void addLinks() {
    const std::vector<Link> links = linksOf(m_tree);
    if (links.empty()) return;
    const TraceId own = m_tree.snapshot->trace(m_tree.trace).id;
    absl::flat_hash_map<uint64_t, uint32_t> nodes;  // of the linked ids
    for (const Link& link : links) {
      if (link.trace == own) nodes.try_emplace(link.span.value, TraceTree::kNone);
    }
    for (uint32_t i = m_tree.size(); i-- > 0;) {
      const auto wanted = nodes.find(m_tree.spanId(NodeIndex(i)).value);
      if (wanted != nodes.end()) wanted->second = i;
    }
    for (const Link& link : links) {
      if (link.trace != own) {
        addElsewhere(link);
        continue;
      }
      const uint32_t target = nodes.at(link.span.value);
      if (target == TraceTree::kNone || target == link.from.value) continue;
      const NodeIndex producer(target);
      add(producer, link.from,
          m_tree.kind(link.from) == SpanKind::Consumer || m_tree.kind(producer) == SpanKind::Producer);
    }
  }

  void addElsewhere(const Link& link) {
    if (m_elsewhere == nullptr) return;
    const auto sent = m_elsewhere->find(link.trace, link.span);
    if (!sent || sent->endNs > m_tree.startNs[link.from.value]) return;
    m_hops.push_back({link.from, std::nullopt, sent->endNs, sent->operation, true, false});
  }

  // A consumer below its producer often links to it as well.
  void settle() {
    const auto key = [](const MessageHop& hop) {
      return std::tuple(hop.consumer, hop.sentNs, hop.producer, hop.producerOperation, !hop.isMessage);
    };
    std::sort(m_hops.begin(), m_hops.end(),
              [&](const MessageHop& a, const MessageHop& b) { return key(a) < key(b); });
    const auto same = [](const MessageHop& a, const MessageHop& b) {
      return a.consumer == b.consumer && a.producer == b.producer && a.producer.has_value();
    };
    m_hops.erase(std::unique(m_hops.begin(), m_hops.end(), same), m_hops.end());
    for (size_t i = 1; i < m_hops.size(); ++i) {
      if (m_hops[i].consumer == m_hops[i - 1].consumer) m_hops[i].isBatch = m_hops[i - 1].isBatch = true;
    }
  }

  const TraceTree& m_tree;
  const TraceOperations& m_operations;
  const SentMessages* m_elsewhere;
  std::vector<MessageHop> m_hops;
};

}  // namespace

void SentMessages::addTrace(const TraceTree& tree, const TraceOperations& operations) {
  const TraceId trace = tree.snapshot->trace(tree.trace).id;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex node(i);
    if (tree.kind(node) != SpanKind::Producer || tree.has(node, NodeBits::kUnfinished)) continue;
    keepEarlier(keyOf(trace, tree.spanId(node)), {tree.endNs[i], operations.operation[i]});
  }
}

void SentMessages::keepEarlier(uint64_t key, const Sent& sent) {
  const auto [entry, isNew] = m_sent.try_emplace(key, sent);
  if (!isNew && sent.endNs < entry->second.endNs) entry->second = sent;
}

void SentMessages::merge(const SentMessages& other) {
  for (const auto& [key, sent] : other.m_sent) keepEarlier(key, sent);
}

std::optional<SentMessages::Sent> SentMessages::find(TraceId trace, SpanId span) const {
  const auto found = m_sent.find(keyOf(trace, span));
  return found == m_sent.end() ? std::nullopt : std::optional(found->second);
}

std::vector<MessageHop> messageHops(const TraceTree& tree, const TraceOperations& operations,
                                    const SentMessages* elsewhere) {
  return HopFinder(tree, operations, elsewhere).find();
}

}  // namespace waybill::analysis
