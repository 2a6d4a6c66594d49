// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acceptance/scene.h"

// What recordings of running systems look like: the fault is at least half of the response, and something beside it
// misleads. Not real: the misleading thing without a fault. Each takes a fresh scene.
namespace waybill::acceptance {

Plant clientTimeouts(Scene& s, bool real);  // R1
Plant mirrors(Scene& s, bool real);         // R2
Plant starvedCaller(Scene& s, bool real);   // R3
Plant streams(Scene& s, bool real);         // R4
Plant allSlow(Scene& s, bool real);         // R5
Plant lostRoot(Scene& s, bool real);        // R6
Plant unknownTimes(Scene& s, bool real);    // R7

enum class Where : uint8_t { Own, Leaf, Edge };

// A step that is slow in the requests that have the fault.
struct Fault {
  Where where = Where::Own;
  uint32_t operation = 0;
  double ms = 0;

  // A step at the scene's site, not slow yet; slow, it is that share of the response.
  static Fault add(Scene& s, Where where, double share);
  static Fault anywhere(Scene& s, double share);
  void make(System& system) const;
  System without(System system) const;  // the step takes no time at all
  // Puts it into the judged request, and says what is true of it.
  void plantInto(Plant& plant) const;
};

// Of the other requests: they are as they should be, there are none, or all have the fault too.
enum class Others : uint8_t { Usual, None, Slow };
constexpr uint32_t kOthers = 30;
// Unless the others are as usual, nobody knows what is: then `fixed` is what a fix comes to at most, or nothing.
void setOthers(Plant& plant, Others others, std::optional<System> fixed);
Others anyOthers(Scene& s);

// Nothing stands out.
Plant flatPlant(Scene& s, std::string shape);

}  // namespace waybill::acceptance
