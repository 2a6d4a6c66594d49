// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json_writer.h"

namespace waybill::cli {

// What a piece of text means; on a terminal, its colour.
enum class Ink : uint8_t { Strong, Faint, Slow, Found };

// Standard output, written in blocks, so that a million lines need no memory of their own.
class Output {
 public:
  Output();
  ~Output() { flush(); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  Output& operator<<(std::string_view text);

  // `text` in the colour of its meaning; unchanged where there are no colours.
  std::string ink(Ink ink, std::string_view text) const;

  // Hands everything to the system. False, after a message on standard error, when that failed at any time.
  bool finish();

 private:
  void flush();

  std::string m_buffer;
  bool m_colours = false;
  int m_error = 0;  // errno of the first write that failed
};

// The frame of a JSON document with one long list: {"<key>":[ … one item a line … ]<tail>}. Items go out as
// they come.
class JsonList {
 public:
  JsonList(Output& out, std::string_view head) : m_out(out) { m_out << head; }
  void item(std::string_view json);
  void end(std::string_view tail);

 private:
  Output& m_out;
  bool m_any = false;
};

// "waybill-cli: …" on standard error.
void printError(std::string_view sentence);

// "1 span", "41,302 spans".
std::string counted(uint64_t count, std::string_view noun);

// Columns on a terminal, where every code point takes one.
size_t columns(std::string_view text);

// After spaces, so that it takes `width` columns.
std::string rightAligned(std::string_view text, size_t width);

// Broken at spaces into lines of at most `width` columns where words allow, each beginning with `indent`
// spaces and ending with a line break.
std::string wrapped(std::string_view text, size_t width, size_t indent);

// "2026-11-22 18:06:41.204": UTC, to the millisecond.
std::string shortTimeText(int64_t unixNs);

}  // namespace waybill::cli
