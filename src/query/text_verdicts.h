// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "query/comparison.h"
#include "store/snapshot.h"

namespace waybill::query {

// What a comparison says of the interned texts of a snapshot, found once a text. One thread at a time.
class TextVerdicts {
 public:
  // Both must outlive it.
  TextVerdicts(const store::Snapshot& snapshot, const Comparison& comparison)
      : m_snapshot(snapshot), m_comparison(comparison) {}

  bool holdsFor(StringId id) {
    if (id.value >= m_known.size()) m_known.resize(size_t{id.value} + 1, kUnknown);
    if (m_known[id.value] == kUnknown) m_known[id.value] = m_comparison.holdsFor(m_snapshot.text(id)) ? 1 : 0;
    return m_known[id.value] == 1;
  }

 private:
  static constexpr uint8_t kUnknown = 2;
  const store::Snapshot& m_snapshot;
  const Comparison& m_comparison;
  std::vector<uint8_t> m_known;
};

// Things that one thread at a time may use, lent to the threads of a job: as many as there are threads are made.
template <typename T>
class Spares {
 public:
  explicit Spares(std::function<T()> make) : m_make(std::move(make)) {}

  // The thing; it comes back when the pointer goes.
  auto take() {
    std::unique_ptr<T> thing;
    {
      const std::lock_guard lock(m_mutex);
      if (!m_spares.empty()) {
        thing = std::move(m_spares.back());
        m_spares.pop_back();
      }
    }
    if (thing == nullptr) thing = std::make_unique<T>(m_make());
    const auto giveBack = [this](T* used) {
      const std::lock_guard lock(m_mutex);
      m_spares.emplace_back(used);
    };
    return std::unique_ptr<T, decltype(giveBack)>(thing.release(), giveBack);
  }

  // All that were lent and have come back.
  const std::vector<std::unique_ptr<T>>& all() const { return m_spares; }

 private:
  std::function<T()> m_make;
  std::mutex m_mutex;
  std::vector<std::unique_ptr<T>> m_spares;
};

}  // namespace waybill::query
