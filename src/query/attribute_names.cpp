// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/attribute_names.h"

#include <array>
#include <utility>

namespace waybill::query {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// New name, old name: only where the values are the same.
constexpr std::array kRenamed = std::to_array<Pair>({
    {"code.file.path", "code.filepath"},
    {"code.line.number", "code.lineno"},
    {"db.collection.name", "db.sql.table"},
    {"db.namespace", "db.name"},
    {"db.operation.name", "db.operation"},
    {"db.query.text", "db.statement"},
    {"db.system.name", "db.system"},
    {"deployment.environment.name", "deployment.environment"},
    {"gen_ai.provider.name", "gen_ai.system"},
    {"gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"},
    {"gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"},
    {"http.request.method", "http.method"},
    {"http.response.status_code", "http.status_code"},
    {"messaging.consumer.group.name", "messaging.consumer.group"},
    {"messaging.destination.name", "messaging.destination"},
    {"messaging.operation.type", "messaging.operation"},
    {"rpc.system.name", "rpc.system"},
    {"server.address", "net.peer.name"},
    {"server.port", "net.peer.port"},
    {"service.peer.name", "peer.service"},
    {"url.full", "http.url"},
    {"user_agent.original", "http.user_agent"},
});

}  // namespace

std::vector<std::string> attributeNames(std::string_view asked) {
  std::vector<std::string> names{std::string(asked)};
  for (const auto& [now, before] : kRenamed) {
    if (asked == now) names.emplace_back(before);
    if (asked == before) names.emplace_back(now);
  }
  return names;
}

}  // namespace waybill::query
