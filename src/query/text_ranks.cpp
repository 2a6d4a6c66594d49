// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/text_ranks.h"

#include <algorithm>
#include <numeric>

#include "base/bytes.h"
#include "query/sort_keys.h"

namespace waybill::query {
namespace {

constexpr size_t kStep = 8;  // bytes
constexpr size_t kFew = 64;  // texts; below, comparing is faster

// Texts that agree in their first `depth` bytes.
struct Group {
  size_t begin = 0, end = 0;
  size_t depth = 0;
};

// The bytes from `depth` on, big-endian, so that numbers compare as texts do; zeros after the end.
uint64_t keyAt(std::string_view text, size_t depth) {
  if (text.size() >= depth + kStep) return loadBigEndian64(text.data() + depth);
  uint64_t key = 0;
  for (size_t i = 0; i < kStep; ++i) {
    key = key << 8 | (depth + i < text.size() ? static_cast<unsigned char>(text[depth + i]) : 0U);
  }
  return key;
}

}  // namespace

std::optional<std::vector<uint32_t>> rankTexts(std::span<const std::string_view> texts, const std::stop_token& stop) {
  std::vector<uint32_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::vector<uint8_t> likeBefore(texts.size());  // by place: the same text as before; in two groups they never are
  std::vector<Group> groups{{0, order.size(), 0}};
  std::vector<SortKey> keys;
  while (!groups.empty()) {
    if (stop.stop_requested()) return std::nullopt;
    const Group group = groups.back();
    groups.pop_back();
    const auto first = order.begin() + static_cast<std::ptrdiff_t>(group.begin);
    const auto last = order.begin() + static_cast<std::ptrdiff_t>(group.end);
    // Where all have ended they differ at most in zeros at the end, which are counted by comparing.
    const auto hasEnded = [&](uint32_t t) { return texts[t].size() <= group.depth; };
    if (group.end - group.begin <= kFew || std::all_of(first, last, hasEnded)) {
      const auto rest = [&](uint32_t t) { return texts[t].substr(std::min(texts[t].size(), group.depth)); };
      const auto same = [&](uint32_t a, uint32_t b) { return texts[a].size() == texts[b].size() && rest(a) == rest(b); };
      std::sort(first, last, [&](uint32_t a, uint32_t b) {
        const int difference = rest(a).compare(rest(b));
        return difference != 0 ? difference < 0 : texts[a].size() < texts[b].size();
      });
      for (size_t i = group.begin + 1; i < group.end; ++i) likeBefore[i] = same(order[i - 1], order[i]) ? 1 : 0;
      continue;
    }
    keys.clear();
    for (auto t = first; t != last; ++t) keys.push_back({keyAt(texts[*t], group.depth), *t});
    if (!sortKeys(keys, stop)) return std::nullopt;
    for (size_t i = 0, begin = 0; i < keys.size(); ++i) {
      first[static_cast<std::ptrdiff_t>(i)] = keys[i].item;
      const bool runEnds = i + 1 == keys.size() || keys[i + 1].number != keys[begin].number;
      if (runEnds && i > begin) groups.push_back({group.begin + begin, group.begin + i + 1, group.depth + kStep});
      if (runEnds) begin = i + 1;
    }
  }
  std::vector<uint32_t> ranks(texts.size());
  for (size_t i = 0; i < order.size(); ++i) {
    ranks[order[i]] = likeBefore[i] != 0 ? ranks[order[i - 1]] : static_cast<uint32_t>(i);
  }
  return ranks;
}

}  // namespace waybill::query
