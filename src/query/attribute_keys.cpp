// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/attribute_keys.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <utility>

#include "query/filter_text.h"

namespace waybill::query {
namespace {

constexpr uint32_t kSample = 20'000;
constexpr uint32_t kSpansBetweenLooksAtStop = 512;
constexpr size_t kLongestKey = 128;

}  // namespace

std::vector<std::string> attributeKeys(const store::Snapshot& snapshot, size_t most, const std::stop_token& stop) {
  absl::flat_hash_map<std::string, uint64_t> counts;
  absl::flat_hash_set<store::ContextIndex> seen;
  const auto count = [&counts](const std::vector<otlp::AttributeView>& attributes) {
    for (const otlp::AttributeView& attribute : attributes) {
      if (!attribute.key.empty() && attribute.key.size() <= kLongestKey) ++counts[std::string(attribute.key)];
    }
  };
  const uint32_t all = snapshot.spanCount(), looks = std::min(all, kSample);
  for (uint32_t i = 0; i < looks; ++i) {
    if (i % kSpansBetweenLooksAtStop == 0 && stop.stop_requested()) return {};
    const SpanRow row(static_cast<uint32_t>(uint64_t{i} * all / looks));
    count(snapshot.span(row).attributes());
    if (!seen.insert(snapshot.spans().context(row)).second) continue;
    count(snapshot.scope(row).attributes);
    count(snapshot.resource(row).attributes);
  }
  std::vector<std::pair<std::string, uint64_t>> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  sorted.resize(std::min(most, sorted.size()));
  std::vector<std::string> keys;
  keys.reserve(sorted.size());
  for (auto& [key, spans] : sorted) keys.push_back(std::move(key));
  return keys;
}

std::string filterKey(std::string_view attribute) {
  // Whatever is read back as something else is quoted.
  const FilterText read = readFilter(std::string(attribute) + "=x");
  const bool plain = !read.mistake && read.words.empty() && read.terms.size() == 1 &&
                     read.terms[0].field == Field::Attribute && read.terms[0].scope == AttributeScope::Any &&
                     read.terms[0].key == attribute && read.terms[0].comparison.op() == Operator::Equal &&
                     read.terms[0].comparison.text() == "x";
  if (plain) return std::string(attribute);
  std::string out = "\"";
  for (const char c : attribute) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace waybill::query
