// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/population.h"

namespace CLI {
class App;
}

namespace waybill::cli {

// --baseline SOURCE…: what is usual is learned from these alone.
void addBaselineOption(CLI::App& command, std::vector<std::string>& sources);

// What the traces of the snapshot are compared with: the sources, or without any, all that is loaded. None when nothing
// of the sources could be read, or they hold no trace; that is said on standard error then.
std::optional<std::shared_ptr<const analysis::Population>> populationFor(
    const std::shared_ptr<const store::Snapshot>& snapshot, const std::vector<std::string>& sources);

// Median times by the sources; all are unknown without any.
class NormalTimes {
 public:
  // None as above.
  static std::optional<NormalTimes> of(const std::vector<std::string>& sources);

  bool isKnown() const { return m_normal != nullptr; }
  // Nanoseconds; none where the sources have nothing of the kind. Of an operation, and of a span as its caller calls it.
  std::optional<int64_t> durationNs(const store::Snapshot& snapshot, SpanRow row) const;
  std::optional<int64_t> durationNs(const analysis::TraceTree& tree, analysis::NodeIndex node) const;
  // What a span itself has of the critical path: its own time, or of a call, the way to its server and back.
  std::optional<int64_t> ownNs(const analysis::TraceTree& tree, analysis::NodeIndex node) const;

 private:
  explicit NormalTimes(std::shared_ptr<const analysis::Usual> normal) : m_normal(std::move(normal)) {}
  std::shared_ptr<const analysis::Usual> m_normal;
};

// ", normally 12 ms", or nothing when it is not known.
std::string normallyText(const std::optional<int64_t>& ns);

}  // namespace waybill::cli
