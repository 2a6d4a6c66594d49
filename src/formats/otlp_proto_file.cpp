// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/otlp_proto_file.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "formats/cut_resource_spans.h"
#include "otlp/fields.h"

namespace waybill::formats {
namespace {

constexpr uint64_t kSliceBytes = kPartBytes;  // a message is cut into
// Smaller inputs are copied: a folder of many small files would need as many mappings, whose number is
// limited.
constexpr uint64_t kCopyBelow = uint64_t{256} << 10;
constexpr int kMaxCuts = 16;  // messages whose whole spans are saved: each may cost a walk to the end
constexpr uint64_t kMaxLengthBytes = 5;
constexpr uint64_t kLookAhead = uint64_t{64} << 10;  // enough to tell a signal

}  // namespace

OtlpProtoFile::OtlpProtoFile(ReaderInput& input, WireSink& sink, std::stop_token stop)
    : m_source(input), m_input(input.bytes()), m_sink(sink), m_stop(std::move(stop)) {}

bool OtlpProtoFile::reach(uint64_t size) {
  const bool reached = m_source.reach(size);
  m_input = m_source.bytes();
  return reached;
}

Result<void> OtlpProtoFile::read() {
  reach(kLookAhead);
  m_framing = framingOf(m_input.substr(0, kLookAhead)).framing;
  if (m_framing == Framing::None || m_framing == Framing::Bare) {
    readBare(0, UINT64_MAX);
  } else {
    readFramed();
  }
  flushPart();
  return conclude();
}

// The field at `at`, which is cut only where the message, or the input, ends.
bool OtlpProtoFile::takeWholeField(uint64_t at, uint64_t end, WireField& field) {
  while (true) {
    std::string_view rest = m_input.substr(at, end - at);
    const bool readable = takeField(rest, field);
    if ((readable && !field.isCut) || m_input.size() >= end || !reach(m_input.size() + 1)) return readable;
  }
}

// A run of ResourceSpans: the bytes of one message, or all of the input.
void OtlpProtoFile::readBare(uint64_t begin, uint64_t end) {
  uint64_t slice = begin;
  for (uint64_t at = begin; at < end && reach(at + 1) && !m_stopped;) {
    WireField field;
    const bool readable = takeWholeField(at, end, field);
    const bool isResource =
        readable && field.number == otlp::traces_data::kResourceSpans && field.type == WireField::Type::Bytes;
    if (readable && !field.isCut) {
      const Signal signal = isResource ? signalOfResource(field.payload) : Signal::Undecided;
      const uint64_t next = at + field.whole.size();
      if (signal == Signal::Metrics || signal == Signal::Logs || signal == Signal::Profiles) {
        send(slice, at);
        countOther(signal, at);
        slice = next;
      } else if (next - slice > kSliceBytes) {
        if (at > slice && next - slice > kSliceBytes * 2) {
          send(slice, at);
          slice = at;
        }
        send(slice, next);
        slice = next;
      }
      at = next;
      continue;
    }
    send(slice, at);
    if (lookForStop(at)) return;
    reach(UINT64_MAX);
    end = std::min<uint64_t>(end, m_input.size());
    if (isResource && m_cuts < kMaxCuts &&
        signalOfResource(field.payload.substr(0, kLookAhead)) == Signal::Traces) {
      ++m_cuts;
      note(DiagnosticKind::TruncatedTail, at, "a ResourceSpans message is cut; its whole spans were kept");
      at += CutResourceSpans(*this).read(at, field.payload);
    } else if (isResource && signalOfResource(field.payload.substr(0, kLookAhead)) != Signal::None) {
      note(DiagnosticKind::TruncatedTail, at, "the file ends in the middle of a message");
      ++at;
    } else {
      note(DiagnosticKind::UnreadableRecord, at, "bytes that are no ResourceSpans");
      ++at;
    }
    slice = at = findNext(at, end);
  }
  if (!m_stopped) send(slice, std::min<uint64_t>(end, m_input.size()));
}

bool OtlpProtoFile::takeLength(uint64_t at, uint64_t& begin, uint64_t& length) const {
  if (m_framing == Framing::BigEndianLength) {
    if (m_input.size() - at < 4) return false;
    length = loadBigEndian32(m_input.data() + at);
    begin = at + 4;
    return true;
  }
  length = 0;
  for (uint64_t i = 0; i < kMaxLengthBytes && at + i < m_input.size(); ++i) {
    const auto byte = static_cast<unsigned char>(m_input[at + i]);
    length |= uint64_t{byte & 0x7FU} << (7 * i);
    if (byte < 0x80) {
      begin = at + i + 1;
      return true;
    }
  }
  return false;
}

// A length and a message, whole or cut by the end of the input.
bool OtlpProtoFile::beginsMessage(uint64_t at) const {
  uint64_t begin = 0;
  uint64_t length = 0;
  if (!takeLength(at, begin, length)) return false;
  const Signal signal = signalOfMessage(m_input.substr(begin, std::min(length, kLookAhead)));
  return length > 0 && signal != Signal::None &&
         (length <= m_input.size() - begin || signal != Signal::Undecided);
}

void OtlpProtoFile::readFramed() {
  for (uint64_t at = 0; reach(at + 1) && !lookForStop(at);) {
    uint64_t begin = 0;
    uint64_t length = 0;
    reach(at + kMaxLengthBytes);
    if (!takeLength(at, begin, length)) {
      return note(DiagnosticKind::TruncatedTail, at, "the file ends in the middle of a message's length");
    }
    const bool isCut = !reach(begin + length);
    if (length == 0) reach(UINT64_MAX);
    if (m_stopped || (isCut && lookForStop(at))) return;
    const uint64_t left = m_input.size() - begin;
    if (length == 0 && left > 0 && beginsMessage(begin)) {  // an empty message
      at = begin;
      continue;
    }
    const Signal signal = signalOfMessage(m_input.substr(begin, std::min({length, left, kLookAhead})));
    if (length == 0 || signal == Signal::None ||
        (isCut && signal == Signal::Undecided && left > kLookAhead)) {
      note(DiagnosticKind::UnreadableRecord, at, "bytes that are no length and OTLP message");
      reach(UINT64_MAX);
      at = findNext(at + 1, m_input.size());
      continue;
    }
    if (signal == Signal::Metrics || signal == Signal::Logs || signal == Signal::Profiles) {
      countOther(signal, at);
    } else if (!isCut) {
      readBare(begin, begin + length);
    } else {
      note(DiagnosticKind::TruncatedTail, at, "the file ends in the middle of a message");
      readCut(begin, m_input.size());
    }
    at = begin + std::min(length, left);
  }
}

// The whole ResourceSpans of a message that the input's end cuts, and the whole spans of the last.
void OtlpProtoFile::readCut(uint64_t begin, uint64_t end) {
  uint64_t at = begin;
  std::string_view rest = m_input.substr(begin, end - begin);
  WireField field;
  while (takeField(rest, field) && !field.isCut) at += field.whole.size();
  send(begin, at);
  if (field.isCut && field.number == otlp::traces_data::kResourceSpans)
    CutResourceSpans(*this).read(at, field.payload);
}

uint64_t OtlpProtoFile::findNext(uint64_t from, uint64_t end) const {
  const bool framed = m_framing == Framing::BigEndianLength;
  for (uint64_t at = from + (framed ? 4 : 0); at < end; ++at) {
    const void* const found = std::memchr(m_input.data() + at, '\x0A', end - at);
    if (found == nullptr) return end;
    at = static_cast<uint64_t>(static_cast<const char*>(found) - m_input.data());
    if (framed && end == m_input.size()) {
      if (beginsMessage(at - 4)) return at - 4;
      continue;
    }
    std::string_view rest = m_input.substr(at, end - at);
    WireField field;
    if (takeField(rest, field) && !field.isCut && field.type == WireField::Type::Bytes &&
        signalOfResource(field.payload) == Signal::Traces) {
      return at;
    }
  }
  return end;
}

void OtlpProtoFile::send(uint64_t begin, uint64_t end) {
  if (begin >= end || lookForStop(end)) return;
  m_sawTraces = true;
  if (end - begin > Chunk::kMaxBytes) {
    return note(DiagnosticKind::MessageTooLarge, begin,
                "a ResourceSpans message of more than 4 GB was left out");
  }
  const bool fits =
      m_chunk && begin >= m_chunk->fileOffset() && end <= m_chunk->fileOffset() + m_chunk->bytes().size();
  if (!fits && !reach(kCopyBelow)) {
    flushPart();
    std::unique_ptr<char[]> copy(new char[m_input.size()]);
    std::memcpy(copy.get(), m_input.data(), m_input.size());
    m_chunk = Chunk::owned(std::shared_ptr<const char[]>(std::move(copy)), m_input.size(), m_source.path(), 0);
  } else if (!fits) {
    flushPart();
    const auto& mapping = m_source.mapping();
    m_chunk = Chunk::window(mapping, begin, std::min(Chunk::kMaxBytes, mapping->bytes().size() - begin));
  }
  m_sentAny = true;
  m_part.push_back(m_chunk->bytes().substr(begin - m_chunk->fileOffset(), end - begin));
  m_partBytes += end - begin;
  if (m_partBytes >= kPartBytes) flushPart();
}

void OtlpProtoFile::flushPart() {
  if (m_part.empty()) return;
  m_sink.part([chunk = m_chunk, messages = std::exchange(m_part, {})](WireSink& sink) {
    for (const std::string_view message : messages) sink.message(chunk, message);
  });
  m_partBytes = 0;
}

void OtlpProtoFile::sendMade(otlp::WireWriter& wire, uint64_t offset) {
  m_sentAny = m_sawTraces = true;
  flushPart();
  const auto chunk = m_sink.keep(wire, m_source.path(), offset);
  m_sink.message(chunk, chunk->bytes());
}

bool OtlpProtoFile::lookForStop(uint64_t offset) {
  m_sink.progress(offset);
  m_stopped = m_stopped || m_stop.stop_requested() || m_sink.full();
  return m_stopped;
}

void OtlpProtoFile::countOther(Signal signal, uint64_t offset) {
  if (std::all_of(m_other.begin(), m_other.end(), [](uint64_t count) { return count == 0; }))
    m_firstOther = offset;
  ++m_other[static_cast<size_t>(signal)];
}

void OtlpProtoFile::note(DiagnosticKind kind, uint64_t offset, std::string_view example) {
  m_damaged = true;
  m_sink.diagnostics().add(kind, m_source.path(), offset, example);
}

Result<void> OtlpProtoFile::conclude() {
  if (m_stopped) return {};
  m_sink.progress(m_input.size());
  std::string names;
  std::string example;
  uint64_t others = 0;
  for (const Signal signal : {Signal::Metrics, Signal::Logs, Signal::Profiles}) {
    const uint64_t count = m_other[static_cast<size_t>(signal)];
    if (count == 0) continue;
    others += count;
    const std::string name(signalName(signal));
    names += (names.empty() ? "" : " and ") + name;
    example += (example.empty() ? "" : ", ") + std::to_string(count) + " " + name;
  }
  if (others > 0)
    m_sink.diagnostics().add(DiagnosticKind::OtherSignal, m_source.path(), m_firstOther, example, others);
  if (m_sentAny) return {};
  if (others > 0 && !m_sawTraces) return Error{"holds OTLP " + names + " and no traces."};
  if (m_damaged)
    return Error{"is damaged OTLP protobuf, and no span could be read from it; export it again."};
  return {};
}

}  // namespace waybill::formats
