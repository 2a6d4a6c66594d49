// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "query/attribute_column.h"
#include "query/filter_text.h"
#include "store/snapshot.h"

namespace waybill::query {

// Different values up to which an attribute's values that read alike ("500" as a number and as a text) are one; beyond,
// they are told apart.
inline constexpr uint32_t kMostJoinedValues = 1 << 16;

// The values of a field or attribute, numbered from 1 on. Immutable; any thread.
class ValueNumbers {
 public:
  virtual ~ValueNumbers() = default;

  // The number of each row's value, 0 where it has none; `out` has room for all.
  virtual void of(std::span<const SpanRow> rows, uint32_t* out) const = 0;
  virtual std::string text(uint32_t number) const = 0;  // number > 0, one that of() has given
  // The number of a text among those below `end`; none when there is no such value. O(values).
  virtual std::optional<uint32_t> find(std::string_view text, uint32_t end) const = 0;
};

// Of the term only the key counts; `column` is that of the key, null for what is no attribute. All must outlive it.
// Null for Duration, which has no such values.
std::unique_ptr<ValueNumbers> valueNumbers(const store::Snapshot& snapshot, const Term& key,
                                           const AttributeColumn* column);

}  // namespace waybill::query
