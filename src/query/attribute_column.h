// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/append_blocks.h"
#include "base/chunk.h"
#include "otlp/value_view.h"
#include "query/attribute_names.h"
#include "query/code_block.h"
#include "store/snapshot.h"

namespace waybill::query {

// One attribute of the first rows() spans of a store, by code: a code is a place in the list of different values, 0
// means that there is none. What stands at the span has a code a row; what stands at its scope and resource has a code
// a context. Values are the wire bytes of AnyValue messages (different bytes, different codes) and point into the
// chunks, which the column keeps alive. Immutable; any thread.
class AttributeColumn {
 public:
  uint32_t rows() const { return m_rows; }
  // Nobody has the attribute.
  bool isEmpty() const { return m_values.size() == 0; }

  uint32_t codes() const { return static_cast<uint32_t>(m_values.size()) + 1; }  // 0 included
  otlp::ValueView value(uint32_t code) const { return otlp::ValueView(m_values[code - 1]); }  // code > 0

  // row < rows(). Any: the span's own, else its scope's, else its resource's.
  uint32_t code(const store::Snapshot& snapshot, SpanRow row, AttributeScope scope = AttributeScope::Any) const;

  // The rows in pieces of CodeBlock::kRows; what the spans themselves have.
  const std::vector<std::shared_ptr<const CodeBlock>>& blocks() const { return m_blocks; }

  // What stands around the spans of a context, by scope (Any: the scope's, else the resource's).
  uint32_t contextCode(store::ContextIndex context, AttributeScope scope) const;
  size_t contexts() const { return m_contexts->size(); }

  // Of this column alone: the dictionary, codes, and the index that makes it grow.
  size_t heapBytes() const;

 private:
  friend class AttributeColumnBuilder;
  struct ContextCodes {
    uint32_t scope = 0, resource = 0;
    bool known = false;
  };

  uint32_t m_rows = 0;
  std::vector<std::shared_ptr<const CodeBlock>> m_blocks;
  AppendBlocks<std::string_view, 256> m_values;  // by code - 1
  std::shared_ptr<const std::vector<ContextCodes>> m_contexts = std::make_shared<const std::vector<ContextCodes>>();
  std::shared_ptr<const std::vector<std::shared_ptr<const Chunk>>> m_chunks;
  size_t m_blockBytes = 0;
  size_t m_indexBytes = 0;
};

}  // namespace waybill::query
