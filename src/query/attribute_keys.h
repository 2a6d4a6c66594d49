// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "store/snapshot.h"

namespace waybill::query {

// The names of attributes that occur in a snapshot, at spans, scopes and resources, at most `most`, the most frequent
// first, equal ones by name. A sample: up to 20,000 spans all over the snapshot, some tens of milliseconds; what is
// rarer may be missing. Empty when stopped. Any thread.
std::vector<std::string> attributeKeys(const store::Snapshot& snapshot, size_t most, const std::stop_token& stop = {});

// Those of the most frequent attributes whose values tell spans apart and can be looked over: several different ones,
// but few, and not another one at almost every span. By the same sample: first those of spans, then those around them,
// each by the number of spans; what is said of the program that ran is left out.
std::vector<std::string> tellingAttributeKeys(const store::Snapshot& snapshot, size_t most,
                                              const std::stop_token& stop = {});

// An attribute's name as it must stand in a filter to mean that attribute.
std::string filterKey(std::string_view attribute);

}  // namespace waybill::query
