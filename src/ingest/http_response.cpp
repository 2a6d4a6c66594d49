// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/http_response.h"

#include <algorithm>

namespace waybill::ingest {

namespace http = boost::beast::http;

HttpResponse responseTo(const HttpHead& head, HttpAnswer answer, bool keepAlive) {
  HttpRules::addCorsHeaders(head, answer);
  HttpResponse response(answer.status, std::min(head.version(), 11U));
  response.set(http::field::server, "Waybill/" WAYBILL_VERSION);
  if (!answer.contentType.empty()) response.set(http::field::content_type, answer.contentType);
  for (const auto& [name, value] : answer.headers) response.set(name, value);
  response.keep_alive(keepAlive);
  response.body() = std::move(answer.body);
  response.prepare_payload();
  if (answer.status == http::status::no_content) response.content_length(boost::none);
  if (head.method() == http::verb::head) response.body().clear();  // its length stays
  return response;
}

}  // namespace waybill::ingest
