// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/status.hpp>

#include <string>
#include <utility>
#include <vector>

#include "ingest/otlp_service.h"

namespace waybill::ingest {

// What goes back to the sender of an HTTP request.
struct HttpAnswer {
  boost::beast::http::status status = boost::beast::http::status::ok;
  std::string contentType;
  std::string body;
  std::vector<std::pair<boost::beast::http::field, std::string>> headers;  // more of them
  std::string problem;  // why the request was refused, when nobody has counted that yet; one sentence

  void add(boost::beast::http::field name, std::string value) {
    headers.emplace_back(name, std::move(value));
  }
};

// One line of plain text.
HttpAnswer textAnswer(boost::beast::http::status status, const std::string& sentence);

// The service's answer in the encoding of the request (OTLP specification, "OTLP/HTTP Response").
HttpAnswer otlpAnswer(const ExportAnswer& answer, Encoding encoding);

// The same in words, for protocols without messages for it.
HttpAnswer zipkinAnswer(const ExportAnswer& answer);

}  // namespace waybill::ingest
