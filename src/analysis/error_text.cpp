// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/error_text.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "store/span_table.h"

namespace waybill::analysis {
namespace {

constexpr size_t kMaxMessageBytes = 120, kMaxTypeBytes = 80;

constexpr std::array<std::string_view, 17> kGrpcNames{
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
    "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"};
constexpr int64_t kCancelled = 1, kDeadlineExceeded = 4, kNotFound = 5, kAlreadyExists = 6, kUnavailable = 14,
                  kUnauthenticated = 16;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains(std::string_view text, std::string_view lowerCase) {
  return std::search(text.begin(), text.end(), lowerCase.begin(), lowerCase.end(),
                     [](char a, char b) { return lower(a) == b; }) != text.end();
}

bool speaksOfTimeout(std::string_view text) {
  text = text.substr(0, 1000);  // messages may hold a whole stack
  for (const std::string_view words : {"timeout", "timed out", "time-out", "deadline exceeded", "deadline_exceeded",
                                       "deadlineexceeded"}) {
    if (contains(text, words)) return true;
  }
  return false;
}

// As the runtimes and resolvers of the common languages put it.
bool speaksOfNoWay(std::string_view text) {
  text = text.substr(0, 1000);
  for (const std::string_view words :
       {"connection refused", "econnrefused", "connectexception", "connect timed out", "connecttimeout",
        "connection timed out", "failed to connect", "could not connect", "cannot connect", "no route to host",
        "ehostunreach", "enetunreach", "network is unreachable", "no such host", "getaddrinfo", "enotfound", "eai_again",
        "unknownhost", "unknown host", "name or service not known", "name resolution", "nameresolution",
        "nodename nor servname", "dns resolution", "dns lookup", "no address", "name resolver", "no healthy upstream"}) {
    if (contains(text, words)) return true;
  }
  return false;
}

bool isNumber(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The last exception event tells what the span failed of; earlier ones were got over.
void readException(const otlp::SpanView& span, SpanError& out) {
  for (const otlp::EventView& event : span.events()) {
    if (event.name != "exception") continue;
    out.type = out.message = {};
    for (const otlp::AttributeView& attribute : event.attributes) {
      if (attribute.key == "exception.type") out.type = attribute.value.string();
      if (attribute.key == "exception.message") out.message = attribute.value.string();
    }
  }
}

// "java.lang.NullPointerException" → "NullPointerException"; names with blanks or paths stay.
std::string shortType(std::string_view type) {
  const size_t dot = type.find_last_of('.');
  const bool qualified = dot != std::string_view::npos && dot + 1 < type.size() &&
                         type.find_first_of(" /:") == std::string_view::npos;
  return printable(qualified ? type.substr(dot + 1) : type, kMaxTypeBytes);
}

}  // namespace

bool SpanError::saysTimeout() const {
  constexpr int64_t kRequestTimeout = 408, kGatewayTimeout = 504;
  if (grpcStatus == kDeadlineExceeded || httpStatus == kRequestTimeout || httpStatus == kGatewayTimeout) return true;
  return speaksOfTimeout(type) || speaksOfTimeout(message);
}

bool SpanError::neverReached() const {
  const bool hasAnswered = httpStatus >= 400 || (grpcStatus > 0 && grpcStatus != kDeadlineExceeded && grpcStatus != kUnavailable);
  return !hasAnswered && (speaksOfNoWay(type) || speaksOfNoWay(message));
}

bool SpanError::isAnswer() const {
  if (saysTimeout()) return false;
  if (httpStatus >= 400) return true;
  return grpcStatus > 0 && grpcStatus != kCancelled;
}

bool SpanError::isExpected() const {
  constexpr int64_t kRequestTimeout = 408, kTooManyRequests = 429;
  if (httpStatus >= 400 && httpStatus < 500) return httpStatus != kRequestTimeout && httpStatus != kTooManyRequests;
  return grpcStatus == kCancelled || grpcStatus == kNotFound || grpcStatus == kAlreadyExists ||
         grpcStatus == kUnauthenticated;
}

SpanError errorOf(const TraceTree& tree, NodeIndex node, SemanticsReader& semantics) {
  const store::Snapshot& snapshot = *tree.snapshot;
  const SpanRow row = tree.row[node.value];
  const SpanSemantics& says = semantics.of(node);
  SpanError out;
  const otlp::SpanView span = snapshot.span(row);
  if ((snapshot.spans().bits(row) & store::SpanBits::kHasEvents) != 0) readException(span, out);
  // Instrumentations write the status into error.type too.
  if (out.type.empty() && says.errorType != "_OTHER" && !isNumber(says.errorType)) out.type = says.errorType;
  if (out.message.empty()) out.message = span.statusMessage;
  out.httpStatus = says.httpStatus;
  if (out.httpStatus == 0 && isNumber(says.errorType) && says.errorType.size() == 3) {
    for (const char c : says.errorType) out.httpStatus = out.httpStatus * 10 + (c - '0');
  }
  out.grpcStatus = says.grpcStatus.value_or(0);
  return out;
}

std::string errorText(const SpanError& error) {
  const std::string type = shortType(error.type), message = printable(error.message, kMaxMessageBytes);
  if (!type.empty()) return message.empty() || message == type ? type : type + ": " + message;
  std::string status;
  if (error.httpStatus >= 400) status = "HTTP " + std::to_string(error.httpStatus);
  if (status.empty() && error.grpcStatus > 0 && error.grpcStatus < static_cast<int64_t>(kGrpcNames.size())) {
    status = "gRPC " + std::string(kGrpcNames[static_cast<size_t>(error.grpcStatus)]);
  }
  if (status.empty() || message.empty()) return status.empty() ? message : status;
  return status + ": " + message;
}

}  // namespace waybill::analysis
