// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/service_sets.h"

#include <algorithm>
#include <utility>

namespace waybill::store {

ServiceSets::ServiceSets(const StringPool& strings) : m_strings(strings) {
  m_sets.emplace(std::vector<StringId>(), ServiceSetId(0));
  m_table.append(std::make_shared<const std::vector<StringId>>());
}

ServiceSetId ServiceSets::with(ServiceSetId set, const std::vector<StringId>& services) {
  std::vector<StringId> members = *m_table[set.value];
  members.insert(members.end(), services.begin(), services.end());
  std::sort(members.begin(), members.end(),
            [this](StringId a, StringId b) { return m_strings[a] < m_strings[b]; });
  members.erase(std::unique(members.begin(), members.end()), members.end());
  const auto [known, isNew] = m_sets.try_emplace(members, static_cast<uint32_t>(m_table.size()));
  if (isNew) m_table.append(std::make_shared<const std::vector<StringId>>(std::move(members)));
  return known->second;
}

}  // namespace waybill::store
