// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "analysis/span_semantics.h"
#include "analysis/trace_tree.h"

namespace waybill::analysis {

// What a span says of its failure, read from its bytes: of its last exception event, else of its attributes (FORMATS
// section 13). Texts point into the wire bytes and live as long as the snapshot; empty: not said.
struct SpanError {
  std::string_view type;     // "java.lang.NullPointerException", "timeout", "_OTHER" is left out
  std::string_view message;  // of the exception, else of the status
  int64_t httpStatus = 0;
  int64_t grpcStatus = 0;  // 0: none, or OK

  bool saysTimeout() const;
  // The call did not come as far as its callee: the name was not resolved, no connection was made.
  bool neverReached() const;
  // The other side answered, and said what is wrong: no time ran out here.
  bool isAnswer() const;
  // What callers ask for and live with: not found, already there, called off, not allowed. Not a fault by itself.
  bool isExpected() const;
  bool saysNothing() const { return type.empty() && message.empty() && httpStatus == 0 && grpcStatus == 0; }
};

SpanError errorOf(const TraceTree& tree, NodeIndex node, SemanticsReader& semantics);

// "NullPointerException: order is null", "HTTP 503", "gRPC UNAVAILABLE"; empty when the span says nothing. Plain text.
std::string errorText(const SpanError& error);

}  // namespace waybill::analysis
