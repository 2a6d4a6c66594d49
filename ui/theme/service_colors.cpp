// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <string_view>

#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

// FNV-1a, 64 bit: the same on every machine and day, unlike std::hash. The offset basis is FNV's plus
// 226,587, the first for which the services of the built-in sample get the first colours of the palette.
uint64_t stableHash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484259840U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return hash ^ hash >> 32;
}

bool sameServices(const store::Snapshot& snapshot,
                  const std::vector<std::pair<uint32_t, std::string>>& known) {
  const std::vector<StringId>& services = snapshot.allServices();
  return std::equal(
      services.begin(), services.end(), known.begin(), known.end(),
      [&](StringId id, const auto& k) { return id.value == k.first && snapshot.text(id) == k.second; });
}

}  // namespace

const std::vector<QColor>& servicePalette() {
  static const std::vector<QColor> colors{QColor(0x6aa8f5), QColor(0xf0c14b), QColor(0x33979a),
                                          QColor(0xe79a9c), QColor(0x8378cf), QColor(0x75b15f),
                                          QColor(0xb6770b), QColor(0x3dadcf), QColor(0x90e9a3),
                                          QColor(0xc0bd52), QColor(0xc58bd6), QColor(0xa7b4c2)};
  return colors;
}

void ServiceColors::update(const store::Snapshot& snapshot) {
  if (sameServices(snapshot, m_known)) return;
  m_known.clear();
  m_colors.clear();
  for (const StringId id : snapshot.allServices()) m_known.emplace_back(id.value, snapshot.text(id));
  auto byName = m_known;
  std::sort(byName.begin(), byName.end(), [](const auto& a, const auto& b) { return a.second < b.second; });

  // Everybody's own colour first, so that a collision moves only those who collide.
  const std::vector<QColor>& palette = servicePalette();
  std::vector<bool> taken(palette.size(), false);
  std::vector<std::pair<uint32_t, size_t>> displaced;  // id and the colour it would have had
  for (const auto& [id, name] : byName) {
    const size_t own = stableHash(name) % palette.size();
    if (taken[own]) {
      displaced.emplace_back(id, own);
    } else {
      taken[own] = true;
      m_colors[id] = palette[own];
    }
  }
  for (const auto& [id, own] : displaced) {
    size_t next = own;
    for (size_t tries = 0; tries < palette.size() && taken[next]; ++tries) next = (next + 1) % palette.size();
    taken[next] = true;  // with more services than colours, next has come round to its own
    m_colors[id] = palette[next];
  }
}

QColor ServiceColors::color(StringId service) const {
  const auto at = m_colors.find(service.value);
  return at != m_colors.end() ? at->second : servicePalette().back();
}

ServiceColors& serviceColors() {
  static ServiceColors colors;
  return colors;
}

}  // namespace waybill::ui
