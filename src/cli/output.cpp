// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::cli {
namespace {

constexpr size_t kBlockBytes = 1 << 16;

bool wantsColours() {
  const char* noColour = std::getenv("NO_COLOR");  // https://no-color.org: any text that is not empty
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && (noColour == nullptr || *noColour == '\0') && terminal != nullptr &&
         std::strcmp(terminal, "dumb") != 0;
}

}  // namespace

Output::Output() : m_colours(wantsColours()) {
  m_buffer.reserve(2 * kBlockBytes);
}

Output& Output::operator<<(std::string_view text) {
  m_buffer += text;
  if (m_buffer.size() >= kBlockBytes) flush();
  return *this;
}

void Output::flush() {
  std::string_view rest = m_buffer;
  while (!rest.empty() && m_error == 0) {
    const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      m_error = errno;
    }
  }
  m_buffer.clear();
}

bool Output::finish() {
  flush();
  if (m_error == 0) return true;
  printError(std::string("The output could not be written: ") + std::strerror(m_error) + ".");
  return false;
}

std::string Output::ink(Ink ink, std::string_view text) const {
  static constexpr std::array<std::string_view, 4> kCodes{"\033[1m", "\033[2m", "\033[33m", "\033[1;31m"};
  std::string out(text);
  if (m_colours) out.insert(0, kCodes[static_cast<size_t>(ink)]).append("\033[0m");
  return out;
}

void JsonList::item(std::string_view json) {
  m_out << (m_any ? ",\n" : "\n") << json;
  m_any = true;
}

void JsonList::end(std::string_view tail) {
  m_out << (m_any ? "\n]" : "]") << tail << "}\n";
}

void printError(std::string_view sentence) {
  // One write, so that lines of several programs do not mix.
  std::string line = "waybill-cli: ";
  line.append(sentence).append("\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

std::string counted(uint64_t count, std::string_view noun) {
  std::string out = countText(count) + " ";
  out.append(noun);
  if (count != 1) out += "s";
  return out;
}

size_t columns(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string rightAligned(std::string_view text, size_t width) {
  const size_t used = columns(text);
  return std::string(width > used ? width - used : 0, ' ').append(text);
}

std::string wrapped(std::string_view text, size_t width, size_t indent) {
  std::string out;
  size_t column = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    if (column > 0 && column + 1 + columns(word) > width) {
      out += '\n';
      column = 0;
    }
    if (column == 0) {
      out.append(indent, ' ');
      column = indent;
    } else {
      out += ' ';
      ++column;
    }
    out += word;
    column += columns(word);
  }
  if (!out.empty()) out += '\n';
  return out;
}

std::string shortTimeText(int64_t unixNs) {
  std::string text = isoTimeText(unixNs);  // years 1677 to 2262: always this long
  text.resize(std::strlen("2026-11-22T18:06:41.204"));
  text[std::strlen("2026-11-22")] = ' ';
  return text;
}

}  // namespace waybill::cli
