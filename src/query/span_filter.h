// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "query/attribute_columns.h"
#include "query/filter_text.h"
#include "query/trace_filter.h"
#include "store/snapshot.h"

namespace waybill::query {

// The places i of `rows` (spans of one trace, say) whose span has every word of the filter in its name, service or id,
// and fulfils every term itself; ascending. Attributes of a small part of the store are read from the bytes; where the
// rows are a good part of it, or the column is there already, from columns. None when stopped; `options.progress`
// tells of columns with their key, and of rows looked at with an empty key.
std::optional<std::vector<uint32_t>> spansMatching(const store::Snapshot& snapshot, std::span<const SpanRow> rows,
                                                   const FilterText& filter, AttributeColumns& columns,
                                                   const JobOptions& options = {});

}  // namespace waybill::query
