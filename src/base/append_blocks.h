// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace waybill {

// An append-only column in fixed blocks that never move. One writer appends; a reader holds a copy of the
// object (block pointers, cheap) made before, and reads only elements below the size at that time, so neither
// needs a lock. The copy must be handed over with a synchronizing store (see store/trace_store.h).
template <typename T, size_t kBlockSize>
class AppendBlocks {
  static_assert((kBlockSize & (kBlockSize - 1)) == 0, "a power of two");

 public:
  size_t size() const { return m_size; }
  const T& operator[](size_t i) const { return (*m_blocks[i / kBlockSize])[i % kBlockSize]; }

  // Writer only.
  size_t append(T value) {
    if (m_size == m_blocks.size() * kBlockSize) m_blocks.push_back(std::make_shared<Block>());
    (*m_blocks[m_size / kBlockSize])[m_size % kBlockSize] = std::move(value);
    return m_size++;
  }

  // Empty, with its blocks kept for what comes. Writer only, and not while a copy is read.
  void clear() { m_size = 0; }

  size_t heapBytes() const { return m_blocks.size() * (sizeof(Block) + sizeof(void*) * 2); }

 private:
  using Block = std::array<T, kBlockSize>;
  std::vector<std::shared_ptr<Block>> m_blocks;
  size_t m_size = 0;
};

// A column in fixed blocks whose elements may change: the writer copies a block before it changes it when a
// published copy still shares it. Same rules for readers as AppendBlocks.
template <typename T, size_t kBlockSize>
class CopyOnWriteBlocks {
  static_assert((kBlockSize & (kBlockSize - 1)) == 0, "a power of two");

 public:
  size_t size() const { return m_size; }
  const T& operator[](size_t i) const { return (*m_blocks[i / kBlockSize])[i % kBlockSize]; }

  // Writer only.
  size_t append(T value) {
    if (m_size == m_blocks.size() * kBlockSize) {
      m_blocks.push_back(std::make_shared<Block>());
      m_owned.push_back(true);
    }
    const size_t i = m_size++;
    change(i) = std::move(value);
    return i;
  }

  T& change(size_t i) {
    std::shared_ptr<Block>& block = m_blocks[i / kBlockSize];
    if (!m_owned[i / kBlockSize]) {
      block = std::make_shared<Block>(*block);
      m_owned[i / kBlockSize] = true;
    }
    return (*block)[i % kBlockSize];
  }

  // A copy for readers; from now on the writer copies before it changes. Writer only.
  CopyOnWriteBlocks share() {
    m_owned.assign(m_blocks.size(), false);
    CopyOnWriteBlocks copy;
    copy.m_blocks = m_blocks;
    copy.m_size = m_size;
    return copy;
  }

  size_t heapBytes() const { return m_blocks.size() * (sizeof(Block) + sizeof(void*) * 2); }

 private:
  using Block = std::array<T, kBlockSize>;
  std::vector<std::shared_ptr<Block>> m_blocks;
  std::vector<bool> m_owned;  // not shared with a published copy
  size_t m_size = 0;
};

}  // namespace waybill
