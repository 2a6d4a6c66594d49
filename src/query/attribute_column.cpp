// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/attribute_column.h"

namespace waybill::query {

uint32_t AttributeColumn::contextCode(store::ContextIndex context, AttributeScope scope) const {
  if (scope == AttributeScope::Span || context.value >= m_contexts->size()) return 0;
  const ContextCodes& codes = (*m_contexts)[context.value];
  if (scope == AttributeScope::Scope) return codes.scope;
  if (scope == AttributeScope::Resource) return codes.resource;
  return codes.scope != 0 ? codes.scope : codes.resource;
}

uint32_t AttributeColumn::code(const store::Snapshot& snapshot, SpanRow row, AttributeScope scope) const {
  if (scope == AttributeScope::Any || scope == AttributeScope::Span) {
    const uint32_t own = (*m_blocks[row.value / CodeBlock::kRows])[row.value % CodeBlock::kRows];
    if (own != 0) return own;
  }
  return contextCode(snapshot.spans().context(row), scope);
}

size_t AttributeColumn::heapBytes() const {
  return m_blockBytes + m_indexBytes + m_values.heapBytes() + m_contexts->capacity() * sizeof(ContextCodes) +
         m_blocks.capacity() * sizeof(m_blocks[0]);
}

}  // namespace waybill::query
