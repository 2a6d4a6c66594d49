// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/value_numbers.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <vector>

#include "otlp/span_view.h"
#include "query/bit_set.h"

namespace waybill::query {
namespace {

using store::Snapshot;

// What every span has: an id or a name, and the number is the next one.
template <typename NumberOf, typename TextOf>
class FieldNumbers : public ValueNumbers {
 public:
  FieldNumbers(NumberOf numberOf, TextOf textOf) : m_numberOf(numberOf), m_textOf(textOf) {}

  void of(std::span<const SpanRow> rows, uint32_t* out) const override {
    for (const SpanRow row : rows) *out++ = m_numberOf(row) + 1;
  }
  std::string text(uint32_t number) const override { return std::string(m_textOf(number - 1)); }
  std::optional<uint32_t> find(std::string_view text, uint32_t end) const override {
    for (uint32_t number = 1; number < end; ++number) {
      if (m_textOf(number - 1) == text) return number;
    }
    return std::nullopt;
  }

 private:
  NumberOf m_numberOf;
  TextOf m_textOf;
};

template <typename NumberOf, typename TextOf>
std::unique_ptr<ValueNumbers> fieldNumbers(NumberOf numberOf, TextOf textOf) {
  return std::make_unique<FieldNumbers<NumberOf, TextOf>>(numberOf, textOf);
}

class AttributeNumbers : public ValueNumbers {
 public:
  AttributeNumbers(const Snapshot& snapshot, const AttributeColumn& column, AttributeScope scope)
      : m_spans(snapshot.spans()),
        m_column(column),
        m_own(scope == AttributeScope::Any || scope == AttributeScope::Span),
        m_joins(column.codes() <= kMostJoinedValues),
        m_byCode(column.codes()),
        m_byContext(column.contexts()) {
    for (uint32_t code = 1; code < column.codes(); ++code) {
      const auto next = static_cast<uint32_t>(m_codes.size());
      m_byCode[code] = m_joins ? m_texts.try_emplace(otlp::valueText(column.value(code)), next).first->second : next;
      if (m_byCode[code] == next) m_codes.push_back(code);
    }
    for (const auto& block : column.blocks()) {
      BitSet& filled = m_filled.emplace_back();
      if (!m_own || !block->isSparse()) continue;
      filled = BitSet(block->size());
      block->forEach([&filled](uint32_t row, uint32_t) { filled.insert(row); });
    }
    for (uint32_t c = 0; c < m_byContext.size(); ++c) {
      m_byContext[c] = m_byCode[column.contextCode(store::ContextIndex(c), scope)];
      m_anyAround = m_anyAround || m_byContext[c] != 0;
    }
  }

  void of(std::span<const SpanRow> rows, uint32_t* out) const override {
    for (const SpanRow row : rows) {
      uint32_t number = m_own ? own(row.value / CodeBlock::kRows, row.value % CodeBlock::kRows) : 0;
      if (number == 0 && m_anyAround) {
        const uint32_t context = m_spans.context(row).value;
        if (context < m_byContext.size()) number = m_byContext[context];
      }
      *out++ = number;
    }
  }
  std::string text(uint32_t number) const override { return otlp::valueText(m_column.value(m_codes[number])); }
  std::optional<uint32_t> find(std::string_view text, uint32_t end) const override {
    if (m_joins) {
      const auto found = m_texts.find(std::string(text));
      return found == m_texts.end() ? std::nullopt : std::optional(found->second);
    }
    const Comparison equal(Operator::Equal, text);
    for (uint32_t number = 1; number < std::min<size_t>(end, m_codes.size()); ++number) {
      if (equal.holdsFor(m_column.value(m_codes[number]))) return number;
    }
    return std::nullopt;
  }

 private:
  uint32_t own(uint32_t block, uint32_t row) const {
    const CodeBlock& codes = *m_column.blocks()[block];
    if (codes.isSparse() && !m_filled[block].contains(row)) return 0;
    return m_byCode[codes[row]];
  }

  const store::SpanTable& m_spans;
  const AttributeColumn& m_column;
  bool m_own, m_joins, m_anyAround = false;
  std::vector<uint32_t> m_byCode, m_byContext;
  std::vector<BitSet> m_filled;      // by block: most rows of a sparse one have none, which is seen without a search
  std::vector<uint32_t> m_codes{0};  // by number, the first that has it
  absl::flat_hash_map<std::string, uint32_t> m_texts;
};

}  // namespace

std::unique_ptr<ValueNumbers> valueNumbers(const Snapshot& snapshot, const Term& key, const AttributeColumn* column) {
  const auto textOfId = [&snapshot](uint32_t id) { return snapshot.text(StringId(id)); };
  switch (key.field) {
    case Field::Attribute: return std::make_unique<AttributeNumbers>(snapshot, *column, key.scope);
    case Field::Service:
      return fieldNumbers([&snapshot](SpanRow row) { return snapshot.serviceId(row).value; }, textOfId);
    case Field::Name:
      return fieldNumbers([&snapshot](SpanRow row) { return snapshot.spans().name(row).value; }, textOfId);
    case Field::Status:
      return fieldNumbers([&snapshot](SpanRow row) { return static_cast<uint32_t>(snapshot.status(row)); },
                          [](uint32_t code) { return otlp::statusName(static_cast<otlp::StatusCode>(code)); });
    case Field::Kind:
      return fieldNumbers([&snapshot](SpanRow row) { return static_cast<uint32_t>(snapshot.kind(row)); },
                          [](uint32_t kind) { return otlp::kindName(static_cast<otlp::SpanKind>(kind)); });
    case Field::Duration: break;
  }
  return nullptr;
}

}  // namespace waybill::query
