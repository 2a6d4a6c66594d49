// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/duplicate_calls.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <array>

#include "analysis/detectors/repeated_calls.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

// Calls with little time whose attributes are read, in one trace: those are told of in small traces.
constexpr size_t kMostSmallRead = 1024;

constexpr uint16_t kNotWaitedFor = NodeBits::kAsync | NodeBits::kDetached;

bool isOneOf(std::string_view word, std::span<const std::string_view> list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view known) {
    return known.size() == word.size() && std::equal(known.begin(), known.end(), word.begin(), [](char a, char b) {
             return a == (b >= 'a' && b <= 'z' ? static_cast<char>(b - 'a' + 'A') : b);
           });
  });
}

bool readsDatabase(const SpanSemantics& semantics) {
  constexpr std::array<std::string_view, 20> kReads{
      "SELECT", "WITH",  "GET",   "MGET",      "HGET",     "HMGET",  "HGETALL",       "EXISTS", "LRANGE", "SMEMBERS",
      "ZRANGE", "FIND",  "FINDONE", "AGGREGATE", "COUNT",  "SEARCH", "ZRANGEBYSCORE", "QUERY",  "GETITEM", "BATCHGETITEM"};
  const std::string_view text = semantics.queryText;
  const size_t begin = text.find_first_not_of(" \t\r\n(");
  std::string_view verb = semantics.dbOperation;
  if (begin != std::string_view::npos) {
    verb = text.substr(begin, text.find_first_of(" \t\r\n(*", begin) - begin);
    if (!verb.empty() && (verb.front() == '{' || verb.front() == '[')) verb = semantics.dbOperation;
  }
  return isOneOf(verb, kReads);
}

// "SELECT 1" asks whether the connection lives; a lock or a sequence is taken anew each time.
bool asksForRows(std::string_view text) {
  const auto has = [&](std::string_view words) { return text.find(words) != std::string_view::npos; };
  if (has("FOR UPDATE") || has("for update") || has("nextval")) return false;
  const bool isSelect = text.starts_with("SELECT") || text.starts_with("select");
  return !isSelect || has(" FROM ") || has(" from ");
}

bool saysEverything(const TraceFacts& facts, NodeIndex node, const SpanSemantics& semantics) {
  const CallTemplate& call = facts.semantics.callOf(node);
  return !call.what.erased && (!semantics.isDatabase() || asksForRows(call.what.text));
}

// What a call asks for, if asking once would have been enough: a read of something that stays. Texts are compared as
// they stand, which is sooner done than taking them apart, but for comments: a statement may carry the span's id.
std::optional<uint64_t> askedKey(const TraceFacts& facts, NodeIndex node) {
  constexpr std::array<std::string_view, 2> kReads{"GET", "HEAD"};
  if (facts.tree.has(node, NodeBits::kError)) return std::nullopt;
  const SpanSemantics semantics = facts.semantics.calledBy(node);
  if (semantics.resendCount > 0) return std::nullopt;
  if (semantics.isDatabase()) {
    if (semantics.queryText.empty() || !readsDatabase(semantics)) return std::nullopt;
  } else if (semantics.isRpc() || semantics.isMessaging() || semantics.url.empty() ||
             !isOneOf(semantics.httpMethod, kReads)) {
    return std::nullopt;
  }
  if (semantics.queryText.find("/*") != std::string_view::npos || semantics.queryText.find("--") != std::string_view::npos) {
    const CallTemplate& call = facts.semantics.callOf(node);
    return mixHash(call.key, call.what.parametersHash);
  }
  const uint64_t place = stableHash(semantics.isDatabase() ? semantics.dbNamespace : semantics.serverAddress,
                                    stableHash(semantics.peer(), semantics.queryParametersHash));
  return stableHash(semantics.isDatabase() ? semantics.queryText : semantics.url, place);
}

struct Repeated {
  std::vector<NodeIndex> calls;
  int64_t onPathNs = 0;
};

// Calls of one key, by the first of them; those with a second one.
class RepeatedCalls {
 public:
  explicit RepeatedCalls(const TraceFacts& facts) : m_facts(facts) {}
  void add(uint64_t key, NodeIndex call) {
    const auto [entry, isNew] = m_index.try_emplace(key, m_all.size());
    if (isNew) m_all.emplace_back();
    m_all[entry->second].calls.push_back(call);
    m_all[entry->second].onPathNs += m_facts.path.totalNs[call.value];
  }
  std::vector<Repeated> take() {
    std::erase_if(m_all, [&](const Repeated& r) { return r.calls.size() < 2; });
    return std::move(m_all);
  }

 private:
  const TraceFacts& m_facts;
  absl::flat_hash_map<uint64_t, size_t> m_index;
  std::vector<Repeated> m_all;
};

// As far as can be told without attributes.
bool mayBeCall(const TraceTree& tree, NodeIndex node) {
  const otlp::SpanKind kind = tree.kind(node);
  const bool isInner = kind == otlp::SpanKind::Internal || kind == otlp::SpanKind::Unspecified;
  return kind == otlp::SpanKind::Client || (isInner && tree.isLeaf(node));
}

// A library's span around that of a driver shows the same call: the outer one counts.
void leaveOutInner(const TraceFacts& facts, std::vector<Repeated>& all) {
  const std::vector<uint32_t> owner = owners(facts.tree);
  for (Repeated& same : all) {
    std::erase_if(same.calls, [&](NodeIndex call) {
      const uint32_t around = owner[call.value];
      if (around >= facts.tree.size() || facts.tree.service[around] != facts.tree.service[call.value]) return false;
      if (facts.tree.kind(NodeIndex(around)) != otlp::SpanKind::Client) return false;
      return facts.semantics.of(NodeIndex(around)).isDatabase() == facts.semantics.of(call).isDatabase();
    });
    same.onPathNs = pathTimeOf(facts, same.calls);
  }
  std::erase_if(all, [](const Repeated& same) { return same.calls.size() < 2; });
}

// The same thing asked for by one service, anywhere in the trace.
std::vector<Repeated> sameCalls(const TraceFacts& facts) {
  const TraceTree& tree = facts.tree;
  const int64_t smallestNs = smallestSavingNs(facts.rootDurationNs());
  RepeatedCalls byName(facts);
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (facts.isStoppedAt(i)) return {};
    if (mayBeCall(tree, NodeIndex(i))) byName.add(facts.operations.operation[i].value, NodeIndex(i));
  }
  std::vector<Repeated> out;
  size_t smallRead = 0;
  // Attributes are read where there is enough time of one operation, and of a few others.
  for (const Repeated& named : byName.take()) {
    if (named.onPathNs < smallestNs && (smallRead += named.calls.size()) > kMostSmallRead) continue;
    RepeatedCalls byCall(facts);
    for (const NodeIndex node : named.calls) {
      if (facts.isStoppedAt(node.value)) return {};
      if (!isCall(facts, node)) continue;
      if (const auto key = askedKey(facts, node)) byCall.add(*key, node);
    }
    for (Repeated& same : byCall.take()) {
      const NodeIndex first = same.calls.front();
      if (saysEverything(facts, first, facts.semantics.of(first))) out.push_back(std::move(same));
    }
  }
  if (!out.empty()) leaveOutInner(facts, out);
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.onPathNs > b.onPathNs; });
  if (out.size() > kMostCandidates) out.resize(kMostCandidates);
  for (Repeated& same : out) {
    std::stable_sort(same.calls.begin(), same.calls.end(), [&](NodeIndex a, NodeIndex b) {
      return tree.startNs[a.value] < tree.startNs[b.value];
    });
  }
  return out;
}

// The code between the calls is still to be run, but for the moments between a call and the next like it.
void keepFirst(const TraceTree& tree, const std::vector<NodeIndex>& calls, Rewrite& rewrite) {
  for (size_t i = 1; i < calls.size(); ++i) {
    rewrite.remove(calls[i]);
    const bool isNext = tree.parent[calls[i].value] == tree.parent[calls[i - 1].value] &&
                        tree.subtreeEnd[calls[i - 1].value] == calls[i].value;
    const int64_t pause = tree.startNs[calls[i].value] - tree.endNs[calls[i - 1].value];
    if (!isNext || pause > tree.durationNs(calls[i])) rewrite.shortenGapBefore(calls[i], INT64_MAX);
  }
}

// With its parameters, which are the same each time, or with what was called where they are too long.
std::string askedText(const TraceFacts& facts, NodeIndex call) {
  constexpr size_t kLong = 100;
  const SpanSemantics& semantics = facts.semantics.of(call);
  const std::string_view asked = semantics.isDatabase() ? semantics.queryText : semantics.url;
  const bool hasParameters = facts.semantics.callOf(call).what.parameters > 0;
  if (asked.empty() || asked.size() > kLong) {
    return callText(facts, call) + (hasParameters ? " with the same parameters" : "");
  }
  return "`" + (semantics.isDatabase() ? "" : printable(semantics.httpMethod, 20) + " ") + printable(asked, kLong) + "`";
}

void detectSame(const TraceFacts& facts, std::vector<Finding>& out) {
  for (const Repeated& same : sameCalls(facts)) {
    if (looksLikePolling(facts, same.calls)) continue;
    Candidate candidate;
    candidate.evidence = same.calls;
    candidate.limitNs = same.onPathNs;
    keepFirst(facts.tree, same.calls, candidate.rewrite);
    Finding finding = tellAnyway(facts, std::move(candidate));
    const NodeIndex first = same.calls.front();
    finding.peerService = calleeText(facts, first);
    finding.sentence = serviceText(facts.tree, first) + " asked " + countText(same.calls.size()) +
                       " times for the same thing, " + askedText(facts, first) + "; " +
                       (finding.savingNs == 0 ? "asking once would do, though this request would not end sooner"
                                              : "asking once would save about " + aboutText(finding.savingNs)) +
                       ".";
    finding.advice =
        "Every answer after the first was already known. Keep it for the rest of the request: pass it on as an argument, "
        "or use a request-scoped cache or data loader. Should it change between the calls on purpose, ignore this.";
    out.push_back(std::move(finding));
  }
}

// A cache asked in vain, and the database that had to answer instead.
struct Miss {
  std::vector<NodeIndex> lookups, loads;
  int64_t onPathNs = 0;
};

// The last sibling that ended before each call, of the spans of one parent.
template <typename Visit>
void forEachAfterMiss(const TraceFacts& facts, Visit&& visit) {
  const TraceTree& tree = facts.tree;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex parent(i);
    if (tree.isLeaf(parent) || facts.path.totalNs[i] < smallestSavingNs(facts.rootDurationNs())) continue;
    std::optional<NodeIndex> before;
    tree.forEachChild(parent, [&](NodeIndex child) {
      if (tree.has(child, kNotWaitedFor)) return;
      if (facts.path.totalNs[child.value] > 0 && before && endsBefore(tree, *before, child) && isCall(facts, child) &&
          readsDatabase(facts.semantics.of(child)) && facts.semantics.of(*before).cacheHit == false) {
        visit(*before, child);
      }
      before = child;
    });
  }
}

void detectMisses(const TraceFacts& facts, std::vector<Finding>& out) {
  std::vector<Miss> all;
  absl::flat_hash_map<uint64_t, size_t> index;
  forEachAfterMiss(facts, [&](NodeIndex lookup, NodeIndex load) {
    if (facts.semantics.of(load).cacheHit.has_value()) return;  // another cache
    const uint64_t key = mixHash(facts.semantics.callOf(load).key, facts.operations.operation[lookup.value].value);
    const auto [entry, isNew] = index.try_emplace(key, all.size());
    if (isNew) all.emplace_back();
    Miss& miss = all[entry->second];
    miss.lookups.push_back(lookup);
    miss.loads.push_back(load);
    miss.onPathNs += facts.path.totalNs[load.value];
  });
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.onPathNs > b.onPathNs; });
  if (all.size() > kMostCandidates) all.resize(kMostCandidates);
  for (const Miss& miss : all) {
    Candidate candidate;
    candidate.evidence = miss.loads;
    candidate.evidence.insert(candidate.evidence.end(), miss.lookups.begin(), miss.lookups.end());
    candidate.limitNs = miss.onPathNs;
    candidate.confidence = Confidence::Medium;  // the first time somebody must ask
    for (const NodeIndex load : miss.loads) candidate.rewrite.remove(load).shortenGapBefore(load, INT64_MAX);
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    finding->peerService = calleeText(facts, miss.loads.front());
    const std::string times = miss.loads.size() == 1 ? "" : " " + countText(miss.loads.size()) + " times";
    finding->sentence = serviceText(facts.tree, miss.loads.front()) + " asked its cache (" +
                        nameText(facts.tree, miss.lookups.front()) + ") in vain" + times + " and then ran " +
                        callText(facts, miss.loads.front()) + "; a hit would save about " +
                        aboutText(finding->savingNs) + ".";
    finding->advice =
        "A single miss is how a cache fills. If this happens in many requests, entries expire too soon, are pushed out, "
        "or are stored under keys that rarely come again; warm the cache, or let one request fill it for all.";
    out.push_back(std::move(*finding));
  }
}

}  // namespace

void detectDuplicateCalls(const TraceFacts& facts, std::vector<Finding>& out) {
  detectSame(facts, out);
  detectMisses(facts, out);
}

}  // namespace waybill::analysis
