// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/answers.h"

#include <algorithm>

#include "analysis/saturating.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

constexpr uint16_t kNotJoined = NodeBits::kNotJoined;

// Negative: how far they lie apart.
int64_t sharedNs(const TraceTree& tree, NodeIndex a, NodeIndex b) {
  const int64_t from = std::max(tree.startNs[a.value], tree.startNs[b.value]);
  return saturatingSum(std::min(tree.endNs[a.value], tree.endNs[b.value]), -from);
}

bool isRemoteSide(const TraceTree& tree, NodeIndex caller, NodeIndex child) {
  const SpanKind kind = tree.kind(child);
  return kind == SpanKind::Server || kind == SpanKind::Consumer ||
         tree.service[child.value] != tree.service[caller.value];
}

}  // namespace

bool isCallSpan(const TraceTree& tree, NodeIndex node) {
  const SpanKind kind = tree.kind(node);
  return kind == SpanKind::Client || kind == SpanKind::Producer;
}

bool mayAnswer(SpanKind caller, StringId callerService, SpanKind child, StringId childService) {
  if (caller != SpanKind::Client) return false;
  if (child == SpanKind::Server) return true;
  return (child == SpanKind::Unspecified || child == SpanKind::Internal) && callerService != childService;
}

bool mayAnswer(const TraceTree& tree, NodeIndex client, NodeIndex child) {
  return mayAnswer(tree.kind(client), tree.service[client.value], tree.kind(child), tree.service[child.value]);
}

bool overlapsHalf(const TraceTree& tree, NodeIndex client, NodeIndex server) {
  const int64_t shared = sharedNs(tree, client, server);
  return shared > 0 && shared >= tree.durationNs(client) - shared;
}

bool isSkewedAnswer(const TraceTree& tree, NodeIndex node) {
  const uint32_t parent = tree.parent[node.value];
  if (parent == TraceTree::kNone || !tree.has(node, kNotJoined)) return false;
  const NodeIndex client(parent);
  const int64_t callNs = tree.durationNs(client);
  return mayAnswer(tree, client, node) && tree.durationNs(node) <= callNs && sharedNs(tree, client, node) >= -callNs / 2;
}

Answers answersOf(const TraceTree& tree, NodeIndex call) {
  Answers out;
  if (!isCallSpan(tree, call)) return out;
  tree.forEachChild(call, [&](NodeIndex child) {
    if (!isRemoteSide(tree, call, child)) return;
    const bool isServersOwn = tree.kind(call) == SpanKind::Client && tree.kind(child) == SpanKind::Server;
    if (tree.has(child, kNotJoined) && !isServersOwn && !isSkewedAnswer(tree, child)) return;
    ++out.count;
    out.last = child;
  });
  return out;
}

std::optional<NodeIndex> answeringServer(const TraceTree& tree, NodeIndex call) {
  const Answers answers = answersOf(tree, call);
  return answers.count == 1 ? std::optional(answers.last) : std::nullopt;
}

int64_t edgeNs(const TraceTree& tree, NodeIndex call, NodeIndex server) {
  const int64_t callNs = tree.durationNs(call), serverNs = tree.durationNs(server);
  const bool gaveUp = tree.has(call, NodeBits::kError) && tree.endNs[server.value] > tree.endNs[call.value];
  if (serverNs <= callNs && !gaveUp) return callNs - serverNs;
  return callNs - std::clamp<int64_t>(sharedNs(tree, call, server), 0, callNs);
}

}  // namespace waybill::analysis
