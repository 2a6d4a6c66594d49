// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "analysis/population.h"
#include "store/snapshot.h"

namespace waybill::ui {

// Which traces show nothing but a stream, see analysis/streams.h. Of a store that grows only what is new is looked at
// again. One thread at a time.
class StreamMarks {
 public:
  // False when stop was asked for; what was looked at until then counts the next time. `population` may be null, or of
  // another store: then the spans alone tell.
  bool update(const store::Snapshot& snapshot, const std::shared_ptr<const analysis::Population>& population,
              size_t threads, const std::stop_token& stop);
  std::vector<bool> bits() const;  // by TraceIndex, of the snapshot last given

 private:
  struct Mark {
    uint32_t spans = 0;  // of the trace when it was looked at; 0: not yet
    bool isStream = false;
  };

  uint64_t m_storeId = 0;
  std::shared_ptr<const analysis::Population> m_population;
  std::vector<Mark> m_marks;  // by TraceIndex
};

}  // namespace waybill::ui
