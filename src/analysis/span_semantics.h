// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/templates.h"
#include "analysis/trace_tree.h"

namespace waybill::analysis {

// What the attributes of a span say, by the semantic conventions of OpenTelemetry, new names before old ones
// (FORMATS section 13). Texts point into the wire bytes and live as long as the snapshot; empty: not said.
struct SpanSemantics {
  // Databases.
  std::string_view dbSystem, dbNamespace, dbCollection, dbOperation, queryText, querySummary;
  uint64_t queryParametersHash = 0;  // of db.query.parameter.*, in any order
  uint32_t queryParameters = 0;      // how many
  int64_t batchSize = 0;  // db.operation.batch.size, messaging.batch.message_count
  // HTTP.
  std::string_view httpMethod, url, route;  // url: the whole one, else the path
  int64_t httpStatus = 0;
  int64_t resendCount = 0;  // 0: not a resend
  // RPC.
  std::string_view rpcSystem, rpcService, rpcMethod;
  std::optional<int64_t> grpcStatus;
  // Messaging.
  std::string_view messagingSystem, destination, messagingOperation;
  // FaaS.
  std::string_view faasTrigger;
  bool coldStart = false;
  // Peer, instance, errors, caches, sizes, waits.
  std::string_view peerService, serverAddress;
  int64_t serverPort = 0;
  std::string_view errorType;
  std::optional<bool> cacheHit;
  int64_t requestBytes = 0, responseBytes = 0;
  int64_t poolWaitNs = 0;  // for a connection; read as milliseconds unless the key names a unit
  std::string_view ormScope;  // the instrumentation scope, when it is an object-relational mapper

  bool isDatabase() const { return !dbSystem.empty() || !queryText.empty() || !querySummary.empty(); }
  bool isHttp() const { return !httpMethod.empty() || !url.empty(); }
  bool isRpc() const { return !rpcSystem.empty() || !rpcService.empty(); }
  bool isMessaging() const { return !messagingSystem.empty() || !destination.empty(); }
  bool isFaas() const { return coldStart || !faasTrigger.empty(); }
  bool timedOut() const;  // error.type, gRPC or HTTP status say so

  // Whom the span says it talks to: the name of a service before that of a place; empty when it says nothing.
  std::string_view peer() const;
};

SpanSemantics readSemantics(const store::Snapshot& snapshot, SpanRow row);

// What is called: the statement, URL or method with its parameters taken out, with the system and peer it goes to.
// Equal templates: the same call with other parameters; equal parametersHash too: the same call.
struct CallTemplate {
  Templated what;
  uint64_t key = 0;  // of kind of call, system, peer and template
};
CallTemplate callTemplate(const TraceTree& tree, NodeIndex node, const SpanSemantics& semantics);

struct PayloadSizes {
  int64_t requestBytes = 0, responseBytes = 0;  // as the span says them; 0: not said
};

// Reads the spans of one trace when somebody asks, and remembers the last kRemembered: what it returns lives until as
// many others were read. One thread.
class SemanticsReader {
 public:
  static constexpr size_t kRemembered = 1 << 16;  // about 40 MB

  explicit SemanticsReader(const TraceTree& tree) : m_tree(tree) {}
  const SpanSemantics& of(NodeIndex node);
  const CallTemplate& callOf(NodeIndex node);

  // One thing of very many spans: of a trace too big to be remembered nothing else is read, and nothing kept.
  uint64_t callKeyOf(NodeIndex node);  // callOf(node).key
  SpanSemantics calledBy(NodeIndex node);  // what tells calls from each other, and resends
  bool startedCold(NodeIndex node);
  int64_t poolWaitNs(NodeIndex node);
  PayloadSizes payloadOf(NodeIndex node);

 private:
  // What was read last, and by node where to find it; one of two nodes with one place there is found no more.
  template <typename T>
  class Remembered {
   public:
    const T* find(NodeIndex node) const;
    const T& add(NodeIndex node, uint32_t nodes, T value);

   private:
    std::vector<uint32_t> m_at;  // how many had been read with it; 0: never
    std::deque<std::pair<NodeIndex, T>> m_last;
    uint32_t m_forgotten = 0;
  };

  bool remembersAll() const { return m_tree.size() <= kRemembered; }
  std::string_view ormScopeOf(SpanRow row);

  const TraceTree& m_tree;
  Remembered<SpanSemantics> m_semantics;
  Remembered<CallTemplate> m_calls;
  absl::flat_hash_map<uint32_t, std::string_view> m_ormScopes;  // by context
  std::pair<OptionalNode, PayloadSizes> m_lastPayload;          // a call is asked again for its server
};

}  // namespace waybill::analysis
