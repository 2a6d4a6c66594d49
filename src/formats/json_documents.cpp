// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/json_documents.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "formats/json_scan.h"

namespace waybill::formats {
namespace {

using Kind = JsonDocuments::Extent::Kind;

constexpr size_t kScanPiece = size_t{1} << 20;
constexpr int kMaxResumes = 8;
constexpr size_t kMaxLevels = 1000;        // of brackets around a span that is worth saving
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr char kRecordSeparator = '\x1e';  // of JSON text sequences, RFC 7464

bool isSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
bool isOpening(char c) {
  return c == '{' || c == '[';
}

char lastOf(std::string_view text, size_t begin, size_t end) {
  while (end > begin + 1 && isSpace(text[end - 1])) --end;
  return text[end - 1];
}

bool closes(char opening, char closing) {
  return opening == '{' ? closing == '}' : closing == ']';
}

}  // namespace

// What may stand between documents.
uint64_t JsonDocuments::skipBetween(uint64_t at) {
  while (has(at)) {
    const char c = byteAt(at);
    if (isSpace(c) || c == ',' || c == kRecordSeparator) {
      ++at;
    } else if (c == kByteOrderMark[0] && has(at + 2) && m_input.bytes().substr(at, 3) == kByteOrderMark) {
      at += 3;
    } else {
      break;
    }
  }
  return at;
}

// The line end at or after `at`, within `limit` bytes; npos when there is none.
size_t JsonDocuments::findLineEnd(uint64_t at, uint64_t limit) {
  for (uint64_t from = at;;) {
    const std::string_view text = m_input.bytes();
    const uint64_t end = at + std::min<uint64_t>(limit, text.size() - at);
    const void* const found = std::memchr(text.data() + from, '\n', end - from);
    if (found != nullptr) return static_cast<size_t>(static_cast<const char*>(found) - text.data());
    if (end - at == limit || !m_input.reach(text.size() + 1)) return std::string_view::npos;
    from = end;
  }
}

JsonDocuments::Extent JsonDocuments::next() {
  const size_t begin = skipBetween(m_at);
  m_at = begin;
  if (!has(begin)) return {Kind::End, begin, begin};
  Extent extent;
  if (!isOpening(byteAt(begin))) {
    // Up to the end of the line, or to what looks like a document behind a prefix (a log collector's).
    const size_t found = findLineEnd(begin, UINT64_MAX);
    const size_t lineEnd = std::min(found, m_input.bytes().size());
    const size_t document = m_input.bytes().substr(begin, std::min(lineEnd - begin, kScanPiece)).find("{\"");
    extent = {Kind::Garbage, begin, document == std::string_view::npos ? lineEnd : begin + document};
  } else {
    if (!m_severalOnALine || m_resumed >= kMaxResumes) extent = lineAt(begin);
    if (extent.kind == Kind::End) extent = scanFrom(begin);
  }
  m_at = extent.end;
  return extent;
}

// No valid document goes on with an opening bracket on a new line behind its own closing one, nor behind
// anything but a comma, a colon or an opening bracket: in both cases the line stands for itself.
JsonDocuments::Extent JsonDocuments::lineAt(uint64_t begin) {
  const size_t lineEnd = findLineEnd(begin, kLargeBytes);
  if (lineEnd == std::string_view::npos) return {};
  const char last = lastOf(m_input.bytes(), begin, lineEnd);
  if (m_resumed >= kMaxResumes) {
    return {closes(byteAt(begin), last) ? Kind::Document : Kind::Broken, begin, lineEnd};
  }
  size_t after = lineEnd;
  while (has(after) && isSpace(byteAt(after))) ++after;
  if (closes(byteAt(begin), last) && after > begin + 1) {
    if (!has(after) || isOpening(byteAt(after))) return {Kind::Document, begin, lineEnd};
    return {};
  }
  const bool goesOn = last == ',' || last == ':' || isOpening(last);
  if (!goesOn && has(after) && byteAt(after) == '{') return {Kind::Broken, begin, lineEnd};
  return {};
}

JsonDocuments::Extent JsonDocuments::scanFrom(uint64_t begin) {
  const size_t end = findJsonEnd(m_input, begin, kLargeBytes);
  if (end != std::string_view::npos) return {Kind::Document, begin, end};
  if (has(begin + kLargeBytes)) return {Kind::Large, begin, begin + 1};
  return {Kind::Truncated, begin, m_input.bytes().size()};
}

void JsonDocuments::resumeInside(uint64_t begin, uint64_t end) {
  m_at = nextDocumentLine(begin, end);
  if (m_at != end) ++m_resumed;
}

uint64_t JsonDocuments::nextDocumentLine(uint64_t begin, uint64_t end) {
  for (size_t at = begin; at < end;) {
    const size_t lineEnd = findLineEnd(at, end - at);
    if (lineEnd == std::string_view::npos || lineEnd + 1 >= end) break;
    at = lineEnd + 1;
    if (!has(at + 1) || m_input.bytes().substr(at, 2) != "{\"") continue;
    const size_t next = std::min<size_t>(findLineEnd(at, end - at), end);
    if (lastOf(m_input.bytes(), at, next) == '}') return at;
  }
  return end;
}

std::string JsonDocuments::place(uint64_t offset) const {
  const std::string_view before = m_input.bytes().substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t lineBegin = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - lineBegin + 1);
}

size_t findJsonEnd(ReaderInput& input, size_t begin, size_t limit, const std::function<bool(uint64_t)>& stop) {
  BracketScanner scanner;
  const size_t end = limit > SIZE_MAX - begin ? SIZE_MAX : begin + limit;
  for (size_t at = begin; at < end; at += kScanPiece) {
    if (stop && stop(at)) break;
    const size_t size = std::min(kScanPiece, end - at);
    const bool isLast = !input.reach(at + size);
    const std::string_view piece = input.bytes().substr(at, size);
    if (const size_t found = scanner.feed(piece); found != BracketScanner::kNotFound) return at + found;
    if (isLast) break;
  }
  return std::string_view::npos;
}

std::string closeAfterLastSpan(std::string_view text) {
  struct Level {
    char closing;
    bool isSpanList;
  };
  std::vector<Level> levels;
  std::vector<Level> atCut;
  size_t cut = 0;
  std::string_view lastText;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      const size_t begin = ++at;
      while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
      if (at >= text.size()) break;
      lastText = text.substr(begin, at - begin);
    } else if (isOpening(c)) {
      if (levels.size() >= kMaxLevels) break;
      levels.push_back({c == '{' ? '}' : ']', c == '[' && lastText == "spans"});
    } else if (c == '}' || c == ']') {
      if (levels.empty() || levels.back().closing != c) break;
      levels.pop_back();
      if (c != '}' || levels.empty() || !levels.back().isSpanList) continue;
      cut = at + 1;
      atCut = levels;
    }
  }
  if (cut == 0) return {};
  std::string closed(text.substr(0, cut));
  for (auto level = atCut.rbegin(); level != atCut.rend(); ++level) closed += level->closing;
  return closed;
}

}  // namespace waybill::formats
