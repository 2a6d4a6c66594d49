// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstddef>
#include <iterator>

namespace waybill {

// Goes through things that are made when they are asked for, by place: a random access iterator over any class with
// `Value operator[](size_t) const`. The class must outlive it.
template <typename Things, typename Value>
class IndexIterator {
 public:
  struct Pointer {
    Value value;
    const Value* operator->() const { return &value; }
  };
  using iterator_category = std::random_access_iterator_tag;
  using value_type = Value;
  using difference_type = std::ptrdiff_t;
  using pointer = Pointer;
  using reference = Value;

  IndexIterator() = default;
  IndexIterator(const Things& things, size_t at) : m_things(&things), m_at(static_cast<difference_type>(at)) {}

  Value operator*() const { return (*m_things)[static_cast<size_t>(m_at)]; }
  Pointer operator->() const { return {**this}; }
  Value operator[](difference_type n) const { return *(*this + n); }
  IndexIterator& operator+=(difference_type n) {
    m_at += n;
    return *this;
  }
  IndexIterator& operator-=(difference_type n) { return *this += -n; }
  IndexIterator& operator++() { return *this += 1; }
  IndexIterator& operator--() { return *this += -1; }
  IndexIterator operator++(int) {
    const IndexIterator before = *this;
    ++*this;
    return before;
  }
  IndexIterator operator--(int) {
    const IndexIterator before = *this;
    --*this;
    return before;
  }
  friend IndexIterator operator+(IndexIterator it, difference_type n) { return it += n; }
  friend IndexIterator operator+(difference_type n, IndexIterator it) { return it += n; }
  friend IndexIterator operator-(IndexIterator it, difference_type n) { return it -= n; }
  friend difference_type operator-(const IndexIterator& a, const IndexIterator& b) { return a.m_at - b.m_at; }
  bool operator==(const IndexIterator& other) const { return m_at == other.m_at; }
  auto operator<=>(const IndexIterator& other) const { return m_at <=> other.m_at; }

 private:
  const Things* m_things = nullptr;
  difference_type m_at = 0;
};

}  // namespace waybill
