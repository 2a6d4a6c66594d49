// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/generator_random.h"
#include "support/simulator/random_system.h"
#include "support/simulator/recording.h"

// Faults planted into random systems, and things that look like them.
namespace waybill::acceptance {

namespace sim = test::sim;
using sim::Operation;
using sim::Protocol;
using sim::Spread;
using sim::Step;
using sim::StepKind;
using sim::System;
using test::Random;

// The request with the fault; the others are numbered from kFirstOther on. What they draw depends on it.
inline constexpr uint64_t kJudgedRequest = 7, kFirstOther = 100;

// A system with a fault in one request, and what is true of it.
struct Plant {
  std::string shape;           // in words, for the reader of a failure
  System judged;               // what the request with the fault runs
  System crowd;                // what all others run
  std::optional<System> late;  // what the last quarter of the others runs instead
  uint32_t crowdSize = 0;
  std::vector<uint32_t> blamed;      // operations; empty: nothing must be found
  std::vector<uint32_t> neutral;     // operations of which the same may truly be said, or not
  bool ancestorsAreNeutral = false;  // the fault makes its callers look the same
  std::optional<System> fixed;       // none: the saving is nobody's question
  bool endToEnd = false;             // the fault delays the last span, not the response
  bool nothingToSave = false;        // a finding of this kind saves nothing
  bool anywhere = false;             // a finding of this kind is right whatever it shows
  bool lowIsFine = false;            // of no fault: it may be told of at low severity
  bool wantsOddities = false;        // missing spans are the fault
  bool wantsExactTimes = false;      // wrong clocks would be a fault of this kind, or hide it

  // Shapes of the real world (judge_shape.h).
  std::vector<std::string_view> kinds = {};     // a finding of one of them names the fault
  std::optional<System> normal;                 // what runs when nothing is wrong; none: what the others run
  std::optional<uint32_t> blamedService;        // the one to be named
  std::vector<uint32_t> innocent = {};          // operations that are not to blame
  std::vector<std::string_view> untrue = {};    // kinds of which nothing may be said
  bool mediumIsFine = false;                    // what is said of the innocent, or untrue, may be of medium severity
  bool lowConfidenceIsFine = false;             // … or of low confidence
  bool isFlat = false;                          // nothing is to blame
  bool judgesSaving = false;                    // the innocent may be named, but not for more than a fix saves
  std::optional<System> otherFix;               // the better of the two fixes counts
  std::vector<uint32_t> partlyUnknown = {};     // operations of whose time the recording does not say all
  bool losesRoot = false, othersLoseRoots = false;
  std::vector<uint32_t> unknownTimes = {};      // operations whose spans have no start, no end, or one before the other
  double skewMs = 0;                            // clocks are off by so much at most
};

// Where a fault is planted: a random system, an operation in it that every request waits for once.
class Scene {
 public:
  explicit Scene(uint64_t seed);

  Random random;
  System system;   // without the fault
  double usualMs;  // its response, about
  uint32_t site;   // where to plant
  uint64_t seed;

  double pick(double a, double b) { return random.between(a, b); }
  uint32_t count(uint32_t a, uint32_t b) { return a + random.below(b - a + 1); }  // inclusive
  bool chance(double probability) { return random.chance(probability); }
  template <typename T>
  T oneOf(std::initializer_list<T> values) {
    return *(values.begin() + random.below(static_cast<uint32_t>(values.size())));
  }

  // Milliseconds that make up that share of the response once they are added.
  double ms(double share) const { return usualMs * share / (1 - share); }

  // A new operation that computes for so long, not called yet; a leaf belongs to the site's service, the
  // callee of a remote call to another.
  uint32_t add(Protocol protocol, Spread own);
  uint32_t addRemote(Spread own) { return add(chance(0.5) ? Protocol::Grpc : Protocol::Http, own); }
  uint32_t addLeaf(Spread own) {
    return add(oneOf({Protocol::Sql, Protocol::External, Protocol::Redis}), own);
  }
  Operation& operation(uint32_t id) { return system.operations[id]; }
  uint32_t siteService() const { return system.operations[site].service; }

  // Puts a step somewhere into the site's program, with some own time before and after.
  void plant(Step step);
  // The same where nobody waits for it.
  void plantOffPath(Step step);

  // Of that many milliseconds or more, a limit that people set.
  double roundLimitMs(double least) const;

  // The system as it is now in all three parts.
  Plant same(std::string shape) const;
  // Edits the program's step with that id.
  static System edited(System system, uint32_t stepId, const auto& edit) {
    edit(*system.find(stepId));
    return system;
  }
};

// Operations whose own time is worth at least that share of the response.
std::vector<uint32_t> heavyOperations(const System& system, uint64_t seed, uint64_t request, double share);
// Operations of which the way there and back is.
std::vector<uint32_t> heavyEdges(const System& system, uint64_t seed, uint64_t request, double share);

}  // namespace waybill::acceptance
