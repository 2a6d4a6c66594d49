// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/otlp_service.h"

#include <algorithm>

#include "base/time_text.h"
#include "ingest/json_messages.h"
#include "ingest/otlp_check.h"

namespace waybill::ingest {
namespace {

constexpr std::chrono::seconds kRetryWhenBusy{1};
constexpr std::chrono::seconds kRetryWhenFull{5};

std::string spansText(uint64_t count) {
  return countText(count) + (count == 1 ? " span" : " spans");
}

std::string partialMessage(uint64_t rejected, uint64_t withoutIds) {
  std::string text;
  if (rejected > 0)
    text = spansText(rejected) + " could not be read and " + (rejected == 1 ? "was" : "were") + " left out.";
  if (withoutIds == 0) return text;
  if (!text.empty()) text += " ";
  return text + spansText(withoutIds) + " without a valid trace id or span id " +
         (withoutIds == 1 ? "is" : "are") + " kept and marked.";
}

void addTo(ExportCounters& sum, const ExportCounters& more) {
  sum.requests += more.requests;
  sum.spans += more.spans;
  sum.bytes += more.bytes;
  sum.refused += more.refused;
  sum.rejectedSpans += more.rejectedSpans;
  sum.otherSignals += more.otherSignals;
}

}  // namespace

ExportAnswer OtlpService::exportPayload(OtlpSignal signal, Encoding encoding, std::string_view payload,
                                        const ClientName& client) {
  ExportCounters more;
  ExportAnswer answer;
  if (signal != OtlpSignal::Traces) {
    more.otherSignals = 1;
  } else {
    const bool full = m_waitingBytes.fetch_add(payload.size()) + payload.size() > kMaxWaitingBytes;
    if (full) {
      answer = {RpcCode::Unavailable, "Too much is waiting to be written; come again.", 0, kRetryWhenBusy};
    } else {
      answer =
          encoding == Encoding::Json ? exportJson(payload, more.spans) : exportProtobuf(payload, more.spans);
    }
    m_waitingBytes -= payload.size();
    more.bytes = payload.size();
  }
  if (answer.ok() && m_tap) m_tap(signal, encoding, payload);
  countAnswer(client, signal == OtlpSignal::Traces, more, answer);
  return answer;
}

ExportAnswer OtlpService::exportConverted(const std::vector<std::string>& tracesData, int64_t rejected,
                                          size_t requestBytes, const ClientName& client) {
  ExportCounters more;
  more.bytes = requestBytes;
  std::vector<std::string_view> messages;
  for (const std::string& message : tracesData) {
    messages.push_back(message);
    more.spans += checkTracesData(message).spans;
  }
  ExportAnswer answer;
  answer.rejectedSpans = rejected;
  answer.message = partialMessage(static_cast<uint64_t>(rejected), 0);
  answer = keep(messages, std::move(answer));
  if (answer.ok() && m_tap) {
    for (const std::string_view message : messages) m_tap(OtlpSignal::Traces, Encoding::Protobuf, message);
  }
  countAnswer(client, true, more, answer);
  return answer;
}

ExportAnswer OtlpService::exportProtobuf(std::string_view payload, uint64_t& spans) {
  const OtlpCheck check = checkTracesData(payload);
  if (!check.readable) {
    return {RpcCode::InvalidArgument,
            "The body is no ExportTraceServiceRequest in protobuf: it is cut or damaged.",
            0,
            {}};
  }
  ExportAnswer answer;
  answer.message = partialMessage(check.damagedSpans, check.withoutIds);
  answer.rejectedSpans = static_cast<int64_t>(check.damagedSpans);
  spans = check.spans;
  if (check.spans == 0) return answer;
  if (check.damagedSpans == 0) return keep({payload}, std::move(answer));
  const std::string whole = withoutDamagedSpans(payload);
  return keep({whole}, std::move(answer));
}

ExportAnswer OtlpService::exportJson(std::string_view payload, uint64_t& spans) {
  const JsonMessages json = readJsonMessages(payload, "a JSON request", 0);
  if (!json.error.empty()) {
    return {RpcCode::InvalidArgument,
            "The body is no ExportTraceServiceRequest in JSON: " + json.error + ".",
            0,
            {}};
  }
  ExportAnswer answer;
  uint64_t withoutIds = 0;
  for (const std::string_view message : json.messages) {
    const OtlpCheck check = checkTracesData(message);
    spans += check.spans;
    withoutIds += check.withoutIds;
  }
  const uint64_t rejected = json.diagnostics.count(DiagnosticKind::UnreadableRecord);
  answer.message = partialMessage(rejected, withoutIds);
  answer.rejectedSpans = static_cast<int64_t>(rejected);
  return spans == 0 ? answer : keep(json.messages, std::move(answer));
}

ExportAnswer OtlpService::keep(const std::vector<std::string_view>& messages, ExportAnswer answer) {
  const auto kept = m_store.append(messages);
  {
    const std::lock_guard lock(m_mutex);
    m_diskProblem = kept.ok() ? std::string() : kept.error().message;
  }
  if (kept.ok()) return answer;
  return {RpcCode::Unavailable, kept.error().message, 0, kRetryWhenFull};
}

// --- counting ---

void OtlpService::countAnswer(const ClientName& client, bool isTraces, ExportCounters more,
                              const ExportAnswer& answer) {
  if (!answer.ok()) {
    more = {};
    more.refused = 1;
  } else {
    more.requests = isTraces ? 1 : 0;
    more.rejectedSpans = static_cast<uint64_t>(answer.rejectedSpans);
  }
  count(client, more, answer.ok() ? std::string() : answer.message);
}

void OtlpService::countRefused(const ClientName& client, const std::string& why) {
  ExportCounters more;
  more.refused = 1;
  count(client, more, why);
}

void OtlpService::count(const ClientName& client, const ExportCounters& more, const std::string& problem) {
  if (m_log) m_log(client, more, problem);
  const std::lock_guard lock(m_mutex);
  addTo(m_counters, more);
  if (!problem.empty()) m_lastProblem = problem;
  if (m_clients.size() >= kMaxClients && !m_clients.contains(client)) {
    const auto oldest =
        std::min_element(m_clients.begin(), m_clients.end(),
                         [](const auto& a, const auto& b) { return a.second.lastSeen < b.second.lastSeen; });
    m_clients.erase(oldest);
  }
  ClientCounters& known = m_clients[client];
  known.name = client;
  addTo(known.counters, more);
  known.lastSeen = std::chrono::system_clock::now();
  if (!problem.empty()) known.lastProblem = problem;
}

ExportCounters OtlpService::counters() const {
  const std::lock_guard lock(m_mutex);
  return m_counters;
}

std::string OtlpService::lastProblem() const {
  const std::lock_guard lock(m_mutex);
  return m_lastProblem;
}

std::string OtlpService::diskProblem() const {
  const std::lock_guard lock(m_mutex);
  return m_diskProblem;
}

std::vector<ClientCounters> OtlpService::clients() const {
  std::vector<ClientCounters> clients;
  {
    const std::lock_guard lock(m_mutex);
    for (const auto& entry : m_clients) clients.push_back(entry.second);
  }
  std::sort(clients.begin(), clients.end(),
            [](const ClientCounters& a, const ClientCounters& b) { return a.lastSeen > b.lastSeen; });
  return clients;
}

}  // namespace waybill::ingest
