// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/otlp_json_file.h"

#include <algorithm>
#include <cstring>

#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::formats {
namespace {

using Kind = JsonDocuments::Extent::Kind;
using simdjson::error_code;

std::string_view reasonOf(error_code error) {
  switch (error) {
    case simdjson::UNCLOSED_STRING:
      return "a text without its closing quote";
    case simdjson::DEPTH_ERROR:
      return "brackets nested too deep";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return "a bracket that is never closed";
    case simdjson::EMPTY:
      return "nothing where a value was expected";
    case simdjson::MEMALLOC:
      return "not enough memory for it";
    default:
      return "something other than the JSON that was expected";
  }
}

// Control characters become spaces, bytes that are no UTF-8 question marks. Offsets stay.
void replaceUnreadable(char* text, size_t size) {
  for (size_t at = 0; at < size;) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x80) {
      if (c < 0x20) text[at] = ' ';
      ++at;
      continue;
    }
    const size_t length = utf8SequenceLength({text + at, size - at});
    if (length == 0) text[at] = '?';
    at += std::max<size_t>(length, 1);
  }
}

}  // namespace

OtlpJsonFile::OtlpJsonFile(ReaderInput& input, WireSink& sink, std::stop_token stop)
    : m_input(input),
      m_file(input.path()),
      m_sink(sink),
      m_stop(std::move(stop)),
      m_documents(m_input),
      m_reader(sink, m_file, input.reach(kPartBytes) ? JsonDocuments::kLargeBytes : input.bytes().size(), m_stop) {}

OtlpJsonFile::OtlpJsonFile(const OtlpJsonFile& whole, ReaderInput& input, uint64_t begin, WireSink& sink)
    : m_input(input),
      m_file(whole.m_file),
      m_sink(sink),
      m_stop(whole.m_stop),
      m_documents(m_input),
      m_reader(sink, m_file, input.bytes().size() - begin, m_stop) {
  m_documents.continueAt(begin);
}

Result<void> OtlpJsonFile::read() {
  while (!m_fatal && !m_reader.stopped()) {
    const JsonDocuments::Extent extent = m_documents.next();
    if (m_reader.stopAsked()) break;
    if (extent.kind == Kind::Document) {
      addToPart(extent);
    } else {
      givePart();
      if (extent.kind == Kind::End) break;
      readExtent(extent);
    }
    m_reader.lookForStop(extent.begin);
  }
  m_reader.finish();
  finishParts();
  return conclude();
}

OtlpJsonFile::PartResult OtlpJsonFile::readPart() {
  while (!m_fatal && !m_reader.stopped()) {
    const JsonDocuments::Extent extent = m_documents.next();
    if (extent.kind == Kind::End) break;
    readExtent(extent);
  }
  m_reader.finish();
  return {m_reader.found(), m_firstProblem, m_fatal};
}

void OtlpJsonFile::addToPart(const JsonDocuments::Extent& extent) {
  if (m_partBegin == m_partEnd) m_partBegin = extent.begin;
  m_partEnd = extent.end;
  if (m_partEnd - m_partBegin >= kPartBytes) givePart();
}

void OtlpJsonFile::givePart() {
  if (m_partBegin == m_partEnd) return;
  m_reader.finish();  // what was read before comes first
  // What is read here by then may have grown into another mapping.
  m_sink.part([this, result = &m_parts.emplace_back(), mapping = m_input.mapping(), begin = m_partBegin,
               end = m_partEnd](WireSink& sink) {
    ReaderInput input(mapping, end);
    *result = OtlpJsonFile(*this, input, begin, sink).readPart();
  });
  m_partBegin = m_partEnd;
}

void OtlpJsonFile::finishParts() {
  m_sink.finishParts();
  for (const PartResult& part : m_parts) {
    m_reader.addFound(part.found);
    if (m_firstProblem.empty()) m_firstProblem = part.firstProblem;
    if (!m_fatal) m_fatal = part.fatal;
  }
}

void OtlpJsonFile::readExtent(const JsonDocuments::Extent& extent) {
  switch (extent.kind) {
    case Kind::Document:
      return readDocument(extent.begin, extent.end);
    case Kind::Broken:
      return readCut(extent.begin, extent.end, DiagnosticKind::UnreadableRecord,
                     "a JSON line that ends too early", Shape::Anything);
    case Kind::Truncated: {
      m_documents.resumeInside(extent.begin, extent.end);
      const uint64_t next = m_documents.at();
      if (next == extent.end) {
        return readCut(extent.begin, extent.end, DiagnosticKind::TruncatedTail,
                       "the file ends in the middle of a JSON document", Shape::Anything);
      }
      return readCut(extent.begin, next, DiagnosticKind::UnreadableRecord,
                     "a JSON document that ends too early", Shape::Anything);
    }
    case Kind::Large: {
      const char first = byteAt(extent.begin);
      const auto end =
          first == '{' ? readLargeObject(extent.begin, 0) : readLargeArray(extent.begin, Shape::Anything, 0);
      if (end) return m_documents.continueAt(*end);
      return m_documents.resumeInside(extent.begin, m_input.whole().size());
    }
    case Kind::Garbage:
      return note(DiagnosticKind::UnreadableRecord, extent.begin, "text that is no JSON");
    case Kind::End:
      return;
  }
}

void OtlpJsonFile::readDocument(uint64_t begin, uint64_t end) {
  const std::string_view text = m_input.bytes().substr(begin, end - begin);
  const auto readTo = readWhole(begin, end, Shape::Anything);
  if (!readTo) return m_documents.resumeInside(begin, end);
  if (text.find_first_not_of(" \t\r\n", *readTo) == text.npos) return;
  m_documents.expectSeveralOnALine();
  m_documents.continueAt(begin + *readTo);
}

// How far the text was read; nullopt when it is damaged.
std::optional<size_t> OtlpJsonFile::readWhole(uint64_t begin, uint64_t end, Shape shape) {
  const OtlpJsonReader::Outcome outcome = parse(m_input.bytes().substr(begin, end - begin), begin, shape);
  if (outcome.error == simdjson::SUCCESS) return m_reader.stopped() || m_fatal ? end - begin : outcome.end;
  noteDamage(begin + outcome.errorAt, outcome.error);
  return std::nullopt;
}

void OtlpJsonFile::noteDamage(uint64_t offset, error_code error) {
  note(DiagnosticKind::UnreadableRecord, offset, reasonOf(error));
}

// What was whole before the cut is kept.
void OtlpJsonFile::readCut(uint64_t begin, uint64_t end, DiagnosticKind kind, std::string_view why,
                           Shape shape) {
  note(kind, kind == DiagnosticKind::TruncatedTail ? end : begin, why);
  const std::string closed = closeAfterLastSpan(m_input.bytes().substr(begin, end - begin));
  if (!closed.empty()) (void)parse(closed, begin, shape);
}

OtlpJsonReader::Outcome OtlpJsonFile::parse(std::string_view text, uint64_t offset, Shape shape) {
  if (text.size() > kMaxDocumentBytes) {
    m_fatal = Error{"holds a single JSON record of " + bytesText(text.size()) + " at byte " +
                    std::to_string(offset) +
                    ", more than the 4 GB that can be read at once; save it as JSON Lines."};
    return {};
  }
  const size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
  if (m_bufferBytes < needed) {
    m_bufferBytes = std::max(needed, std::min<size_t>(m_bufferBytes * 2, JsonDocuments::kLargeBytes));
    m_buffer.reset(new char[m_bufferBytes]);
  }
  std::memcpy(m_buffer.get(), text.data(), text.size());
  std::memset(m_buffer.get() + text.size(), 0, simdjson::SIMDJSON_PADDING);
  const std::string_view copy(m_buffer.get(), text.size());
  OtlpJsonReader::Outcome outcome = m_reader.read(copy, offset, shape);
  if (outcome.error == simdjson::UTF8_ERROR || outcome.error == simdjson::UNESCAPED_CHARS) {
    note(DiagnosticKind::UnreadableRecord, offset,
         "characters that JSON does not allow were replaced; the spans around them are kept");
    replaceUnreadable(m_buffer.get(), text.size());
    outcome = m_reader.read(copy, offset, shape);
  }
  return outcome;
}

void OtlpJsonFile::note(DiagnosticKind kind, uint64_t offset, std::string_view why) {
  std::string example;
  if (m_sink.diagnostics().count(kind) == 0 || m_firstProblem.empty()) {
    example = m_documents.place(offset) + ": " + std::string(why);
    if (m_firstProblem.empty()) m_firstProblem = example;
  }
  m_sink.diagnostics().add(kind, m_file, offset, example);
}

Result<void> OtlpJsonFile::conclude() {
  if (m_fatal) return *m_fatal;
  if (m_reader.stopped()) return {};
  m_sink.progress(m_input.bytes().size());
  m_reader.noteOtherSignals();
  if (m_reader.found().wroteAny) return {};
  if (!m_firstProblem.empty()) {
    return Error{"is damaged JSON (" + m_firstProblem +
                 "), and no span could be read from it; export it again."};
  }
  if (m_reader.found().spans) return {};
  if (m_reader.found().otherSignal()) return Error{"holds OTLP " + m_reader.otherSignals() + " and no traces."};
  return Error{"is JSON without spans (no resourceSpans in it)."};
}

}  // namespace waybill::formats
