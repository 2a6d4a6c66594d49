// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "formats/reader_input.h"

namespace waybill::formats {

// Splits a text into JSON documents: one a line, pretty-printed over many lines, or one behind the other.
// Looks at brackets, not at values, and waits for what it has to see of an input that grows. Whitespace, commas, byte
// order marks and record separators between documents are skipped.
class JsonDocuments {
 public:
  // Documents longer than this are not searched for their end but handed out as Large.
  static constexpr size_t kLargeBytes = size_t{16} << 20;

  struct Extent {
    enum class Kind : uint8_t {
      Document,   // brackets balance; more may follow in it when it was taken for a line
      Broken,     // a line that is no whole document, while the next line begins another one
      Truncated,  // the input ends inside it
      Large,      // only `begin` is known
      Garbage,    // no JSON
      End
    } kind = Kind::End;
    uint64_t begin = 0;
    uint64_t end = 0;
  };

  explicit JsonDocuments(ReaderInput& input) : m_input(input) {}

  Extent next();
  uint64_t at() const { return m_at; }
  void continueAt(uint64_t offset) { m_at = offset; }

  // Documents follow each other on one line: find the end of each by its brackets from now on.
  void expectSeveralOnALine() { m_severalOnALine = true; }

  // Goes on inside a broken stretch, at the next line there that begins a document, or at `end`. After a few
  // of these, lines are taken as they stand: searching for balance again and again would cost the square of
  // the size.
  void resumeInside(uint64_t begin, uint64_t end);

  // "line 3, column 17", counted from 1; columns are bytes.
  std::string place(uint64_t offset) const;

 private:
  bool has(uint64_t at) { return m_input.reach(at + 1); }
  char byteAt(uint64_t at) const { return m_input.bytes()[at]; }
  uint64_t skipBetween(uint64_t at);
  size_t findLineEnd(uint64_t at, uint64_t limit);
  Extent lineAt(uint64_t begin);  // Kind::End when the line does not tell
  Extent scanFrom(uint64_t begin);
  uint64_t nextDocumentLine(uint64_t begin, uint64_t end);

  ReaderInput& m_input;
  uint64_t m_at = 0;
  bool m_severalOnALine = false;
  int m_resumed = 0;
};

// Where the object or array that begins at `begin` ends, one past its bracket; npos when the input ends
// first, when it is longer than `limit`, or when `stop`, asked with an offset every MiB, says so.
size_t findJsonEnd(ReaderInput& input, size_t begin, size_t limit,
                   const std::function<bool(uint64_t)>& stop = {});

// A document that was cut: `text` up to the last span that is whole, with the missing brackets. Empty when no
// span is whole.
std::string closeAfterLastSpan(std::string_view text);

}  // namespace waybill::formats
