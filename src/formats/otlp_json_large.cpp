// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "formats/json_scalar.h"
#include "formats/otlp_json_file.h"

namespace waybill::formats {
namespace {

constexpr std::string_view kBehindScalar = ",]} \t\r\n";
constexpr int kMaxLargeDepth = 4;  // of wrappers and arrays around the list of ResourceSpans

bool isSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace

uint64_t OtlpJsonFile::skipSpace(uint64_t at) {
  while (has(at) && isSpace(byteAt(at))) ++at;
  return at;
}

// Says what is wrong at `at`: the input ends there, or goes on in a way that JSON does not.
std::nullopt_t OtlpJsonFile::damaged(uint64_t at) {
  if (m_reader.stopAsked()) return std::nullopt;
  if (!has(at)) {
    note(DiagnosticKind::TruncatedTail, m_input.bytes().size(), "the file ends in the middle of a JSON document");
  } else {
    note(DiagnosticKind::UnreadableRecord, at, "something other than the JSON that was expected");
  }
  return std::nullopt;
}

// One past the closing quote of the text that begins at `begin`.
std::optional<uint64_t> OtlpJsonFile::endOfText(uint64_t begin) {
  for (uint64_t at = begin + 1; has(at); ++at) {
    if (byteAt(at) == '"') return at + 1;
    if (byteAt(at) == '\\') ++at;
  }
  return damaged(m_input.bytes().size());
}

std::optional<uint64_t> OtlpJsonFile::skipValue(uint64_t begin) {
  const char first = has(begin) ? byteAt(begin) : '\0';
  if (first == '"') return endOfText(begin);
  if (first == '{' || first == '[') {
    const size_t end =
        findJsonEnd(m_input, begin, SIZE_MAX, [this](uint64_t at) { return m_reader.lookForStop(at); });
    return end == std::string_view::npos ? damaged(m_input.bytes().size()) : std::optional<uint64_t>(end);
  }
  uint64_t end = begin;
  while (has(end) && kBehindScalar.find(byteAt(end)) == std::string_view::npos) ++end;
  return end == begin || !has(end) ? damaged(end) : std::optional<uint64_t>(end);
}

// Takes the comma behind an element, or the closing bracket, which ends the walk.
std::optional<uint64_t> OtlpJsonFile::afterElement(uint64_t at, char closing, bool& more) {
  at = skipSpace(at);
  if (!has(at)) return damaged(at);
  more = byteAt(at) == ',';
  if (!more && byteAt(at) != closing) return damaged(at);
  return at + 1;
}

std::optional<uint64_t> OtlpJsonFile::readLargeObject(uint64_t begin, int depth) {
  uint64_t at = skipSpace(begin + 1);
  if (has(at) && byteAt(at) == '}') return at + 1;
  for (bool more = true; more;) {
    at = skipSpace(at);
    if (!has(at) || byteAt(at) != '"') return damaged(at);
    const auto keyEnd = endOfText(at);
    if (!keyEnd) return std::nullopt;
    std::string key(m_input.bytes().substr(at + 1, *keyEnd - at - 2));
    key.resize(unescapeJson(std::string(key), key.data()));
    at = skipSpace(*keyEnd);
    if (!has(at) || byteAt(at) != ':') return damaged(at);
    at = skipSpace(at + 1);
    if (!has(at)) return damaged(at);
    const auto kind = m_reader.rootKey(key);
    if (kind == OtlpJsonReader::RootKey::PartOfResourceSpans && (byteAt(at) == '{' || byteAt(at) == '[')) {
      return readLargeElement(begin, Shape::ResourceSpans, depth);
    }
    const auto end = readLargeField(kind, at, depth);
    if (!end) return std::nullopt;
    const auto next = afterElement(*end, '}', more);
    if (!next) return std::nullopt;
    at = *next;
  }
  return at;
}

std::optional<uint64_t> OtlpJsonFile::readLargeField(OtlpJsonReader::RootKey kind, uint64_t value,
                                                     int depth) {
  const char first = byteAt(value);
  const bool isWrapper = kind == OtlpJsonReader::RootKey::Wrapper && depth < kMaxLargeDepth;
  if (kind == OtlpJsonReader::RootKey::ResourceSpans && first == '[') {
    return readLargeArray(value, Shape::ResourceSpans, depth + 1);
  }
  if (isWrapper && first == '{') return readLargeObject(value, depth + 1);
  if (isWrapper && first == '[') return readLargeArray(value, Shape::Anything, depth + 1);
  return skipValue(value);
}

std::optional<uint64_t> OtlpJsonFile::readLargeArray(uint64_t begin, Shape shape, int depth) {
  uint64_t at = skipSpace(begin + 1);
  if (has(at) && byteAt(at) == ']') return at + 1;
  for (bool more = true; more;) {
    at = skipSpace(at);
    if (!has(at)) return damaged(at);
    const auto end = byteAt(at) == '{' ? readLargeElement(at, shape, depth) : skipValue(at);
    if (!end || m_reader.lookForStop(*end)) return std::nullopt;
    const auto next = afterElement(*end, ']', more);
    if (!next) return std::nullopt;
    at = *next;
  }
  return at;
}

// Read at once, unless it may be an object around a long list.
std::optional<uint64_t> OtlpJsonFile::readLargeElement(uint64_t begin, Shape shape, int depth) {
  const auto stop = [this](uint64_t at) { return m_reader.lookForStop(at); };
  const bool mayHoldList = shape == Shape::Anything && depth < kMaxLargeDepth;
  const size_t limit = mayHoldList ? JsonDocuments::kLargeBytes : SIZE_MAX;
  const size_t end = findJsonEnd(m_input, begin, limit, stop);
  if (m_reader.stopAsked()) return std::nullopt;
  if (end == std::string_view::npos) {
    if (mayHoldList && has(begin + limit)) return readLargeObject(begin, depth + 1);
    readCut(begin, m_input.bytes().size(), DiagnosticKind::TruncatedTail,
            "the file ends in the middle of a JSON document", shape);
    return std::nullopt;
  }
  const bool isLarge = shape == Shape::ResourceSpans && end - begin > JsonDocuments::kLargeBytes;
  if (isLarge && readSplitResourceSpans(begin)) {
    return m_reader.stopAsked() ? std::nullopt : std::optional<uint64_t>(end);
  }
  (void)readWhole(begin, end, shape);  // a damaged one is counted; the next may be whole
  if (m_fatal || m_reader.stopped()) return std::nullopt;
  return end;
}

}  // namespace waybill::formats
