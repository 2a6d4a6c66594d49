// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/service_sets.h"

#include <algorithm>

namespace waybill::store {

ServiceSets::ServiceSets(const StringPool& strings) : m_strings(strings) {
  m_sets.emplace(std::vector<uint32_t>(), 0);
  m_table.append(std::make_shared<const std::vector<StringId>>());
}

ServiceSetId ServiceSets::with(ServiceSetId set, StringId service) {
  const auto [entry, isNew] = m_setWith.try_emplace({set.value, service.value}, set.value);
  if (!isNew) return ServiceSetId(entry->second);

  std::vector<StringId> members = *m_table[set.value];
  if (std::find(members.begin(), members.end(), service) != members.end()) return set;
  members.push_back(service);
  std::sort(members.begin(), members.end(),
            [this](StringId a, StringId b) { return m_strings[a] < m_strings[b]; });
  std::vector<uint32_t> key;
  for (const StringId member : members) key.push_back(member.value);
  const auto [known, added] = m_sets.try_emplace(std::move(key), static_cast<uint32_t>(m_table.size()));
  if (added) m_table.append(std::make_shared<const std::vector<StringId>>(std::move(members)));
  entry->second = known->second;
  return ServiceSetId(known->second);
}

}  // namespace waybill::store
