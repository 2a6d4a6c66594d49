// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_set.h>

#include <memory>
#include <string_view>
#include <vector>

#include "base/append_blocks.h"
#include "base/ids.h"

namespace waybill {

// The texts of a pool as they stood at one time: what readers hold. StringId 0 is the empty text.
class StringTable {
 public:
  std::string_view operator[](StringId id) const { return m_texts[id.value]; }
  size_t size() const { return m_texts.size(); }

 protected:
  AppendBlocks<std::string_view, 1024> m_texts;
  std::vector<std::shared_ptr<char[]>> m_arenas;  // what the texts point into
};

// Interns span names, service names and the like: few different texts, seen often. One writer; `table()` is
// what it hands to readers.
class StringPool : private StringTable {
 public:
  StringPool();
  StringPool(const StringPool&) = delete;
  StringPool& operator=(const StringPool&) = delete;

  StringId intern(std::string_view text);
  std::string_view operator[](StringId id) const { return m_texts[id.value]; }
  const StringTable& table() const { return *this; }
  size_t heapBytes() const;

  // Only the empty text is left. Not while somebody reads a table() of it.
  void clear();

 private:
  struct Hash {
    using is_transparent = void;
    const StringTable* table;
    size_t operator()(std::string_view text) const { return absl::Hash<std::string_view>{}(text); }
    size_t operator()(StringId id) const { return (*this)((*table)[id]); }
  };
  struct Equal {
    using is_transparent = void;
    const StringTable* table;
    std::string_view text(StringId id) const { return (*table)[id]; }
    static std::string_view text(std::string_view t) { return t; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return text(a) == text(b);
    }
  };

  std::string_view keep(std::string_view text);

  absl::flat_hash_set<StringId, Hash, Equal> m_ids;
  char* m_next = nullptr;  // free space in the last arena
  size_t m_free = 0;
  size_t m_arenaBytes = 0;
};

}  // namespace waybill
