// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/attribute_keys.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/hash/hash.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "query/filter_text.h"

namespace waybill::query {
namespace {

constexpr uint32_t kSample = 20'000;
constexpr uint32_t kSpansBetweenLooksAtStop = 512;
constexpr size_t kLongestKey = 128;
constexpr size_t kFewValues = 40;  // different ones, that a person can look over

// What a sample tells of an attribute.
struct Key {
  uint64_t places = 0;  // spans, scopes and resources at which it stands
  uint64_t spans = 0;   // that have it, be it from around them
  bool isOwn = false;   // it stands at spans
  absl::flat_hash_set<size_t> values;  // hashes, no more than kFewValues + 1
};
using Keys = absl::flat_hash_map<std::string, Key>;

void count(const std::vector<otlp::AttributeView>& attributes, uint64_t spans, bool isOwn, Keys& keys) {
  for (const otlp::AttributeView& attribute : attributes) {
    if (attribute.key.empty() || attribute.key.size() > kLongestKey) continue;
    Key& key = keys[std::string(attribute.key)];
    ++key.places;
    key.isOwn = key.isOwn || isOwn;
    key.spans += spans;
    if (key.values.size() <= kFewValues) key.values.insert(absl::HashOf(otlp::valueText(attribute.value)));
  }
}

// The attributes of a sample, those with the largest number first; none when stopped.
std::vector<std::pair<std::string, Key>> sample(const store::Snapshot& snapshot, uint64_t Key::*number,
                                                const std::stop_token& stop) {
  struct Around {
    SpanRow row;  // one that stands in it
    uint64_t spans = 0;
  };
  Keys keys;
  absl::flat_hash_map<store::ContextIndex, Around> contexts;
  const uint32_t all = snapshot.spanCount(), looks = std::min(all, kSample);
  for (uint32_t i = 0; i < looks; ++i) {
    if (i % kSpansBetweenLooksAtStop == 0 && stop.stop_requested()) return {};
    const SpanRow row(static_cast<uint32_t>(uint64_t{i} * all / looks));
    count(snapshot.span(row).attributes(), 1, true, keys);
    Around& around = contexts.try_emplace(snapshot.spans().context(row), Around{row}).first->second;
    ++around.spans;
  }
  for (const auto& [context, around] : contexts) {
    count(snapshot.scope(around.row).attributes, around.spans, false, keys);
    count(snapshot.resource(around.row).attributes, around.spans, false, keys);
  }
  std::vector<std::pair<std::string, Key>> sorted(std::make_move_iterator(keys.begin()),
                                                  std::make_move_iterator(keys.end()));
  std::ranges::sort(sorted, [number](const auto& a, const auto& b) {
    return a.second.*number != b.second.*number ? a.second.*number > b.second.*number : a.first < b.first;
  });
  return sorted;
}

}  // namespace

std::vector<std::string> attributeKeys(const store::Snapshot& snapshot, size_t most, const std::stop_token& stop) {
  std::vector<std::string> out;
  for (auto& [name, key] : sample(snapshot, &Key::places, stop)) {
    if (out.size() == most) break;
    out.push_back(std::move(name));
  }
  return out;
}

std::vector<std::string> tellingAttributeKeys(const store::Snapshot& snapshot, size_t most, const std::stop_token& stop) {
  // About the program, not about what it did; service.name is the service.
  constexpr std::array<std::string_view, 6> kBoilerplate{"telemetry.", "otel.", "process.", "thread.", "code.",
                                                         "service.name"};
  std::vector<std::string> own, around;
  for (auto& [name, key] : sample(snapshot, &Key::spans, stop)) {
    const size_t different = key.values.size();
    // Each value several times, or it is an id.
    if (different < 2 || different > kFewValues || key.spans < 2 * different) continue;
    const std::string_view text = name;
    if (std::ranges::any_of(kBoilerplate, [text](std::string_view start) { return text.starts_with(start); })) continue;
    (key.isOwn ? own : around).push_back(std::move(name));
  }
  own.insert(own.end(), std::make_move_iterator(around.begin()), std::make_move_iterator(around.end()));
  own.resize(std::min(most, own.size()));
  return own;
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
