// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "acceptance/tally.h"
#include "base/result.h"

namespace waybill::acceptance {

// Does the engine name the service that was broken? Of slow traces by their first finding, of a window by its ranking.
// Of a fault on the network either end of an edge is right.
struct FaultScore {
  Share alone;        // slow traces, when only the fault's file is loaded
  Share baseline;     // the same, when a fault-free file says what is usual
  Share windowFirst;  // faults whose service stands first in the ranking of the file, with that baseline
  Share windowThree;  // … or among the first three
  Share silent;       // slow traces without any finding, alone or with the baseline
  Share agreeing;     // analyses of slow traces whose headline and first finding name the same step

  void merge(const FaultScore& other);
};

struct FaultTable {
  std::map<std::pair<std::string, std::string>, FaultScore> byType;  // by system and type
  FaultScore all;
  std::map<std::string, Share> normalFiles;  // traces with a high finding when the file is its own baseline
  std::vector<std::string> faults;           // a line each: where the answer goes wrong
  std::vector<std::string> troubles;         // files that could not be read
};

// The folder holds truth.json, [{"fault", "file", "normal", "service", "type", "system", "slow_traces"}], the files
// with the minutes of each fault, and fault-free ones.
Result<FaultTable> scoreFaults(const std::string& folder);

}  // namespace waybill::acceptance
