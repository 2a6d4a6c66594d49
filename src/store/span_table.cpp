// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/span_table.h"

namespace waybill::store {

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
  last.context[i] = row.context.value;
  last.offset[i] = row.offset;
  last.bits[i] = row.bits;
  return SpanRow(m_size++);
}

}  // namespace waybill::store
