// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/fold_case.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/utf8.h"
#include "query/fold_case_table.h"

namespace waybill::query {
namespace {

char32_t decoded(std::string_view sequence) {
  const auto byte = [sequence](size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(sequence[i])); };
  char32_t point = byte(0) & (0xFFU >> (sequence.size() + 1));
  for (size_t i = 1; i < sequence.size(); ++i) point = point << 6 | (byte(i) & 0x3F);
  return point;
}

void append(std::string& out, char32_t point) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((point >> shift) & 0x3F)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

char32_t folded(char32_t point) {
  const auto run = std::partition_point(kFoldRuns.begin(), kFoldRuns.end(),
                                        [point](const FoldRun& r) { return r.last < point; });
  if (run == kFoldRuns.end() || point < run->first || (point - run->first) % run->step != 0) return point;
  return static_cast<char32_t>(static_cast<int32_t>(point) + run->offset);
}

}  // namespace

std::string foldCase(std::string_view text) {
  std::string out;
  appendFolded(text, out);
  return out;
}

void appendFolded(std::string_view text, std::string& out) {
  // As good as all texts are ASCII.
  const auto other = std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  const auto plain = static_cast<size_t>(other - text.begin());
  const size_t at = out.size();
  out.append(text.substr(0, plain));
  std::transform(text.begin(), other, out.begin() + static_cast<std::ptrdiff_t>(at), lowerAscii);
  text.remove_prefix(plain);
  while (!text.empty()) {
    const size_t length = utf8SequenceLength(text);
    if (length < 2) {
      out += lowerAscii(text.front());
    } else {
      append(out, folded(decoded(text.substr(0, length))));
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
}

}  // namespace waybill::query
