// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/attribute_column_builder.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "query/attribute_reader.h"
#include "query/parallel.h"

namespace waybill::query {
namespace {


// The different values of a piece, in order of first appearance; code n is the n-th.
class PieceValues {
 public:
  uint32_t codeOf(std::string_view value) {
    // Spans of one batch mostly say the same.
    if (m_last != 0 && m_values[m_last - 1] == value) return m_last;
    const auto [entry, isNew] = m_codes.try_emplace(value, static_cast<uint32_t>(m_values.size()) + 1);
    if (isNew) m_values.push_back(value);
    return m_last = entry->second;
  }
  std::vector<std::string_view> take() { return std::move(m_values); }

 private:
  absl::flat_hash_map<std::string_view, uint32_t> m_codes;
  std::vector<std::string_view> m_values;
  uint32_t m_last = 0;
};

}  // namespace

// What one worker has read: rows [begin, begin + codes.size()), with codes of its own.
struct AttributeColumnBuilder::Piece {
  struct Context {
    store::ContextIndex index;
    uint32_t scope = 0, resource = 0;
  };
  uint32_t begin = 0;
  std::vector<uint32_t> codes;
  std::vector<std::string_view> values;
  std::vector<Context> contexts;  // that its rows have, each once
};

AttributeColumnBuilder::AttributeColumnBuilder(std::string_view key)
    : m_names(attributeNames(key)), m_codes(0, Hash{this}, Equal{this}) {}

AttributeColumnBuilder::Piece AttributeColumnBuilder::readPiece(const store::Snapshot& snapshot, uint32_t begin,
                                                                uint32_t end) const {
  Piece piece;
  piece.begin = begin;
  piece.codes.resize(end - begin);
  PieceValues values;
  absl::flat_hash_set<store::ContextIndex> seen;
  std::optional<store::ContextIndex> last;
  for (uint32_t i = begin; i < end; ++i) {
    const SpanRow row(i);
    if (const auto value = findSpanAttribute(snapshot.spanMessage(row), m_names)) {
      piece.codes[i - begin] = values.codeOf(*value);
    }
    const store::ContextIndex context = snapshot.spans().context(row);
    if (std::exchange(last, context) == context || !seen.insert(context).second) continue;
    const auto scope = findScopeAttribute(snapshot.scopeMessage(row), m_names);
    const auto resource = findResourceAttribute(snapshot.resourceMessage(row), m_names);
    piece.contexts.push_back({context, scope ? values.codeOf(*scope) : 0, resource ? values.codeOf(*resource) : 0});
  }
  piece.values = values.take();
  return piece;
}

uint32_t AttributeColumnBuilder::codeOf(std::string_view value) {
  if (const auto known = m_codes.find(value); known != m_codes.end()) return *known;
  const auto code = static_cast<uint32_t>(m_column.m_values.append(value)) + 1;
  m_codes.insert(code);
  return code;
}

// Pieces come in order of rows, so that codes do not depend on who was faster.
void AttributeColumnBuilder::take(const Piece& piece) {
  std::vector<uint32_t> codeOfValue{0};
  codeOfValue.reserve(piece.values.size() + 1);
  for (const std::string_view value : piece.values) codeOfValue.push_back(codeOf(value));
  for (const Piece::Context& context : piece.contexts) {
    if (context.index.value >= m_contexts.size()) m_contexts.resize(size_t{context.index.value} + 1);
    if (m_contexts[context.index.value].known) continue;
    m_contexts[context.index.value] = {codeOfValue[context.scope], codeOfValue[context.resource], true};
    m_contextsChanged = true;
  }

  // A block that was not full is packed anew with what follows.
  std::vector<uint32_t> codes;
  if (piece.begin % CodeBlock::kRows != 0) {
    const CodeBlock& open = *m_column.m_blocks.back();
    codes.resize(open.size());
    open.forEach([&codes](uint32_t row, uint32_t code) { codes[row] = code; });
    m_column.m_blockBytes -= open.heapBytes();
    m_column.m_blocks.pop_back();
  }
  codes.reserve(codes.size() + piece.codes.size());
  for (const uint32_t code : piece.codes) codes.push_back(codeOfValue[code]);
  m_column.m_blocks.push_back(std::make_shared<const CodeBlock>(codes));
  m_column.m_blockBytes += m_column.m_blocks.back()->heapBytes() + sizeof(CodeBlock);
  m_column.m_rows += static_cast<uint32_t>(piece.codes.size());
}

void AttributeColumnBuilder::updateSizes(const store::Snapshot& snapshot) {
  if (m_column.m_chunks == nullptr || m_column.m_chunks->size() != snapshot.chunks().size()) {
    m_column.m_chunks = std::make_shared<const std::vector<std::shared_ptr<const Chunk>>>(snapshot.chunks());
  }
  if (std::exchange(m_contextsChanged, false)) {
    m_column.m_contexts = std::make_shared<const std::vector<AttributeColumn::ContextCodes>>(m_contexts);
  }
  m_column.m_indexBytes = m_codes.capacity() * (sizeof(uint32_t) + 1) +
                          m_contexts.capacity() * sizeof(AttributeColumn::ContextCodes);
}

std::shared_ptr<const AttributeColumn> AttributeColumnBuilder::extend(const store::Snapshot& snapshot, size_t threads,
                                                                      const std::stop_token& stop,
                                                                      const ReadProgress& progress) {
  const uint32_t first = m_column.m_rows / CodeBlock::kRows;
  const uint32_t all = snapshot.spanCount();
  const uint32_t begin = m_column.m_rows;
  const size_t pieces = all > begin ? (all - 1) / CodeBlock::kRows - first + 1 : 0;

  std::mutex mutex;  // guards what follows, and this object
  std::map<size_t, Piece> waiting;
  size_t next = 0;
  const bool finished = forEachPiece(pieces, threads, stop, [&](size_t i) {
    const auto block = static_cast<uint32_t>(first + i);
    const uint32_t from = std::max(begin, block * CodeBlock::kRows);
    Piece piece = readPiece(snapshot, from, std::min(all - block * CodeBlock::kRows, CodeBlock::kRows) + block * CodeBlock::kRows);
    const std::lock_guard lock(mutex);
    waiting.emplace(i, std::move(piece));
    for (auto ready = waiting.find(next); ready != waiting.end(); ready = waiting.find(++next)) {
      take(ready->second);
      waiting.erase(ready);
    }
    if (progress) progress(m_column.m_rows, all);
  });
  updateSizes(snapshot);
  if (!finished || m_column.m_rows < all) return nullptr;
  return std::make_shared<const AttributeColumn>(m_column);
}

}  // namespace waybill::query
