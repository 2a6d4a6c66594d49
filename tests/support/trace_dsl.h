// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "otlp/fields.h"
#include "store/snapshot.h"

// Traces for tests, from a small text or from plain structs: encoded as real OTLP wire bytes and read by the
// store like any file.
namespace waybill::test {

// What the times of the text count from: 2026-01-01T00:00:00Z.
inline constexpr int64_t kEpochNs = 1'767'225'600'000'000'000;

struct LinkSpec {
  TraceId trace;
  uint64_t span = 0;
};

struct EventSpec {
  std::string name;
  uint64_t timeNs = 0;
  std::vector<std::pair<std::string, std::string>> attributes = {};
};

// A span as it stands on the wire.
struct SpanSpec {
  uint64_t id = 0;                  // 0: written empty
  uint64_t parent = 0;              // 0: none
  uint64_t startNs = 0, endNs = 0;  // since the Unix epoch; 0: missing
  std::string service = "svc";      // empty: no service.name
  std::string name = "op";
  otlp::SpanKind kind = otlp::SpanKind::Internal;
  bool error = false;
  TraceId trace{0, 1};
  // Whole numbers become ints, true and false bools, the rest texts.
  std::vector<std::pair<std::string, std::string>> attributes = {};
  std::vector<LinkSpec> links = {};
  std::vector<EventSpec> events = {};
  std::vector<std::pair<std::string, std::string>> resource = {};  // besides service.name
};

// One span a line; deeper indentation means child. Empty lines and lines that begin with # are skipped.
//
//   web POST /buy           0..155ms    SERVER id=1
//     payment POST /charge  2..152ms    CLIENT error {http.status_code=500, peer.service=bank}
//       db "SELECT 1"       10ms..?     parent=99 trace=2 link=2:1 event=retry@11ms
//
// The first word is the service ("" for none), then the name up to the time ("" for an empty one; quotes keep
// spaces), then in any order: kind, error, id=, parent= (none, or any id: orphans, cycles), trace=,
// link=[trace:]id, event=name@time, instance= (service.instance.id), {key=value, …}. Ids are hexadecimal; without id= the n-th span of the
// text gets 0x100 + n. Times are offsets from `epochNs` in ns, us, ms or s, may be negative, and take the
// unit of the end when they name none; ? is a missing time. Throws std::invalid_argument with the line for
// anything else.
std::vector<SpanSpec> parseTrace(std::string_view text, int64_t epochNs = kEpochNs);

// A TracesData message, spans in the order given.
std::string encode(std::span<const SpanSpec> spans);

// A snapshot whose row i is span i. Traces are indexed in order of first appearance.
std::shared_ptr<const store::Snapshot> snapshotOf(std::span<const SpanSpec> spans);
std::shared_ptr<const store::Snapshot> snapshotOf(std::string_view text, int64_t epochNs = kEpochNs);

// The first row with that span id.
std::optional<SpanRow> findRow(const store::Snapshot& snapshot, uint64_t spanId);

}  // namespace waybill::test
