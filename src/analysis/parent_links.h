// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/span_columns.h"

// Parts of buildTraceTree; nobody else needs them.
namespace waybill::analysis {

// The parent of each span by ordinal, TraceTree::kNone for roots and copies: a forest, whatever the ids say.
// A span id shared by a client and a server span (Zipkin) makes the server span the client's child and the
// parent of the id's children; of others that share an id, the parent is the one that encloses the child, else the first.
// Circles are cut at their
// earliest span.
std::vector<uint32_t> linkParents(SpanColumns& spans, Oddities& odd, const Workers& workers = {});

// The last step of it: marks spans whose parent is missing, or themselves, and cuts circles.
void settleUnlinked(SpanColumns& spans, std::vector<uint32_t>& parents, Oddities& odd, const Workers& workers);

// Fills missing ends with the latest end below the span, missing starts with the earliest start. The columns
// may fall out of order.
void fillMissingTimes(SpanColumns& spans, const std::vector<uint32_t>& parents);

// Hangs each orphan under the latest-starting span that encloses it and belongs to the tree of a real root;
// one of its own service if there is any, unless it is a server's or consumer's span, whose caller is another
// service. When every root is an orphan, the earliest is taken for a real one, except by spans that miss the
// same parent. O((n + orphans) log n). Columns must be in order.
void adoptOrphans(SpanColumns& spans, std::vector<uint32_t>& parents);

}  // namespace waybill::analysis
