// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/tree_text.h"

#include <algorithm>

namespace waybill::cli {

std::string TreeText::prefix(uint32_t level, bool last) {
  if (level == 0) return {};
  const uint32_t drawn = std::min(level, kMaxLevels);
  m_last.resize(drawn + 1);
  m_last[drawn] = last;
  std::string out;
  for (uint32_t i = 1; i < drawn; ++i) out += m_last[i] ? "   " : "│  ";
  out += last ? "└─ " : "├─ ";
  if (level > kMaxLevels) out += "(level " + std::to_string(level) + ") ";
  return out;
}

}  // namespace waybill::cli
