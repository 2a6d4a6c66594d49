// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace waybill::cli {

// Draws the lines of a tree one after another, from the top: "├─ ", "│  └─ " … Levels beyond kMaxLevels are
// not indented further but numbered, so that a chain of a million spans stays readable.
class TreeText {
 public:
  static constexpr uint32_t kMaxLevels = 16;

  // What stands before the text of the next line. Level 0 stands alone; `last` when no line of the same level
  // follows under the same parent.
  std::string prefix(uint32_t level, bool last);

 private:
  std::vector<bool> m_last;  // by level, of the line seen last
};

}  // namespace waybill::cli
