// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/repeated_calls.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/saturating.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

constexpr uint16_t kNotWaitedFor = NodeBits::kAsync | NodeBits::kDetached;

constexpr size_t kMostParametersRead = 1 << 16;  // more calls say no more

std::string shortStatement(std::string_view text) {
  constexpr size_t kLong = 60;
  if (text.size() > kLong && (text.starts_with("SELECT ") || text.starts_with("select "))) {
    size_t from = text.find(" FROM ");
    if (from == std::string_view::npos) from = text.find(" from ");
    if (from != std::string_view::npos) return std::string(text.substr(0, 7)) + "…" + std::string(text.substr(from));
  }
  return std::string(text);
}

// A statement in JSON has its collection beside it, or among the values that were taken out.
std::string databaseText(const SpanSemantics& semantics, const std::string& text) {
  if (text.empty() || (text.front() != '{' && text.front() != '[')) return shortStatement(text);
  std::string out(semantics.dbOperation);
  if (!semantics.dbCollection.empty()) out += (out.empty() ? "" : " ") + std::string(semantics.dbCollection);
  return out + (out.empty() ? "" : " ") + text;
}

// Regular, as far as clocks and schedulers let a timer be.
bool areAlike(const std::vector<int64_t>& values) {
  constexpr double kMostOff = 0.25;  // of the median, for most of them
  const int64_t median = medianOf(values);
  const auto alike = std::count_if(values.begin(), values.end(), [&](int64_t value) {
    return std::abs(static_cast<double>(value - median)) <= kMostOff * static_cast<double>(median);
  });
  return static_cast<size_t>(alike) * 4 >= values.size() * 3;
}

}  // namespace

std::vector<int64_t> pausesOf(const TraceTree& tree, const std::vector<NodeIndex>& calls) {
  std::vector<int64_t> out;
  for (size_t i = 1; i < calls.size(); ++i) {
    out.push_back(std::max<int64_t>(0, tree.startNs[calls[i].value] - tree.endNs[calls[i - 1].value]));
  }
  return out;
}

std::vector<int64_t> durationsOf(const TraceTree& tree, const std::vector<NodeIndex>& calls) {
  std::vector<int64_t> out;
  for (const NodeIndex call : calls) out.push_back(tree.durationNs(call));
  return out;
}

int64_t medianOf(std::vector<int64_t> values) {
  if (values.empty()) return 0;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

Finding tellAnyway(const TraceFacts& facts, Candidate candidate) {
  if (auto finding = weigh(facts, candidate)) return std::move(*finding);
  const int64_t savingNs = std::min(std::max<int64_t>(0, candidate.limitNs), facts.replayer.savingNs(candidate.rewrite));
  Finding finding = remark(facts, std::move(candidate.evidence), Severity::Low, candidate.confidence);
  finding.savingNs = savingNs;
  if (savingNs > 0) finding.fix = std::make_shared<const Rewrite>(std::move(candidate.rewrite));
  return finding;
}

std::string placeText(const TraceFacts& facts, const CallGroup& group) {
  return group.parent ? operationText(facts.tree, *group.parent) : serviceText(facts.tree, group.calls.front());
}

bool hasChildren(const TraceTree& tree, NodeIndex parent, size_t atLeast) {
  size_t children = 0;
  for (uint32_t c = parent.value + 1; c < tree.subtreeEnd[parent.value] && children < atLeast; c = tree.subtreeEnd[c]) {
    ++children;
  }
  return children >= atLeast;
}

std::vector<NodeIndex> soundChildren(const TraceTree& tree, NodeIndex parent) {
  std::vector<NodeIndex> out;
  tree.forEachChild(parent, [&](NodeIndex child) {
    if (!tree.has(child, kNotWaitedFor | NodeBits::kAdopted | NodeBits::kUnfinished)) out.push_back(child);
  });
  return out;
}

bool endsBefore(const TraceTree& tree, NodeIndex earlier, NodeIndex later) {
  const int64_t overlap = tree.endNs[earlier.value] - tree.startNs[later.value];
  if (overlap <= 0) return true;
  const uint32_t parent = tree.parent[later.value];
  const int64_t around = parent == TraceTree::kNone ? overlap : tree.durationNs(NodeIndex(parent));
  return overlap <= toleranceNs(around, tree.durationNs(earlier), tree.durationNs(later));
}

bool oneAfterAnother(const TraceTree& tree, const std::vector<NodeIndex>& spans) {
  constexpr size_t kMostOverlapping = 10;  // one in so many; one of a few
  size_t overlapping = 0;
  NodeIndex last = spans.front();
  for (size_t i = 1; i < spans.size(); ++i) {
    overlapping += endsBefore(tree, last, spans[i]) ? 0 : 1;
    if (tree.endNs[spans[i].value] >= tree.endNs[last.value]) last = spans[i];
  }
  return overlapping <= std::max<size_t>(spans.size() < kFewestCalls ? 0 : 1, (spans.size() - 1) / kMostOverlapping);
}

void collapse(const TraceTree& tree, const std::vector<NodeIndex>& calls, Rewrite& rewrite) {
  rewrite.collapse(tree, calls);
  const int64_t usual = medianOf(durationsOf(tree, calls));
  const std::vector<int64_t> pauses = pausesOf(tree, calls);
  for (size_t i = 0; i < pauses.size(); ++i) {
    if (pauses[i] > usual) rewrite.shortenGapBefore(calls[i + 1], INT64_MAX);
  }
}

std::string pauseText(const TraceTree& tree, const std::vector<NodeIndex>& calls) {
  int64_t pauses = 0, sum = 0;
  for (const int64_t pause : pausesOf(tree, calls)) pauses = saturatingSum(pauses, pause);
  for (const int64_t call : durationsOf(tree, calls)) sum = saturatingSum(sum, call);
  return pauses > sum ? " with " + durationText(pauses) + " between them" : "";
}

// What is sent in the body of a request stands in no attribute.
bool hasBody(const SpanSemantics& semantics) {
  if (semantics.isDatabase() || !semantics.isHttp()) return false;
  return !semantics.httpMethod.empty() && semantics.httpMethod != "GET" && semantics.httpMethod != "HEAD";
}

Parameters parametersOf(const TraceFacts& facts, const std::vector<NodeIndex>& calls) {
  Parameters out{0, std::min(calls.size(), kMostParametersRead), true};
  absl::flat_hash_set<uint64_t> distinct;
  for (size_t i = 0; i < out.read; ++i) {
    const Templated& what = facts.semantics.callOf(calls[i]).what;
    out.known = out.known && !what.erased && !hasBody(facts.semantics.of(calls[i]));
    distinct.insert(what.parametersHash);
  }
  out.distinct = distinct.size();
  return out;
}

double variation(const TraceTree& tree, const std::vector<NodeIndex>& calls) {
  double sum = 0, squares = 0;
  for (const NodeIndex call : calls) sum += static_cast<double>(tree.durationNs(call));
  const double n = static_cast<double>(calls.size()), mean = sum / n;
  for (const NodeIndex call : calls) {
    const double off = static_cast<double>(tree.durationNs(call)) - mean;
    squares += off * off;
  }
  return mean > 0 ? std::sqrt(squares / n) / mean : 0;
}

bool readsPages(const CallTemplate& what) {
  const auto has = [&](std::string_view word) { return what.what.text.find(word) != std::string::npos; };
  // Some mappers write OFFSET into every statement; with its value erased it says nothing.
  if (!what.what.erased && (has("OFFSET ") || has("offset "))) return true;
  for (const std::string_view word : {"page=", "Page=", "offset=", "cursor=", "after=", "page_token=", "pageToken=", "continuation"}) {
    if (has(word)) return true;
  }
  return false;
}

bool mostlyFailed(const TraceTree& tree, const std::vector<NodeIndex>& calls) {
  const auto failed = std::count_if(calls.begin(), calls.end(),
                                    [&](NodeIndex call) { return tree.has(call, NodeBits::kError); });
  return static_cast<size_t>(failed) * 2 > calls.size();
}

int64_t pathTimeAround(const TraceFacts& facts, const CallGroup& group) {
  int64_t ns = group.onPathNs;
  if (group.parent) ns = saturatingSum(ns, facts.path.selfNs[group.parent->value]);
  uint32_t last = TraceTree::kNone;
  for (const NodeIndex call : group.calls) {
    const uint32_t maker = facts.tree.parent[call.value];
    if (maker != TraceTree::kNone && maker != last && group.parent != NodeIndex(maker)) ns = saturatingSum(ns, facts.path.selfNs[maker]);
    last = maker;
  }
  return ns;
}

int64_t pathTimeOf(const TraceFacts& facts, const std::vector<NodeIndex>& spans) {
  int64_t ns = 0;
  for (const NodeIndex span : spans) ns = saturatingSum(ns, facts.path.totalNs[span.value]);
  return ns;
}

bool isNamedPolling(const TraceFacts& facts, NodeIndex call) {
  const std::string& text = facts.semantics.callOf(call).what.text;
  const std::string_view name = facts.tree.name(call);
  for (const std::string_view word : {"poll", "Poll", "watch", "Watch", "subscribe", "Subscribe", "heartbeat", "Heartbeat"}) {
    if (text.find(word) != std::string::npos || name.find(word) != std::string_view::npos) return true;
  }
  return false;
}

bool asksForData(const CallGroup& group) {
  // "SELECT ?" says nothing: whatever ran may have had that text.
  const std::string& text = group.what->what.text;
  if (text == "SELECT ?" || text == "select ?") return false;
  const std::string_view verb = std::string_view(text).substr(0, text.find_first_of(" (;:"));
  const std::string_view last = verb.substr(verb.find_last_of('.') + 1);  // "pg-pool.connect", "pg.connect"
  const auto is = [&](std::string_view word) {
    return std::equal(last.begin(), last.end(), word.begin(), word.end(), [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
  };
  if (is("set")) return group.semantics->dbSystem.find("sql") == std::string_view::npos;  // stores know it as a write
  static constexpr std::array<std::string_view, 17> kNone{
      "connect", "begin",   "start", "commit", "rollback", "savepoint", "release",    "ping", "prepare",
      "close",   "acquire", "auth",  "hello",  "client",   "discard",   "deallocate", "quit"};
  return std::none_of(kNone.begin(), kNone.end(), is);
}

bool looksLikePolling(const TraceFacts& facts, const std::vector<NodeIndex>& calls) {
  // Timers of less than a tenth of a second are rare, and so are loops whose pauses are of one length that long.
  constexpr int64_t kLongPauseNs = 100'000'000, kLongCallNs = 5'000'000'000;
  if (isNamedPolling(facts, calls.front())) return true;
  const int64_t usual = medianOf(durationsOf(facts.tree, calls));
  if (usual >= kLongCallNs) return true;
  if (calls.size() < 3) return false;  // of one pause nobody knows whether it is regular
  const std::vector<int64_t> pauses = pausesOf(facts.tree, calls);
  const int64_t pause = medianOf(pauses);
  return pause >= kLongPauseNs && pause >= usual && areAlike(pauses);
}

std::string callText(const TraceFacts& facts, NodeIndex call) {
  constexpr size_t kMaxBytes = 90;
  const std::string& text = facts.semantics.callOf(call).what.text;
  const SpanSemantics& semantics = facts.semantics.of(call);
  std::string out;
  if (semantics.isDatabase() && !text.empty()) {
    out = printable(databaseText(semantics, text), kMaxBytes);
  } else if (semantics.isHttp() && !text.empty()) {
    out = printable(text, kMaxBytes);
  } else if (semantics.isRpc() && !semantics.rpcMethod.empty()) {
    out = printable(semantics.rpcMethod.substr(semantics.rpcMethod.find_last_of('/') + 1), kMaxBytes);
  } else {
    out = nameText(facts.tree, call);
  }
  return "`" + out + "`";
}

std::string calleeText(const TraceFacts& facts, NodeIndex call) {
  constexpr size_t kMaxBytes = 60;
  const TraceTree& tree = facts.tree;
  if (const auto server = answeringServer(tree, call)) return printable(tree.serviceName(*server), kMaxBytes);
  const uint32_t parent = tree.parent[call.value];
  if (parent != TraceTree::kNone && tree.service[parent] != tree.service[call.value]) {
    return printable(tree.serviceName(call), kMaxBytes);
  }
  return printable(facts.semantics.of(call).peer(), kMaxBytes);
}

}  // namespace waybill::analysis
