// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "query/attribute_column.h"
#include "store/snapshot.h"

namespace waybill::query {

// What a list of traces shows of an attribute: the code of the root span's value, else of the earliest span's that has
// one (of equally early ones the first to arrive), 0 where no span has. By TraceIndex, 0 also for traces that were not
// asked for. O(spans of the traces), on up to `threads` threads; none when stopped. The column holds at least the
// snapshot's rows.
std::optional<std::vector<uint32_t>> traceCodes(const store::Snapshot& snapshot, const AttributeColumn& column,
                                                AttributeScope scope, std::span<const uint32_t> traces, size_t threads,
                                                const std::stop_token& stop = {});

}  // namespace waybill::query
