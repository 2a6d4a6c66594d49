// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/span_semantics.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "otlp/attribute_scan.h"

namespace waybill::analysis {
namespace {

using otlp::ValueType;
using otlp::ValueView;

int64_t numberOf(const ValueView& value) {
  switch (value.type()) {
    case ValueType::Int:
      return value.integer();
    case ValueType::Double: {
      constexpr double kLargest = 9e18;
      const double real = value.real();
      return real > -kLargest && real < kLargest ? static_cast<int64_t>(real) : 0;
    }
    case ValueType::String: {
      int64_t number = 0;
      const std::string_view text = value.string();
      std::from_chars(text.data(), text.data() + text.size(), number);
      return number;
    }
    default:
      return 0;
  }
}

bool truthOf(const ValueView& value) { return value.boolean() || value.string() == "true"; }

int64_t waitNs(const ValueView& value, int64_t unitNs) {
  const double amount =
      value.type() == ValueType::Double ? value.real() : static_cast<double>(numberOf(value));
  constexpr double kLongest = 1e18;
  const double ns = amount * static_cast<double>(unitNs);
  return ns > 0 && ns < kLongest ? static_cast<int64_t>(ns) : 0;
}

using Take = void (*)(SpanSemantics&, const ValueView&);

// A convention's name, how much it is preferred (new names 2, old ones 1), and where it goes.
struct Key {
  std::string_view name;
  uint8_t field;  // those of one field compete
  uint8_t rank;
  Take take;
};

enum Field : uint8_t {
  kDbSystem, kDbNamespace, kDbCollection, kDbOperation, kQueryText, kQuerySummary, kBatchSize, kHttpMethod, kUrl,
  kRoute, kHttpStatus, kResend, kRpcSystem, kRpcService, kRpcMethod, kGrpcStatus, kMessagingSystem, kDestination,
  kMessagingOperation, kFaasTrigger, kColdStart, kPeer, kAddress, kPort, kErrorType, kCacheHit, kRequestBytes,
  kResponseBytes, kPoolWait, kFieldCount
};

template <std::string_view SpanSemantics::*member>
void text(SpanSemantics& out, const ValueView& value) {
  out.*member = value.string();
}
template <int64_t SpanSemantics::*member>
void number(SpanSemantics& out, const ValueView& value) {
  out.*member = numberOf(value);
}

using S = SpanSemantics;
constexpr int64_t kMs = 1'000'000;

constexpr std::array kKeys{
    Key{"db.system.name", kDbSystem, 2, text<&S::dbSystem>},
    Key{"db.system", kDbSystem, 1, text<&S::dbSystem>},
    Key{"db.namespace", kDbNamespace, 2, text<&S::dbNamespace>},
    Key{"db.name", kDbNamespace, 1, text<&S::dbNamespace>},
    Key{"db.collection.name", kDbCollection, 2, text<&S::dbCollection>},
    Key{"db.sql.table", kDbCollection, 1, text<&S::dbCollection>},
    Key{"db.mongodb.collection", kDbCollection, 1, text<&S::dbCollection>},
    Key{"db.operation.name", kDbOperation, 2, text<&S::dbOperation>},
    Key{"db.operation", kDbOperation, 1, text<&S::dbOperation>},
    Key{"db.query.text", kQueryText, 2, text<&S::queryText>},
    Key{"db.statement", kQueryText, 1, text<&S::queryText>},
    Key{"db.query.summary", kQuerySummary, 2, text<&S::querySummary>},
    Key{"db.operation.batch.size", kBatchSize, 2, number<&S::batchSize>},
    Key{"messaging.batch.message_count", kBatchSize, 1, number<&S::batchSize>},
    Key{"http.request.method", kHttpMethod, 2, text<&S::httpMethod>},
    Key{"http.method", kHttpMethod, 1, text<&S::httpMethod>},
    Key{"url.full", kUrl, 4, text<&S::url>},
    Key{"http.url", kUrl, 3, text<&S::url>},
    Key{"url.path", kUrl, 2, text<&S::url>},
    Key{"http.target", kUrl, 1, text<&S::url>},
    Key{"url.template", kRoute, 2, text<&S::route>},
    Key{"http.route", kRoute, 1, text<&S::route>},
    Key{"http.response.status_code", kHttpStatus, 2, number<&S::httpStatus>},
    Key{"http.status_code", kHttpStatus, 1, number<&S::httpStatus>},
    Key{"http.request.resend_count", kResend, 2, number<&S::resendCount>},
    Key{"http.resend_count", kResend, 1, number<&S::resendCount>},
    Key{"http.retry_count", kResend, 1, number<&S::resendCount>},
    Key{"rpc.system.name", kRpcSystem, 2, text<&S::rpcSystem>},
    Key{"rpc.system", kRpcSystem, 1, text<&S::rpcSystem>},
    Key{"rpc.service", kRpcService, 1, text<&S::rpcService>},
    Key{"rpc.method", kRpcMethod, 1, text<&S::rpcMethod>},
    Key{"rpc.grpc.status_code", kGrpcStatus, 1, [](S& out, const ValueView& v) { out.grpcStatus = numberOf(v); }},
    Key{"rpc.status_code", kGrpcStatus, 2,
        [](S& out, const ValueView& v) {
          if (v.string() == "DEADLINE_EXCEEDED") {
            out.grpcStatus = 4;
          } else if (v.string().empty() || (v.string()[0] >= '0' && v.string()[0] <= '9')) {
            out.grpcStatus = numberOf(v);
          }
        }},
    Key{"messaging.system", kMessagingSystem, 1, text<&S::messagingSystem>},
    Key{"messaging.destination.name", kDestination, 2, text<&S::destination>},
    Key{"messaging.destination", kDestination, 1, text<&S::destination>},
    Key{"messaging.operation.type", kMessagingOperation, 3, text<&S::messagingOperation>},
    Key{"messaging.operation.name", kMessagingOperation, 2, text<&S::messagingOperation>},
    Key{"messaging.operation", kMessagingOperation, 1, text<&S::messagingOperation>},
    Key{"faas.trigger", kFaasTrigger, 1, text<&S::faasTrigger>},
    Key{"faas.coldstart", kColdStart, 1, [](S& out, const ValueView& v) { out.coldStart = truthOf(v); }},
    Key{"service.peer.name", kPeer, 2, text<&S::peerService>},
    Key{"peer.service", kPeer, 1, text<&S::peerService>},
    Key{"server.address", kAddress, 4, text<&S::serverAddress>},
    Key{"net.peer.name", kAddress, 3, text<&S::serverAddress>},
    Key{"http.host", kAddress, 2, text<&S::serverAddress>},
    Key{"net.peer.ip", kAddress, 1, text<&S::serverAddress>},
    Key{"server.port", kPort, 2, number<&S::serverPort>},
    Key{"net.peer.port", kPort, 1, number<&S::serverPort>},
    Key{"error.type", kErrorType, 2, text<&S::errorType>},
    Key{"exception.type", kErrorType, 1, text<&S::errorType>},
    Key{"cache.hit", kCacheHit, 1, [](S& out, const ValueView& v) { out.cacheHit = truthOf(v); }},
    Key{"http.request.body.size", kRequestBytes, 2, number<&S::requestBytes>},
    Key{"http.request_content_length", kRequestBytes, 1, number<&S::requestBytes>},
    Key{"messaging.message.body.size", kRequestBytes, 1, number<&S::requestBytes>},
    Key{"http.response.body.size", kResponseBytes, 3, number<&S::responseBytes>},
    Key{"http.response_content_length", kResponseBytes, 2, number<&S::responseBytes>},
    Key{"rpc.message.uncompressed_size", kResponseBytes, 1, number<&S::responseBytes>},
    Key{"db.client.connection.wait_time", kPoolWait, 2,
        [](S& out, const ValueView& v) { out.poolWaitNs = waitNs(v, kMs); }},
    Key{"connection.wait_time", kPoolWait, 1, [](S& out, const ValueView& v) { out.poolWaitNs = waitNs(v, kMs); }},
    Key{"db.pool.wait_ms", kPoolWait, 1, [](S& out, const ValueView& v) { out.poolWaitNs = waitNs(v, kMs); }},
};

// Keys by a few of their bytes: most attributes are none of them, and are told so at once.
class KeyTable {
 public:
  constexpr KeyTable() {
    for (size_t i = 0; i < kKeys.size(); ++i) {
      uint8_t& first = m_first[slotOf(kKeys[i].name)];
      m_next[i] = first;
      first = static_cast<uint8_t>(i + 1);
    }
  }
  const Key* find(std::string_view name) const {
    if (name.empty()) return nullptr;
    for (uint8_t at = m_first[slotOf(name)]; at != 0; at = m_next[at - 1]) {
      if (kKeys[at - 1].name == name) return &kKeys[at - 1];
    }
    return nullptr;
  }

 private:
  static_assert(kKeys.size() < UINT8_MAX);
  static constexpr size_t kSlots = 512;
  static constexpr size_t slotOf(std::string_view name) {
    const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(name[i])); };
    return (name.size() * 31 + byte(name.size() - 1) * 7 + byte(name.size() / 2)) % kSlots;
  }

  std::array<uint8_t, kSlots> m_first{};      // position + 1 in kKeys; 0: none
  std::array<uint8_t, kKeys.size()> m_next{};
};

constexpr KeyTable kKeyTable;

bool saysSomething(const ValueView& value) {
  return value.type() != ValueType::Empty && (value.type() != ValueType::String || !value.string().empty());
}

void addParameter(std::string_view key, const ValueView& value, SpanSemantics& out) {
  const std::string_view text = value.string();
  const uint64_t hash = text.empty() ? static_cast<uint64_t>(numberOf(value)) : stableHash(text);
  out.queryParametersHash += mixHash(stableHash(key), hash);
  ++out.queryParameters;
}

// "opentelemetry.instrumentation.sqlalchemy", "io.opentelemetry.hibernate-6.0" …
std::string_view ormOf(std::string_view scope) {
  static constexpr std::array<std::string_view, 14> kMappers{
      "hibernate", "sqlalchemy", "django", "activerecord", "active_record", "gorm",     "sequelize",
      "typeorm",   "prisma",     "efcore", "EntityFramework", "doctrine",  "eloquent", "peewee"};
  for (const std::string_view mapper : kMappers) {
    if (scope.find(mapper) != std::string_view::npos) return scope;
  }
  return {};
}

bool isKeyValueStore(std::string_view system) {
  static constexpr std::array<std::string_view, 6> kStores{"redis", "memcached", "valkey", "keydb", "dragonfly", "aerospike"};
  return std::find(kStores.begin(), kStores.end(), system) != kStores.end();
}

// Parameters that have attributes of their own are known, though placeholders stand in the text.
Templated queryTemplate(const SpanSemantics& s) {
  Templated out = isKeyValueStore(s.dbSystem) ? commandTemplate(s.queryText) : sqlTemplate(s.queryText);
  if (s.queryParameters == 0) return out;
  out.parametersHash = mixHash(out.parametersHash, s.queryParametersHash);
  out.parameters += s.queryParameters;
  out.erased = false;
  return out;
}

Templated databaseTemplate(const SpanSemantics& s, std::string_view name) {
  if (!s.queryText.empty()) return queryTemplate(s);
  if (!s.querySummary.empty()) return Templated{std::string(s.querySummary), 0, 0, true};
  if (!s.dbCollection.empty()) {
    return Templated{std::string(s.dbOperation.empty() ? name : s.dbOperation) + " " + std::string(s.dbCollection), 0,
                     0, true};
  }
  Templated named = nameTemplate(name);
  named.erased = named.parameters == 0;
  return named;
}

Templated httpTemplate(const SpanSemantics& s, std::string_view name) {
  Templated out = s.url.empty() ? nameTemplate(name) : urlTemplate(s.url);
  if (s.url.empty()) out.erased = out.parameters == 0;
  if (!s.route.empty()) out.text = s.route;
  out.text.insert(0, std::string(s.httpMethod) + " ");
  return out;
}

constexpr uint64_t bit(Field field) { return uint64_t{1} << field; }
static_assert(kFieldCount < 64);
constexpr uint64_t kAllFields = bit(kFieldCount) - 1;

// What the attributes of those fields say, and parameters of queries.
SpanSemantics readFields(const store::Snapshot& snapshot, SpanRow row, uint64_t fields) {
  constexpr std::string_view kParameter = "db.query.parameter.";
  SpanSemantics out;
  std::array<uint8_t, kFieldCount> best{};
  otlp::forEachMessage(snapshot.spanMessage(row), otlp::span::kAttributes, [&](std::string_view keyValue) {
    const auto [name, bytes] = otlp::readKeyAndValue(keyValue);
    const Key* key = kKeyTable.find(name);
    if (key == nullptr) {
      if (name.starts_with(kParameter)) addParameter(name, ValueView(bytes), out);
      return;
    }
    if ((fields & uint64_t{1} << key->field) == 0 || key->rank < best[key->field]) return;
    const ValueView value(bytes);
    if (!saysSomething(value)) return;
    best[key->field] = key->rank;
    key->take(out, value);
  });
  return out;
}

enum CallKind : uint64_t { kDatabaseCall = 1, kRpcCall, kHttpCall, kMessageCall, kOtherCall };

}  // namespace

bool SpanSemantics::timedOut() const {
  constexpr int64_t kDeadlineExceeded = 4, kRequestTimeout = 408, kGatewayTimeout = 504;
  if (grpcStatus == kDeadlineExceeded || httpStatus == kRequestTimeout || httpStatus == kGatewayTimeout) return true;
  for (const std::string_view word : {"timeout", "Timeout", "TIMEOUT", "timed out", "DEADLINE_EXCEEDED"}) {
    if (errorType.find(word) != std::string_view::npos) return true;
  }
  return false;
}

std::string_view SpanSemantics::peer() const {
  for (const std::string_view name :
       {peerService, dbSystem, destination, serverAddress, rpcService, messagingSystem}) {
    if (!name.empty()) return name;
  }
  return {};
}

SpanSemantics readSemantics(const store::Snapshot& snapshot, SpanRow row) {
  SpanSemantics out = readFields(snapshot, row, kAllFields);
  if (out.isDatabase()) out.ormScope = ormOf(snapshot.scope(row).name);
  return out;
}

CallTemplate callTemplate(const TraceTree& tree, NodeIndex node, const SpanSemantics& s) {
  CallTemplate out;
  CallKind kind = kOtherCall;
  const std::string_view name = tree.name(node);
  if (s.isDatabase()) {
    kind = kDatabaseCall;
    out.what = databaseTemplate(s, name);
  } else if (s.isRpc()) {
    kind = kRpcCall;
    out.what = Templated{std::string(s.rpcService) + "/" + std::string(s.rpcMethod.empty() ? name : s.rpcMethod), 0, 0,
                         true};
  } else if (s.isHttp()) {
    kind = kHttpCall;
    out.what = httpTemplate(s, name);
  } else if (s.isMessaging()) {
    kind = kMessageCall;
    out.what = Templated{std::string(s.messagingOperation) + " " + std::string(s.destination), 0, 0, true};
  } else {
    out.what = nameTemplate(name);
    out.what.erased = out.what.parameters == 0;
  }
  const std::string_view place = s.isDatabase() ? s.dbNamespace : s.serverAddress;
  out.key = mixHash(stableHash(out.what.text, static_cast<uint64_t>(kind)), mixHash(stableHash(s.peer()), stableHash(place)));
  return out;
}

template <typename T>
const T* SemanticsReader::Remembered<T>::find(NodeIndex node) const {
  if (m_at.empty()) return nullptr;
  const uint32_t at = m_at[node.value % m_at.size()];
  if (at <= m_forgotten) return nullptr;
  const auto& [whose, value] = m_last[at - m_forgotten - 1];
  return whose == node ? &value : nullptr;
}

template <typename T>
const T& SemanticsReader::Remembered<T>::add(NodeIndex node, uint32_t nodes, T value) {
  if (m_last.size() == kRemembered) {
    m_last.pop_front();
    ++m_forgotten;
  }
  if (m_at.empty()) m_at.resize(std::min<size_t>(nodes, kRemembered));
  m_last.emplace_back(node, std::move(value));
  m_at[node.value % m_at.size()] = m_forgotten + static_cast<uint32_t>(m_last.size());
  return m_last.back().second;
}

namespace {

SpanSemantics fieldsOf(const TraceTree& tree, NodeIndex node, uint64_t fields) {
  return tree.isMissing(node) ? SpanSemantics() : readFields(*tree.snapshot, tree.row[node.value], fields);
}

}  // namespace

const SpanSemantics& SemanticsReader::of(NodeIndex node) {
  const SpanSemantics* known = m_semantics.find(node);
  if (known != nullptr) return *known;
  SpanSemantics read = fieldsOf(m_tree, node, kAllFields);
  if (read.isDatabase()) read.ormScope = ormScopeOf(m_tree.row[node.value]);
  return m_semantics.add(node, m_tree.size(), std::move(read));
}

std::string_view SemanticsReader::ormScopeOf(SpanRow row) {
  constexpr size_t kMostContexts = 4096;
  if (m_ormScopes.size() == kMostContexts) m_ormScopes.clear();
  const auto [entry, isNew] = m_ormScopes.try_emplace(m_tree.snapshot->spans().context(row).value);
  if (isNew) entry->second = ormOf(m_tree.snapshot->scope(row).name);
  return entry->second;
}

const CallTemplate& SemanticsReader::callOf(NodeIndex node) {
  const CallTemplate* known = m_calls.find(node);
  return known != nullptr ? *known : m_calls.add(node, m_tree.size(), callTemplate(m_tree, node, of(node)));
}

uint64_t SemanticsReader::callKeyOf(NodeIndex node) {
  if (remembersAll()) return callOf(node).key;
  if (const CallTemplate* known = m_calls.find(node)) return known->key;
  return callTemplate(m_tree, node, calledBy(node)).key;
}

SpanSemantics SemanticsReader::calledBy(NodeIndex node) {
  constexpr uint64_t kFields = kAllFields & ~(bit(kBatchSize) | bit(kHttpStatus) | bit(kGrpcStatus) | bit(kFaasTrigger) |
                                              bit(kColdStart) | bit(kErrorType) | bit(kCacheHit) | bit(kRequestBytes) |
                                              bit(kResponseBytes) | bit(kPoolWait));
  if (remembersAll()) return of(node);
  return fieldsOf(m_tree, node, kFields);
}

bool SemanticsReader::startedCold(NodeIndex node) {
  if (remembersAll()) return of(node).coldStart;
  return fieldsOf(m_tree, node, bit(kColdStart)).coldStart;
}

int64_t SemanticsReader::poolWaitNs(NodeIndex node) {
  if (remembersAll()) return of(node).poolWaitNs;
  return fieldsOf(m_tree, node, bit(kPoolWait)).poolWaitNs;
}

PayloadSizes SemanticsReader::payloadOf(NodeIndex node) {
  const auto sizesOf = [](const SpanSemantics& says) { return PayloadSizes{says.requestBytes, says.responseBytes}; };
  if (remembersAll()) return sizesOf(of(node));
  if (m_lastPayload.first != node) {
    constexpr uint64_t kFields = bit(kRequestBytes) | bit(kResponseBytes);
    m_lastPayload = {node, sizesOf(fieldsOf(m_tree, node, kFields))};
  }
  return m_lastPayload.second;
}

}  // namespace waybill::analysis
