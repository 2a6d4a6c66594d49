// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "ingest/access_policy.h"
#include "ingest/content_coding.h"
#include "ingest/http_answer.h"
#include "ingest/http_receiver.h"

namespace waybill::ingest {

using HttpHead = boost::beast::http::request_header<>;

// What a request with a welcome head brings.
struct HttpImport {
  enum class Kind : uint8_t { Otlp, Zipkin } kind = Kind::Otlp;
  OtlpSignal signal = OtlpSignal::Traces;
  Encoding encoding = Encoding::Protobuf;
  ContentCoding coding = ContentCoding::Identity;

  HttpAnswer answer(const ExportAnswer& answer) const {
    return kind == Kind::Otlp ? otlpAnswer(answer, encoding) : zipkinAnswer(answer);
  }
};

// What becomes of a request, told from its head alone: before the body is read, and without reading it.
class HttpRules {
 public:
  // `bound`: what we listen on, to show it.
  HttpRules(HttpReceiver::Protocol protocol, const ReceiverOptions& options, Endpoint bound);

  using Verdict = std::variant<HttpAnswer, HttpImport>;
  Verdict judge(const HttpHead& head, std::optional<uint64_t> contentLength) const;

  // What the browser that runs a page from this machine wants to read, in every answer to it.
  static void addCorsHeaders(const HttpHead& head, HttpAnswer& answer);

 private:
  std::optional<HttpAnswer> refuseStranger(const HttpHead& head) const;
  std::optional<HttpImport> importAt(std::string_view path) const;
  HttpAnswer pathless(const HttpHead& head, std::string_view path) const;
  Verdict judgeOtlp(const HttpHead& head, std::optional<uint64_t> contentLength, HttpImport import) const;
  Verdict judgeZipkin(const HttpHead& head, std::optional<uint64_t> contentLength, HttpImport import) const;
  std::optional<ExportAnswer> refuse(const HttpHead& head, std::optional<uint64_t> contentLength) const;
  HttpAnswer health() const;

  const HttpReceiver::Protocol m_protocol;
  const Endpoint m_bound;
  const bool m_isTls;
  const size_t m_maxBytes;
  const AccessPolicy m_access;
};

// Why a body is refused that is larger than the limit, packed or unpacked.
ExportAnswer tooLarge(size_t maxBytes);

}  // namespace waybill::ingest
