// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/attribute_reader.h"

#include <cstdint>

#include "otlp/attribute_scan.h"
#include "otlp/fields.h"

namespace waybill::query {
namespace {

// Remembers the value of the best name so far.
class Search {
 public:
  explicit Search(std::span<const std::string> names) : m_names(names), m_best(names.size()) {}

  void look(std::string_view keyValue) {
    const auto [key, value] = otlp::readKeyAndValue(keyValue);
    for (size_t i = 0; i < m_names.size() && i <= m_best; ++i) {
      if (key != m_names[i]) continue;
      m_best = i;
      m_value = value;
    }
  }

  std::optional<std::string_view> found() const {
    return m_best < m_names.size() ? std::optional(m_value) : std::nullopt;
  }

 private:
  std::span<const std::string> m_names;
  size_t m_best;
  std::string_view m_value;
};

std::optional<std::string_view> find(std::string_view message, uint32_t number, std::span<const std::string> names) {
  Search search(names);
  otlp::forEachMessage(message, number, [&](std::string_view keyValue) { search.look(keyValue); });
  return search.found();
}

}  // namespace

std::optional<std::string_view> findSpanAttribute(std::string_view spanMessage, std::span<const std::string> names) {
  return find(spanMessage, otlp::span::kAttributes, names);
}

std::optional<std::string_view> findResourceAttribute(std::string_view resourceMessage,
                                                      std::span<const std::string> names) {
  return find(resourceMessage, otlp::resource::kAttributes, names);
}

std::optional<std::string_view> findScopeAttribute(std::string_view scopeMessage, std::span<const std::string> names) {
  return find(scopeMessage, otlp::scope::kAttributes, names);
}

}  // namespace waybill::query
