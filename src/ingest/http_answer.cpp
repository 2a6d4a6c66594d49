// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/http_answer.h"

namespace waybill::ingest {
namespace {

using boost::beast::http::field;
using boost::beast::http::status;

status statusOf(const ExportAnswer& answer) {
  switch (answer.code) {
    case RpcCode::Ok:
      return status::ok;
    case RpcCode::InvalidArgument:
      return status::bad_request;
    case RpcCode::Unauthenticated:
      return status::unauthorized;
    case RpcCode::ResourceExhausted:  // for good, or for now
      return answer.retryAfter.count() == 0 ? status::payload_too_large : status::too_many_requests;
    case RpcCode::Unavailable:
      return status::service_unavailable;
    case RpcCode::Unimplemented:
      return status::not_found;
    default:
      return status::internal_server_error;
  }
}

void addHeaders(HttpAnswer& http, const ExportAnswer& answer) {
  if (answer.code == RpcCode::Unauthenticated) http.add(field::www_authenticate, "Bearer realm=\"Waybill\"");
  if (answer.retryAfter.count() > 0) http.add(field::retry_after, std::to_string(answer.retryAfter.count()));
}

}  // namespace

HttpAnswer textAnswer(status code, const std::string& sentence) {
  HttpAnswer http;
  http.status = code;
  http.contentType = "text/plain; charset=utf-8";
  http.body = sentence + "\n";
  if (static_cast<unsigned>(code) >= 400) http.problem = sentence;
  return http;
}

HttpAnswer otlpAnswer(const ExportAnswer& answer, Encoding encoding) {
  HttpAnswer http;
  http.status = statusOf(answer);
  http.contentType = encoding == Encoding::Json ? "application/json" : "application/x-protobuf";
  http.body = answer.ok() ? responseBody(answer, encoding) : statusBody(answer, encoding);
  addHeaders(http, answer);
  return http;
}

HttpAnswer zipkinAnswer(const ExportAnswer& answer) {
  HttpAnswer http;
  if (answer.ok()) {
    http.status = status::accepted;
    return http;
  }
  http = textAnswer(statusOf(answer), answer.message);
  http.problem.clear();
  addHeaders(http, answer);
  return http;
}

}  // namespace waybill::ingest
