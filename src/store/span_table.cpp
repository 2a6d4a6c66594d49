// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/span_table.h"

#include <limits>

namespace waybill::store {

void SpanTable::Block::setContext(size_t i, uint32_t context) {
  constexpr uint32_t kReach = std::numeric_limits<uint16_t>::max();
  constexpr uint32_t kBelow = kReach / 2;  // contexts of earlier rows may be shared, so look both ways
  if (i == 0) firstContext = context > kBelow ? context - kBelow : 0;
  Contexts* const all = contexts.load(std::memory_order_relaxed);
  if (all == nullptr && context >= firstContext && context - firstContext <= kReach) {
    nearContext[i] = static_cast<uint16_t>(context - firstContext);
    return;
  }
  if (all != nullptr) {
    (*all)[i] = context;  // nobody looks at this row yet
    return;
  }
  auto* const wider = new Contexts;
  for (size_t row = 0; row < i; ++row) (*wider)[row] = firstContext + nearContext[row];
  (*wider)[i] = context;
  contexts.store(wider, std::memory_order_release);
}

SpanRow SpanTable::append(const Row& row) {
  // Not value-initialized: the pages of a block are touched only as rows arrive.
  if (m_size % kBlockRows == 0) m_blocks.push_back(std::shared_ptr<Block>(new Block));
  Block& last = *m_blocks.back();
  const size_t i = m_size % kBlockRows;
  last.startNs[i] = row.startNs;
  last.durationNs[i] = row.durationNs;
  last.id[i] = row.id.value;
  last.parent[i] = row.parent.value;
  last.trace[i] = row.trace.value;
  last.olderOfTrace[i] = row.olderOfTrace.value;
  last.name[i] = row.name.value;
  last.setContext(i, row.context.value);
  last.offset[i] = row.offset;
  last.bits[i] = row.bits;
  return SpanRow(m_size++);
}

size_t SpanTable::heapBytes() const {
  size_t bytes = m_blocks.size() * (sizeof(Block) + 2 * sizeof(void*));
  for (const auto& block : m_blocks) bytes += block->contexts.load() != nullptr ? sizeof(Block::Contexts) : 0;
  return bytes;
}

}  // namespace waybill::store
