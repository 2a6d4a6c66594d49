// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/streams.h"

#include <algorithm>
#include <array>

#include "analysis/span_semantics.h"
#include "otlp/attribute_scan.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;
using otlp::ValueType;
using otlp::ValueView;

constexpr int64_t kSecondNs = 1'000'000'000;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// `word` in lower case.
bool contains(std::string_view text, std::string_view word) {
  return std::search(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) { return lower(a) == b; }) !=
         text.end();
}
bool begins(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && contains(text.substr(0, word.size()), word);
}
bool is(std::string_view text, std::string_view word) { return text.size() == word.size() && begins(text, word); }

// Headers are lists of texts, in old instrumentations a text.
bool anyContains(const ValueView& value, std::string_view word) {
  if (value.type() != ValueType::Array) return contains(value.string(), word);
  const std::vector<ValueView> values = value.values();
  return std::any_of(values.begin(), values.end(), [&](const ValueView& v) { return contains(v.string(), word); });
}

bool isSwitchingProtocols(const ValueView& value) { return value.integer() == 101 || value.string() == "101"; }
bool isReceive(const ValueView& value) { return is(value.string(), "receive") || is(value.string(), "poll"); }
bool isWebSocket(const ValueView& value) { return anyContains(value, "websocket"); }
bool isEventStream(const ValueView& value) { return anyContains(value, "text/event-stream"); }
bool isSocketScheme(const ValueView& value) { return is(value.string(), "ws") || is(value.string(), "wss"); }
bool isSocketAddress(const ValueView& value) {
  return begins(value.string(), "ws://") || begins(value.string(), "wss://");
}
bool isStreaming(const ValueView& value) { return anyContains(value, "stream") || anyContains(value, "bidi"); }
bool isSubscription(const ValueView& value) { return is(value.string(), "subscription"); }

struct Sign {
  std::string_view key;
  bool (*says)(const ValueView&);
};

constexpr std::array kSigns{
    Sign{"messaging.operation.type", isReceive},
    Sign{"messaging.operation.name", isReceive},
    Sign{"messaging.operation", isReceive},
    Sign{"http.response.status_code", isSwitchingProtocols},
    Sign{"http.status_code", isSwitchingProtocols},
    Sign{"http.response.header.content-type", isEventStream},
    Sign{"http.response.header.content_type", isEventStream},
    Sign{"http.request.header.accept", isEventStream},
    Sign{"http.request.header.upgrade", isWebSocket},
    Sign{"http.response.header.upgrade", isWebSocket},
    Sign{"http.upgrade", isWebSocket},
    Sign{"network.protocol.name", isWebSocket},
    Sign{"net.app.protocol.name", isWebSocket},
    Sign{"url.scheme", isSocketScheme},
    Sign{"http.scheme", isSocketScheme},
    Sign{"url.full", isSocketAddress},
    Sign{"http.url", isSocketAddress},
    Sign{"rpc.method_type", isStreaming},
    Sign{"rpc.method.type", isStreaming},
    Sign{"rpc.grpc.method_type", isStreaming},
    Sign{"rpc.grpc.method.type", isStreaming},
    Sign{"grpc.method.type", isStreaming},
    Sign{"rpc.stream.type", isStreaming},
    Sign{"graphql.operation.type", isSubscription},
};

bool attributesSayStream(std::string_view span) {
  bool found = false;
  otlp::forEachMessage(span, otlp::span::kAttributes, [&](std::string_view keyValue) {
    if (found) return;
    const auto [key, value] = otlp::readKeyAndValue(keyValue);
    const auto sign = std::find_if(kSigns.begin(), kSigns.end(), [name = key](const Sign& s) { return s.key == name; });
    found = sign != kSigns.end() && sign->says(ValueView(value));
  });
  return found;
}

// Messages of one direction.
struct Direction {
  uint32_t count = 0;
  uint64_t firstNs = 0, lastNs = 0;

  void add(uint64_t timeNs) {
    firstNs = count == 0 ? timeNs : std::min(firstNs, timeNs);
    lastNs = std::max(lastNs, timeNs);
    ++count;
  }
  // An answer in several pieces comes at the end, all at once.
  bool goesOnFor(int64_t atLeastNs) const { return count >= 2 && lastNs - firstNs >= static_cast<uint64_t>(atLeastNs); }
};

// Every RPC has a message each way. gRPC instrumentations write "message" with message.type, later
// rpc.message with rpc.message.type.
bool eventsSayStream(const otlp::SpanView& span, int64_t durationNs) {
  Direction sent, received;
  for (const otlp::EventView& event : span.events()) {
    if (event.name != "message" && event.name != "rpc.message") continue;
    for (const otlp::AttributeView& attribute : event.attributes) {
      if (attribute.key != "message.type" && attribute.key != "rpc.message.type") continue;
      (is(attribute.value.string(), "sent") ? sent : received).add(event.timeNs);
    }
  }
  // Of what the sender dropped nobody knows when it was.
  const int64_t goodPart = span.droppedEvents > 0 ? 0 : durationNs / 4;
  return sent.goesOnFor(goodPart) || received.goesOnFor(goodPart);
}

bool hasStreamName(std::string_view name) {
  for (const std::string_view word : {"stream", "subscribe", "watch", "socket", "listen", "poll", "sse", "tail"}) {
    if (contains(name, word)) return true;
  }
  return false;
}

// Half of the values, or more, are that many times larger or smaller than the other half's, on either side of the
// median: neither is one value usual, nor are two.
bool hasNoUsualDuration(const LogHistogram& values, double times) {
  const auto quantile = [&](double q) { return static_cast<double>(std::max<int64_t>(1, values.quantile(q))); };
  const double lower = quantile(0.25), middle = quantile(0.5), upper = quantile(0.75);
  return middle >= lower * times && upper >= middle * times;
}

// A name alone says nothing; with durations that vary it does.
bool variesLikeStream(const Population& population, OperationKey operation, std::string_view name) {
  constexpr double kTimes = 3.1623;  // either side: an order of magnitude between the quartiles
  constexpr double kTimesWithName = 1.5;
  const Baseline* usual = population.usual->baselines.find(wideKey(operation), Measure::Duration);
  return usual != nullptr && usual->count() >= Baselines::Fewest().values &&
         hasNoUsualDuration(usual->values, hasStreamName(name) ? kTimesWithName : kTimes);
}

bool mayLast(SpanKind kind) { return kind == SpanKind::Server || kind == SpanKind::Client || kind == SpanKind::Consumer; }

}  // namespace

bool saysStream(const store::Snapshot& snapshot, SpanRow row) {
  const bool hasEvents = (snapshot.spans().bits(row) & store::SpanBits::kHasEvents) != 0;
  if (hasEvents && eventsSayStream(snapshot.span(row), snapshot.spans().durationNs(row))) return true;
  return mayLast(snapshot.kind(row)) && attributesSayStream(snapshot.spanMessage(row));
}

bool isStream(const TraceTree& tree, NodeIndex node, const Population* population) {
  if (tree.isMissing(node)) return false;
  const SpanRow row = tree.row[node.value];
  if (saysStream(*tree.snapshot, row)) return true;
  // Waits for less than a second are what requests do.
  if (population == nullptr || !mayLast(tree.kind(node)) || tree.durationNs(node) < kSecondNs || !tree.isLeaf(node)) {
    return false;
  }
  OperationMemo memo;
  const OperationKey operation = memo.of(*tree.snapshot, tree.service[node.value], tree.snapshot->spans().name(row));
  return variesLikeStream(*population, operation, tree.name(node));
}

std::vector<NodeIndex> streamsOf(const TraceTree& tree, const Population* population) {
  std::vector<NodeIndex> out;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (isStream(tree, NodeIndex(i), population)) out.emplace_back(i);
  }
  return out;
}

bool isStreamRequest(const store::Snapshot& snapshot, TraceIndex trace, const Population* population) {
  constexpr uint32_t kMostSpans = 8;  // both sides, with proxies between
  const store::TraceSummary& summary = snapshot.trace(trace);
  const auto isNearlyAll = [&](SpanRow row) {
    return snapshot.spans().durationNs(row) / 9 >= summary.durationNs() / 10;
  };
  if (isNearlyAll(summary.root) && saysStream(snapshot, summary.root)) return true;
  if (summary.spans > kMostSpans) return false;
  bool found = false;
  snapshot.forEachSpan(trace, [&](SpanRow row) {
    if (!found && row != summary.root && isNearlyAll(row)) found = saysStream(snapshot, row);
  });
  if (found || population == nullptr || summary.spans > 1 || summary.durationNs() < kSecondNs) return found;
  OperationMemo memo;
  return mayLast(snapshot.kind(summary.root)) &&
         variesLikeStream(*population, memo.of(snapshot, snapshot.serviceId(summary.root), snapshot.spans().name(summary.root)),
                          snapshot.name(summary.root));
}

}  // namespace waybill::analysis
