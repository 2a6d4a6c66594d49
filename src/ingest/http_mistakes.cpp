// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/http_mistakes.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>

#include "ingest/http_rules.h"

namespace waybill::ingest {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::chrono::seconds kRetryWithoutMemory{1};

bool isHttp(const error_code& error) {
  return error.category() == http::make_error_code(http::error::end_of_stream).category();
}

bool isEnd(const error_code& error) {
  return error == http::error::partial_message || error == boost::asio::error::eof ||
         error == boost::asio::ssl::error::stream_truncated;
}

}  // namespace

std::string mistakeInHead(const error_code& error, std::string_view bytes) {
  if (!isHttp(error) || isEnd(error)) return {};
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return "The headers of the request are larger than 16 KiB.";
  if (bytes.starts_with("\x16\x03"))
    return "A client speaks TLS to this port, which takes plain text; let it send to http:// instead of "
           "https://.";
  if (bytes.starts_with("PRI * HTTP/2"))
    return "A client speaks gRPC or HTTP/2 to this port, which takes HTTP/1.1; let it send to the gRPC port.";
  return "The head of the request is no HTTP/1.1: " + error.message() + ".";
}

ExportAnswer mistakeInBody(const error_code& error, size_t maxBytes) {
  if (error == http::error::body_limit) return tooLarge(maxBytes);
  if (error == boost::asio::error::no_memory) {
    return {RpcCode::Unavailable, "Too many large requests come in at once; send again.", 0,
            kRetryWithoutMemory};
  }
  if (isEnd(error)) return {RpcCode::InvalidArgument, "The request ended before its body did.", 0, {}};
  if (!isHttp(error)) return {};
  return {RpcCode::InvalidArgument, "The chunks of the body cannot be read: " + error.message() + ".", 0, {}};
}

std::string mistakeInHandshake(const error_code& error) {
  if (error.category() != boost::asio::error::get_ssl_category()) return {};
  const int reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
  if (reason != SSL_R_HTTP_REQUEST && reason != SSL_R_HTTPS_PROXY_REQUEST) return {};
  return "A client speaks plain text to this port, which takes TLS; let it send to https:// instead of "
         "http://.";
}

std::string plainAnswer(const std::string& sentence) {
  return "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: "
         "close\r\nContent-Length: " +
         std::to_string(sentence.size() + 1) + "\r\n\r\n" + sentence + "\n";
}

}  // namespace waybill::ingest
