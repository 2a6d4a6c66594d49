// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <memory>
#include <vector>

#include "base/append_blocks.h"
#include "base/string_pool.h"
#include "store/span_table.h"

namespace waybill::store {

// Sets of service names, each kept once: traces that cross the same services share one. Set 0 is empty. One
// writer; `table()` is what it hands to readers.
class ServiceSets {
 public:
  using Table = AppendBlocks<std::shared_ptr<const std::vector<StringId>>, 256>;

  explicit ServiceSets(const StringPool& strings);

  // The set that holds `services` as well.
  ServiceSetId with(ServiceSetId set, const std::vector<StringId>& services);

  // Members, by name.
  const std::vector<StringId>& members(ServiceSetId set) const { return *m_table[set.value]; }
  const Table& table() const { return m_table; }

 private:
  const StringPool& m_strings;
  Table m_table;
  absl::flat_hash_map<std::vector<StringId>, ServiceSetId> m_sets;  // by members
};

}  // namespace waybill::store
