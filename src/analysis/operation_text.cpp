// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "analysis/trail.h"
#include "base/utf8.h"
#include "otlp/value_view.h"

namespace waybill::analysis {
namespace {

constexpr size_t kMaxServiceBytes = 60, kMaxNameBytes = 100;

// New names before old ones, those that name a service before those that name a place.
constexpr std::array<std::string_view, 10> kPeerKeys{
    "service.peer.name",     "peer.service",   "db.system.name", "db.system",   "messaging.destination.name",
    "messaging.destination", "server.address", "net.peer.name",  "rpc.service", "messaging.system"};

bool isWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// "cart" begins "cart.GetItems" and "cart GET /", but not "cartoon".
bool beginsWithWord(std::string_view text, std::string_view word) {
  if (word.empty() || text.size() < word.size()) return false;
  const bool begins =
      std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) { return lower(a) == lower(b); });
  return begins && (text.size() == word.size() || !isWordByte(text[word.size()]));
}

std::string joined(std::string_view owner, std::string_view rawName) {
  const std::string name = printable(rawName, kMaxNameBytes);
  const bool ownerKnown = !owner.empty() && !owner.starts_with("unknown_service");
  if (name.empty()) return std::string(owner.empty() ? "unknown_service" : owner) + " (no name)";
  if (!ownerKnown || beginsWithWord(name, owner)) return name;
  return std::string(owner) + " " + name;
}

}  // namespace

std::string peerName(const TraceTree& tree, NodeIndex node) {
  const otlp::SpanView span = tree.span(node);
  std::array<std::string_view, kPeerKeys.size()> found;
  for (const otlp::AttributeView& attribute : span.attributes()) {
    for (size_t i = 0; i < kPeerKeys.size(); ++i) {
      if (attribute.key == kPeerKeys[i]) found[i] = attribute.value.string();
    }
  }
  for (const std::string_view peer : found) {
    if (!peer.empty()) return printable(peer, kMaxServiceBytes);
  }
  return {};
}

std::string operationText(const TraceTree& tree, NodeIndex node) {
  const std::string service = printable(tree.serviceName(node), kMaxServiceBytes);
  const otlp::SpanKind kind = tree.kind(node);
  if (tree.isLeaf(node) && (kind == otlp::SpanKind::Client || kind == otlp::SpanKind::Producer)) {
    const std::string peer = peerName(tree, node);
    if (!peer.empty()) return joined(peer, tree.name(node)) + " called by " + service;
  }
  return joined(service, tree.name(node));
}

}  // namespace waybill::analysis
