// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/json_outline.h"

#include <algorithm>
#include <vector>

namespace waybill::formats {
namespace {

constexpr size_t kMaxDepth = 4;  // of keys that are kept
constexpr size_t kMaxPaths = 256;
constexpr size_t kMaxKeyBytes = 64;

class Outliner {
 public:
  explicit Outliner(std::string_view text) : m_text(text) {}

  JsonOutline run() {
    skipByteOrderMark();
    m_at = m_text.find_first_not_of(" \t\r\n", m_at);
    if (m_at == m_text.npos || (m_text[m_at] != '{' && m_text[m_at] != '[')) return m_outline;
    // "[" may also begin a log line or a table: a bracket needs something of JSON behind it.
    const size_t second = m_text.find_first_not_of(" \t\r\n", m_at + 1);
    const std::string_view expected = m_text[m_at] == '{' ? "\"}" : "[{]\"-0123456789tfn";
    if (second != m_text.npos && expected.find(m_text[second]) == m_text.npos) return m_outline;
    m_outline.isJson = true;
    while (m_at < m_text.size() && step()) {
    }
    m_outline.wasCut = !m_levels.empty();
    return m_outline;
  }

 private:
  struct Level {
    bool isObject;
    size_t pathBytes;  // of m_path, before this level's own part
    bool expectsKey;
  };

  void skipByteOrderMark() {
    if (m_text.substr(0, 3) == "\xEF\xBB\xBF") m_at = 3;
  }

  bool step() {
    const char c = m_text[m_at];
    if (c == '"') return text();
    ++m_at;
    if (c == '{' || c == '[') {
      m_levels.push_back({c == '{', m_path.size(), true});
      if (c == '[' && m_levels.size() <= kMaxDepth) m_path += "[]";
    } else if (c == '}' || c == ']') {
      if (m_levels.empty()) return false;
      m_path.resize(m_levels.back().pathBytes);
      m_levels.pop_back();
    } else if (c == ',' && !m_levels.empty() && m_levels.back().isObject) {
      m_levels.back().expectsKey = true;
      m_path.resize(m_levels.back().pathBytes);
    }
    return true;
  }

  bool text() {
    const size_t begin = ++m_at;
    while (m_at < m_text.size() && m_text[m_at] != '"') m_at += m_text[m_at] == '\\' ? 2 : 1;
    if (m_at >= m_text.size()) {
      m_at = m_text.size();
      return false;
    }
    const std::string_view content = m_text.substr(begin, std::min(m_at - begin, kMaxKeyBytes));
    ++m_at;
    if (m_levels.empty() || !m_levels.back().isObject || !m_levels.back().expectsKey) return true;
    m_levels.back().expectsKey = false;
    if (m_levels.size() > kMaxDepth) return true;
    m_path.resize(m_levels.back().pathBytes);
    if (!m_path.empty()) m_path += '.';
    m_path += content;
    if (m_outline.paths.size() < kMaxPaths) m_outline.paths.insert(m_path);
    return true;
  }

  std::string_view m_text;
  size_t m_at = 0;
  std::vector<Level> m_levels;
  std::string m_path;
  JsonOutline m_outline;
};

}  // namespace

JsonOutline outlineOf(std::string_view head) {
  return Outliner(head).run();
}

}  // namespace waybill::formats
