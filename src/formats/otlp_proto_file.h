// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "formats/otlp_message.h"
#include "formats/trace_format.h"

namespace waybill::formats {

// Reads one input of OTLP protobuf without copying it: the sink gets slices of the mapped file, cut between
// ResourceSpans, since any run of those is a TracesData message.
class OtlpProtoFile {
 public:
  OtlpProtoFile(ReaderInput& input, WireSink& sink, std::stop_token stop);

  Result<void> read();

 private:
  bool reach(uint64_t size);
  void readBare(uint64_t begin, uint64_t end);
  bool takeWholeField(uint64_t at, uint64_t end, WireField& field);
  void readFramed();
  bool takeLength(uint64_t at, uint64_t& begin, uint64_t& length) const;
  bool beginsMessage(uint64_t at) const;
  // Where the next message, or ResourceSpans, that can be told begins; the input's end when there is none.
  uint64_t findNext(uint64_t from, uint64_t end) const;
  void readCut(uint64_t begin, uint64_t end);

  void send(uint64_t begin, uint64_t end);
  void flushPart();
  void sendMade(otlp::WireWriter& wire, uint64_t offset);
  void countOther(Signal signal, uint64_t offset);
  void note(DiagnosticKind kind, uint64_t offset, std::string_view example);
  bool lookForStop(uint64_t offset);
  Result<void> conclude();
  friend class CutResourceSpans;

  ReaderInput& m_source;
  std::string_view m_input;  // what of it can be read
  WireSink& m_sink;
  const std::stop_token m_stop;
  Framing m_framing = Framing::None;
  std::shared_ptr<const Chunk> m_chunk;  // the window that slices are taken from
  std::vector<std::string_view> m_part;  // messages of the window that wait until they are worth a part
  uint64_t m_partBytes = 0;
  int m_cuts = 0;
  bool m_stopped = false;
  bool m_sentAny = false;
  bool m_damaged = false;
  bool m_sawTraces = false;           // or an empty list of them
  std::array<uint64_t, 6> m_other{};  // messages or resources by Signal
  uint64_t m_firstOther = 0;
};

}  // namespace waybill::formats
