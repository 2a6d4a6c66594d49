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
constexpr char kRecordSeparator = '\x1e';  // of JSON text sequences, RFC 7464

bool isSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
bool isOpening(char c) {
  return c == '{' || c == '[';
}

// What may stand between documents.
size_t skipBetween(std::string_view text, size_t at) {
  while (at < text.size()) {
    if (isSpace(text[at]) || text[at] == ',' || text[at] == kRecordSeparator) {
      ++at;
    } else if (text.substr(at, 3) == "\xEF\xBB\xBF") {
      at += 3;
    } else {
      break;
    }
  }
  return at;
}

// The line end at or after `at`, within `limit` bytes; npos when there is none.
size_t findLineEnd(std::string_view text, size_t at, size_t limit) {
  const size_t length = std::min(limit, text.size() - at);
  const void* const found = std::memchr(text.data() + at, '\n', length);
  return found == nullptr ? text.npos : static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

char lastOf(std::string_view text, size_t begin, size_t end) {
  while (end > begin + 1 && isSpace(text[end - 1])) --end;
  return text[end - 1];
}

bool closes(char opening, char closing) {
  return opening == '{' ? closing == '}' : closing == ']';
}

}  // namespace

JsonDocuments::Extent JsonDocuments::next() {
  const size_t begin = skipBetween(m_input, m_at);
  m_at = begin;
  if (begin >= m_input.size()) return {Kind::End, begin, begin};
  Extent extent;
  if (!isOpening(m_input[begin])) {
    // Up to the end of the line, or to what looks like a document behind a prefix (a log collector's).
    const size_t lineEnd = std::min(findLineEnd(m_input, begin, m_input.size()), m_input.size());
    const size_t document = m_input.substr(begin, std::min(lineEnd - begin, kScanPiece)).find("{\"");
    extent = {Kind::Garbage, begin, document == m_input.npos ? lineEnd : begin + document};
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
  const size_t lineEnd = findLineEnd(m_input, begin, kLargeBytes);
  if (lineEnd == m_input.npos) return {};
  const char last = lastOf(m_input, begin, lineEnd);
  if (m_resumed >= kMaxResumes) {
    return {closes(m_input[begin], last) ? Kind::Document : Kind::Broken, begin, lineEnd};
  }
  size_t after = lineEnd;
  while (after < m_input.size() && isSpace(m_input[after])) ++after;
  if (closes(m_input[begin], last) && after > begin + 1) {
    if (after == m_input.size() || isOpening(m_input[after])) return {Kind::Document, begin, lineEnd};
    return {};
  }
  const bool goesOn = last == ',' || last == ':' || isOpening(last);
  if (!goesOn && after < m_input.size() && m_input[after] == '{') return {Kind::Broken, begin, lineEnd};
  return {};
}

JsonDocuments::Extent JsonDocuments::scanFrom(uint64_t begin) {
  const size_t end = findJsonEnd(m_input, begin, kLargeBytes);
  if (end != m_input.npos) return {Kind::Document, begin, end};
  if (m_input.size() - begin > kLargeBytes) return {Kind::Large, begin, begin + 1};
  return {Kind::Truncated, begin, m_input.size()};
}

void JsonDocuments::resumeInside(uint64_t begin, uint64_t end) {
  m_at = nextDocumentLine(begin, end);
  if (m_at != end) ++m_resumed;
}

uint64_t JsonDocuments::nextDocumentLine(uint64_t begin, uint64_t end) const {
  for (size_t at = begin; at < end;) {
    const size_t lineEnd = findLineEnd(m_input, at, end - at);
    if (lineEnd == m_input.npos || lineEnd + 1 >= end) break;
    at = lineEnd + 1;
    if (m_input.substr(at, 2) != "{\"") continue;
    const size_t next = std::min<size_t>(findLineEnd(m_input, at, end - at), end);
    if (lastOf(m_input, at, next) == '}') return at;
  }
  return end;
}

std::string JsonDocuments::place(uint64_t offset) const {
  const std::string_view before = m_input.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t lineBegin = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - lineBegin + 1);
}

size_t findJsonEnd(std::string_view text, size_t begin, size_t limit,
                   const std::function<bool(uint64_t)>& stop) {
  BracketScanner scanner;
  const size_t end = begin + std::min(limit, text.size() - begin);
  for (size_t at = begin; at < end; at += kScanPiece) {
    if (stop && stop(at)) return text.npos;
    const std::string_view piece = text.substr(at, std::min(kScanPiece, end - at));
    if (const size_t found = scanner.feed(piece); found != BracketScanner::kNotFound) return at + found;
  }
  return text.npos;
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
