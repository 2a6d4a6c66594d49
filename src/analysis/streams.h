// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "analysis/population.h"
#include "analysis/trace_tree.h"

// Streams: spans that stand for a conversation and last as long as it does, not for work that could be faster:
// server-sent events, gRPC streams, WebSockets, long polls, a consumer's `receive`. Any thread.
namespace waybill::analysis {

// Whether the span's own events and attributes say so: messages of one direction again and again over a good part of
// it, or what the semantic conventions of HTTP, RPC, GraphQL and messaging have for it. Reads the span's bytes, of INTERNAL
// spans only the events.
bool saysStream(const store::Snapshot& snapshot, SpanRow row);

// The same, or, with a population, an operation whose durations have no usual value: orders of magnitude lie between
// their quartiles, and so many values between that it has not just two of them. Only of a span that does next to nothing
// but last.
bool isStream(const TraceTree& tree, NodeIndex node, const Population* population = nullptr);

// By node. O(spans), reads the bytes of all but INTERNAL ones.
std::vector<NodeIndex> streamsOf(const TraceTree& tree, const Population* population = nullptr);

// Whether all that a trace shows is a stream, seen from one side or both: its root is one, or a span of a small trace
// that lasts nearly as long. Reads one span of most traces.
bool isStreamRequest(const store::Snapshot& snapshot, TraceIndex trace, const Population* population = nullptr);

}  // namespace waybill::analysis
