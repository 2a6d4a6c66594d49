// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace waybill {

// Memory of so many bytes is a mapping of its own (glibc's DEFAULT_MMAP_THRESHOLD_MAX), given back when it is freed, so
// that what is asked for it concerns nobody else.
inline constexpr size_t kLargeBytes = size_t{32} << 20;

// Asks the system to back memory that is going to be written from end to end with pages of megabytes instead of
// kilobytes: a fault for each small page, and finding it again in no order, costs more than the writing. Before it is
// first written; changes nothing where it is less than kLargeBytes, or where the system does not do so. Any thread.
void useLargePages(void* memory, size_t bytes);

// Room for `count` elements on such pages, for a vector that will be as long.
template <typename T>
void reserveLarge(std::vector<T>& vector, size_t count) {
  vector.reserve(count);
  useLargePages(vector.data(), vector.capacity() * sizeof(T));
}

// A vector of given size on such pages.
template <typename T>
std::vector<T> largeVector(size_t count, const T& value = T()) {
  std::vector<T> out;
  reserveLarge(out, count);
  out.resize(count, value);
  return out;
}

// Elements that are not set.
template <typename T>
std::unique_ptr<T[]> makeLarge(size_t count) {
  auto out = std::make_unique_for_overwrite<T[]>(count);
  useLargePages(out.get(), count * sizeof(T));
  return out;
}

// For LargeColumn.
template <typename T>
struct LargePageAllocator : std::allocator<T> {
  template <typename U>
  struct rebind {
    using other = LargePageAllocator<U>;
  };
  T* allocate(size_t count) {
    T* const memory = std::allocator<T>::allocate(count);
    useLargePages(memory, count * sizeof(T));
    return memory;
  }
  template <typename U>
  void construct(U* at) {
    ::new (static_cast<void*>(at)) U;  // not set, where U says nothing else
  }
  template <typename U, typename... Args>
  void construct(U* at, Args&&... args) {
    std::construct_at(at, std::forward<Args>(args)...);
  }
};

// A vector on such pages whose elements are not set by making it: by several threads they are better set once, in the
// parts that each goes on with.
template <typename T>
using LargeColumn = std::vector<T, LargePageAllocator<T>>;

}  // namespace waybill
