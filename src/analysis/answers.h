// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "analysis/trace_tree.h"

// Who answers a call, and how their times lie against each other.
namespace waybill::analysis {

bool isCallSpan(const TraceTree& tree, NodeIndex node);  // of kind client or producer

// Whether the child is the other side of its parent, a client: a server's span, or one without a side of its own in
// another service. Only kinds and services are asked.
bool mayAnswer(const TraceTree& tree, NodeIndex client, NodeIndex child);
bool mayAnswer(otlp::SpanKind caller, StringId callerService, otlp::SpanKind child, StringId childService);

// Of a call of which mayAnswer() holds: the client waited at least half of its time while the server ran, so it waited
// for it, even where the server goes on after the client gave up.
bool overlapsHalf(const TraceTree& tree, NodeIndex client, NodeIndex server);

// The answer of its client, half or wholly outside of it because two clocks differ a little: it lasts no longer, and
// lies no farther away than half of the client's time. It is no work that goes on after the request.
bool isSkewedAnswer(const TraceTree& tree, NodeIndex node);

// The children that answer a call: the remote ones of a client or producer span that it waits for, or that are skewed
// answers, or servers' spans. The last of them, where there is any.
struct Answers {
  uint32_t count = 0;
  NodeIndex last;
};
Answers answersOf(const TraceTree& tree, NodeIndex call);
// The only one, if it is the only one.
std::optional<NodeIndex> answeringServer(const TraceTree& tree, NodeIndex call);

// Time of a call in which its server was not at work: on the way there and back, and in queues. The difference of the two
// durations, which clocks cannot change; but of a call that gave up on a server that went on, the time of the call that
// the server does not cover. Nanoseconds, from 0 to the call's duration.
int64_t edgeNs(const TraceTree& tree, NodeIndex call, NodeIndex server);

}  // namespace waybill::analysis
