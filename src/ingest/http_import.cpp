// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/http_import.h"

#include <new>

#include "formats/zipkin_json_reader.h"

namespace waybill::ingest {
namespace {

constexpr std::chrono::seconds kRetryWithoutMemory{1};
constexpr size_t kKeptBytes = size_t{4} << 20;

// Where a thread unpacks: memory that was used before costs much less than fresh one.
class Unpacked {
 public:
  Unpacked() { text().clear(); }
  ~Unpacked() {
    if (text().capacity() > kKeptBytes) std::string().swap(text());
  }
  Unpacked(const Unpacked&) = delete;
  Unpacked& operator=(const Unpacked&) = delete;

  std::string& text() {
    thread_local std::string unpacked;
    return unpacked;
  }
};

// `text` has the padding that simdjson needs behind it.
ExportAnswer importZipkin(std::string_view text, const ClientName& client, OtlpService& service) {
  formats::ZipkinJsonReader reader("a Zipkin request");
  const auto outcome = reader.read(text, 0);
  const auto broken = [&](const std::string& why) {
    const std::string message = "The body is no list of Zipkin v2 spans in JSON: " + why;
    service.countRefused(client, message);
    return ExportAnswer{RpcCode::InvalidArgument, message, 0, {}};
  };
  if (text.empty()) return broken("it is empty.");
  if (outcome.error != simdjson::SUCCESS)
    return broken("it is damaged at byte " + std::to_string(outcome.errorAt) + ".");
  const std::string_view rest = text.substr(outcome.end);
  if (const size_t more = rest.find_first_not_of(" \t\r\n"); more != rest.npos)
    return broken("something follows it at byte " + std::to_string(outcome.end + more) + ".");
  if (reader.skipped() > 0 && reader.spans().spanCount() == 0)
    return broken("nothing in it has a traceId and an id.");
  if (!reader.spans().diagnostics().empty()) service.store().addDiagnostics(reader.spans().diagnostics());
  std::vector<std::string> messages;
  if (reader.spans().size() > 0) messages.push_back(reader.spans().take());
  return service.exportConverted(messages, static_cast<int64_t>(reader.skipped()), text.size(), client);
}

ExportAnswer unpackAndImport(const HttpImport& import, HttpBody& body, size_t maxBytes,
                             const ClientName& client, OtlpService& service) {
  std::string_view payload = body.bytes();
  Unpacked unpacked;
  // Some senders name an encoding even for an empty body.
  if (import.coding != ContentCoding::Identity && !payload.empty()) {
    const DecodeStatus status = decode(import.coding, payload, maxBytes, unpacked.text());
    body.clear();
    if (status != DecodeStatus::Ok) {
      const ExportAnswer why =
          status == DecodeStatus::TooLarge
              ? tooLarge(maxBytes)
              : ExportAnswer{RpcCode::InvalidArgument,
                             "The body is not packed as content-encoding says, or damaged.",
                             0,
                             {}};
      service.countRefused(client, why.message);
      return why;
    }
    const size_t size = unpacked.text().size();
    unpacked.text().append(HttpBody::kPadding, '\0');
    payload = std::string_view(unpacked.text()).substr(0, size);
  }
  if (import.kind == HttpImport::Kind::Zipkin) return importZipkin(payload, client, service);
  return service.exportPayload(import.signal, import.encoding, payload, client);
}

}  // namespace

HttpAnswer importBody(const HttpImport& import, HttpBody& body, size_t maxBytes, const ClientName& client,
                      OtlpService& service) {
  static_assert(HttpBody::kPadding >= simdjson::SIMDJSON_PADDING);
  try {
    return import.answer(unpackAndImport(import, body, maxBytes, client, service));
  } catch (const std::bad_alloc&) {
    const ExportAnswer why{RpcCode::Unavailable, "There is not enough memory for the request now.", 0,
                           kRetryWithoutMemory};
    HttpAnswer answer = import.answer(why);
    answer.problem = why.message;
    return answer;
  }
}

}  // namespace waybill::ingest
