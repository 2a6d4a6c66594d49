// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_set.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "query/attribute_column.h"

namespace waybill::query {

// How far reading an attribute has come: rows of all rows. Called from workers, one at a time.
using ReadProgress = std::function<void(uint64_t done, uint64_t all)>;

// Builds the column of one attribute of a store and lets it grow with it: only new rows are read. One thread at a time
// calls it; columns it has handed out stay as they are, and any thread reads them.
class AttributeColumnBuilder {
 public:
  explicit AttributeColumnBuilder(std::string_view key);
  AttributeColumnBuilder(const AttributeColumnBuilder&) = delete;
  AttributeColumnBuilder& operator=(const AttributeColumnBuilder&) = delete;

  // The column of all rows of the snapshot, which must be of the same store as before, and not older. Reads the wire
  // bytes of new spans on up to `threads` threads; the answer does not depend on their number. Null when stopped: what
  // was read until then is kept, and the next call goes on from there.
  std::shared_ptr<const AttributeColumn> extend(const store::Snapshot& snapshot, size_t threads,
                                                const std::stop_token& stop = {}, const ReadProgress& progress = {});

  size_t heapBytes() const { return m_column.heapBytes(); }  // of what has been read

 private:
  struct Piece;

  Piece readPiece(const store::Snapshot& snapshot, uint32_t begin, uint32_t end) const;
  void take(const Piece& piece);
  uint32_t codeOf(std::string_view value);
  void updateSizes(const store::Snapshot& snapshot);

  struct Hash {
    using is_transparent = void;
    const AttributeColumnBuilder* self;
    size_t operator()(std::string_view value) const { return absl::Hash<std::string_view>{}(value); }
    size_t operator()(uint32_t code) const { return (*this)(self->m_column.m_values[code - 1]); }
  };
  struct Equal {
    using is_transparent = void;
    const AttributeColumnBuilder* self;
    std::string_view value(uint32_t code) const { return self->m_column.m_values[code - 1]; }
    static std::string_view value(std::string_view v) { return v; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return value(a) == value(b);
    }
  };

  std::vector<std::string> m_names;
  AttributeColumn m_column;  // what has been read
  std::vector<AttributeColumn::ContextCodes> m_contexts;
  bool m_contextsChanged = false;
  absl::flat_hash_set<uint32_t, Hash, Equal> m_codes;  // by value
};

}  // namespace waybill::query
