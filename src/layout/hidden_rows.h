// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "layout/row_order.h"

namespace waybill::layout {

// The outermost collapsed rows of an order: those that are collapsed and seen. What they hide are stretches of
// the order that never overlap, so that one sum over them turns places into rows and back. A bit a place, and
// a segment tree over blocks of 64 places: about half a byte a place. O(log n) but where it says otherwise.
class HiddenRows {
 public:
  explicit HiddenRows(const RowOrder& order);  // hides nothing

  uint32_t count() const { return m_sums[1].rows; }  // of hidden places
  bool isHidden(uint32_t place) const { return before(place).end > place; }
  uint32_t rowOf(uint32_t place) const { return place - before(place).rows; }  // of one that is not hidden
  uint32_t placeAt(uint32_t row) const;                                        // row < places - count()
  uint32_t lastBefore(uint32_t place) const;                                   // there is one
  std::optional<uint32_t> firstFrom(uint32_t place) const;

  // Sets and clears places in ascending order; nothing else may be asked until update(), which costs O(log n) a
  // changed block, at most O(n / 64).
  void set(uint32_t place);
  void clear(uint32_t place);
  void update();
  void clearAll();  // O(n / 64)

 private:
  static constexpr uint32_t kBlock = 64;

  // Over some outermost collapsed rows: how many places they hide, and where the last of them ends.
  struct Sums {
    uint32_t rows = 0, end = 0;

    void add(const Sums& other) {
      rows += other.rows;
      end = other.end > end ? other.end : end;
    }
  };

  Sums before(uint32_t place) const;  // of places before that one
  Sums sumsOf(uint32_t block, uint64_t word) const;
  void change(uint32_t block);

  RowOrder m_order;
  std::vector<uint64_t> m_words;    // a bit a place: outermost collapsed
  uint32_t m_leaves;                // a power of two
  std::vector<Sums> m_sums;         // a heap-ordered tree: the children of i are 2i and 2i + 1
  std::vector<uint32_t> m_changed;  // blocks since update()
};

}  // namespace waybill::layout
