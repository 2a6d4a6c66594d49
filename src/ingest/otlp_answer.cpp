// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json_writer.h"
#include "ingest/otlp_service.h"
#include "otlp/wire_writer.h"

namespace waybill::ingest {
namespace {

// Field numbers of opentelemetry/proto/collector/trace/v1/trace_service.proto.
namespace export_response {
enum : uint32_t { kPartialSuccess = 1 };
}
namespace partial_success {
enum : uint32_t { kRejectedSpans = 1, kErrorMessage = 2 };
}
// And of google/rpc/status.proto, google/rpc/error_details.proto, google/protobuf/{any,duration}.proto.
namespace rpc_status {
enum : uint32_t { kCode = 1, kMessage = 2, kDetails = 3 };
}
namespace any {
enum : uint32_t { kTypeUrl = 1, kValue = 2 };
}
namespace retry_info {
enum : uint32_t { kRetryDelay = 1 };
}
namespace duration {
enum : uint32_t { kSeconds = 1 };
}

constexpr std::string_view kRetryInfoType = "type.googleapis.com/google.rpc.RetryInfo";

bool isPartial(const ExportAnswer& answer) {
  return answer.rejectedSpans > 0 || !answer.message.empty();
}

}  // namespace

std::string responseBody(const ExportAnswer& answer, Encoding encoding) {
  if (encoding == Encoding::Json) {
    std::string text;
    JsonWriter json(text);
    json.beginObject();
    if (isPartial(answer)) {
      json.key("partialSuccess").beginObject();
      if (answer.rejectedSpans > 0) json.key("rejectedSpans").value(std::to_string(answer.rejectedSpans));
      json.key("errorMessage").value(answer.message);
      json.endObject();
    }
    json.endObject();
    return text;
  }
  otlp::WireWriter wire;
  if (isPartial(answer)) {
    const auto partial = wire.open(export_response::kPartialSuccess);
    if (answer.rejectedSpans > 0) {
      wire.unsignedInt(partial_success::kRejectedSpans, static_cast<uint64_t>(answer.rejectedSpans));
    }
    wire.text(partial_success::kErrorMessage, answer.message);
    wire.close(partial);
  }
  return std::string(wire.bytes());
}

std::string statusBody(const ExportAnswer& answer, Encoding encoding) {
  const auto seconds = static_cast<uint64_t>(answer.retryAfter.count());
  if (encoding == Encoding::Json) {
    std::string text;
    JsonWriter json(text);
    json.beginObject();
    json.key("code").value(static_cast<int64_t>(answer.code));
    json.key("message").value(answer.message);
    if (seconds > 0) {
      json.key("details").beginArray().beginObject();
      json.key("@type").value(kRetryInfoType);
      json.key("retryDelay").value(std::to_string(seconds) + "s");
      json.endObject().endArray();
    }
    json.endObject();
    return text;
  }
  otlp::WireWriter wire;
  wire.unsignedInt(rpc_status::kCode, static_cast<uint64_t>(answer.code));
  wire.text(rpc_status::kMessage, answer.message);
  if (seconds > 0) {
    const auto details = wire.open(rpc_status::kDetails);
    wire.text(any::kTypeUrl, kRetryInfoType);
    const auto value = wire.open(any::kValue);
    const auto delay = wire.open(retry_info::kRetryDelay);
    wire.unsignedInt(duration::kSeconds, seconds);
    wire.close(delay);
    wire.close(value);
    wire.close(details);
  }
  return std::string(wire.bytes());
}

}  // namespace waybill::ingest
