// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "query/attribute_column_builder.h"

namespace waybill::query {

// Bytes that the system could still give out without swapping; none where it does not say.
std::optional<uint64_t> availableMemory();

// The attribute columns of the open store, by key: built when first asked for, extended when the store has grown, and
// dropped when they are too many or memory runs short, those not used for longest first. Who holds a column keeps it.
// Columns of one store at a time: asking for another store's drops all. Any thread.
class AttributeColumns {
 public:
  struct Limits {
    size_t bytes = size_t{1} << 30;                // that all columns may take
    uint64_t keepAvailable = uint64_t{512} << 20;  // of the system's memory
    std::function<std::optional<uint64_t>()> available = availableMemory;
  };

  AttributeColumns();
  explicit AttributeColumns(Limits limits);
  AttributeColumns(const AttributeColumns&) = delete;
  AttributeColumns& operator=(const AttributeColumns&) = delete;

  // The column of at least the rows of the snapshot; works on up to `threads` threads when it has to read. Who asks for
  // a key that another thread is reading waits for it. Null when stopped; what was read is kept for the next time.
  std::shared_ptr<const AttributeColumn> get(const store::Snapshot& snapshot, std::string_view key, size_t threads,
                                             const std::stop_token& stop = {}, const ReadProgress& progress = {});

  // The same if it needs no reading; else null.
  std::shared_ptr<const AttributeColumn> peek(const store::Snapshot& snapshot, std::string_view key);

  // Keeps to the limits; call it now and then. clear() forgets all.
  void trim();
  void clear();
  void keepOnly(uint64_t storeId);  // forgets what is of other stores

  size_t heapBytes() const;

 private:
  struct Entry {
    explicit Entry(std::string_view key) : builder(key) {}
    AttributeColumnBuilder builder;  // of who has set `reading`
    // Guarded by the mutex of the whole.
    bool reading = false;
    std::shared_ptr<const AttributeColumn> column;
    size_t bytes = 0;  // of what has been read, be it all or not
    uint64_t used = 0;
  };

  std::shared_ptr<Entry> entryOf(const store::Snapshot& snapshot, std::string_view key);  // under the mutex
  void trimOthers(const Entry* kept);

  const Limits m_limits;
  mutable std::mutex m_mutex;  // guards the rest
  std::condition_variable_any m_read;  // somebody is done with a builder
  uint64_t m_storeId = 0;
  uint64_t m_clock = 0;  // counts uses
  std::map<std::string, std::shared_ptr<Entry>, std::less<>> m_entries;
};

}  // namespace waybill::query
