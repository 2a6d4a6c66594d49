// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/json_scan.h"

#include <array>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace waybill::formats {
namespace {

constexpr size_t kBlock = 64;

// One bit a character of a block.
struct BlockBits {
  uint64_t quote = 0, backslash = 0, open = 0, close = 0;
};

#ifdef __SSE2__

BlockBits classify(const char* block) {
  BlockBits bits;
  for (unsigned i = 0; i < 4; ++i) {
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * i));
    // '[' and '{', and ']' and '}', differ in the bit 0x20 only.
    const __m128i folded = _mm_or_si128(text, _mm_set1_epi8(0x20));
    const auto mask = [i](__m128i equal) {
      return uint64_t{static_cast<uint32_t>(_mm_movemask_epi8(equal))} << (16 * i);
    };
    bits.quote |= mask(_mm_cmpeq_epi8(text, _mm_set1_epi8('"')));
    bits.backslash |= mask(_mm_cmpeq_epi8(text, _mm_set1_epi8('\\')));
    bits.open |= mask(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')));
    bits.close |= mask(_mm_cmpeq_epi8(folded, _mm_set1_epi8('}')));
  }
  return bits;
}

#else

constexpr uint64_t kLowBits = 0x7f7f7f7f7f7f7f7fULL;

// Bit i says whether byte i of the word equals the character.
uint64_t equalBytes(uint64_t word, char c) {
  const uint64_t zeroWhereEqual = word ^ (0x0101010101010101ULL * static_cast<unsigned char>(c));
  const uint64_t highBits = ~(((zeroWhereEqual & kLowBits) + kLowBits) | zeroWhereEqual | kLowBits);
  return ((highBits >> 7) * 0x0102040810204080ULL) >> 56;
}

BlockBits classify(const char* block) {
  BlockBits bits;
  for (unsigned i = 0; i < 8; ++i) {
    uint64_t word = 0;
    std::memcpy(&word, block + 8 * i, 8);
    if (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    const uint64_t folded = word | 0x2020202020202020ULL;
    bits.quote |= equalBytes(word, '"') << (8 * i);
    bits.backslash |= equalBytes(word, '\\') << (8 * i);
    bits.open |= equalBytes(folded, '{') << (8 * i);
    bits.close |= equalBytes(folded, '}') << (8 * i);
  }
  return bits;
}

#endif

// The compiler's own population count is a function call without -mpopcnt.
uint64_t countBits(uint64_t x) {
  x -= (x >> 1) & 0x5555555555555555ULL;
  x = (x & 0x3333333333333333ULL) + ((x >> 2) & 0x3333333333333333ULL);
  x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
  return (x * 0x0101010101010101ULL) >> 56;
}

// Bit i becomes the parity of bits 0 to i.
uint64_t prefixXor(uint64_t x) {
  for (unsigned shift = 1; shift < 64; shift *= 2) x ^= x << shift;
  return x;
}

// The characters that a backslash stands before. A run of backslashes escapes the character behind it when
// its length is odd: adding the run's first bit to the run carries to the bit behind it.
uint64_t escapedCharacters(uint64_t backslash, uint64_t& carry) {
  if (backslash == 0) {
    const uint64_t escaped = carry;
    carry = 0;
    return escaped;
  }
  constexpr uint64_t kEvenBits = 0x5555555555555555ULL;
  backslash &= ~carry;
  const uint64_t follows = backslash << 1 | carry;
  const uint64_t oddStarts = backslash & ~kEvenBits & ~follows;
  uint64_t evenRuns = 0;
  carry = __builtin_add_overflow(oddStarts, backslash, &evenRuns) ? 1 : 0;
  return (kEvenBits ^ (evenRuns << 1)) & follows;
}

}  // namespace

size_t BracketScanner::feedBlock(const char* block) {
  const BlockBits bits = classify(block);
  const uint64_t quote = bits.quote & ~escapedCharacters(bits.backslash, m_escaped);
  const uint64_t inString = prefixXor(quote) ^ m_inString;
  m_inString = (inString >> 63) != 0 ? ~uint64_t{0} : 0;
  const uint64_t open = bits.open & ~inString;
  uint64_t close = bits.close & ~inString;
  const uint64_t closers = countBits(close);
  if (closers < m_depth) {  // cannot come back to zero in this block
    m_depth += countBits(open) - closers;
    return kNotFound;
  }
  uint64_t brackets = open | close;
  while (brackets != 0) {
    const auto at = static_cast<size_t>(std::countr_zero(brackets));
    brackets &= brackets - 1;
    if ((open >> at & 1) != 0) {
      ++m_depth;
    } else if (m_depth <= 1) {
      return at + 1;
    } else {
      --m_depth;
    }
  }
  return kNotFound;
}

size_t BracketScanner::feed(std::string_view piece) {
  size_t at = 0;
  for (; piece.size() - at >= kBlock; at += kBlock) {
    if (const size_t end = feedBlock(piece.data() + at); end != kNotFound) return at + end;
  }
  if (at == piece.size()) return kNotFound;
  std::array<char, kBlock> tail;
  tail.fill(' ');
  std::memcpy(tail.data(), piece.data() + at, piece.size() - at);
  const size_t end = feedBlock(tail.data());
  return end == kNotFound ? kNotFound : at + end;
}

}  // namespace waybill::formats
