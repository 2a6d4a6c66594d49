// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/container/unpackers.h"

namespace waybill::formats {
namespace {

constexpr size_t kPiece = size_t{256} << 10;
constexpr uint32_t kReplacement = 0xFFFD;

bool sniff(std::string_view head) {
  const std::string_view mark = head.substr(0, 2);
  return mark == "\xFF\xFE" || mark == "\xFE\xFF";
}

void putUtf8(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      out += static_cast<char>(0xE0 | code >> 12);
    } else {
      out += static_cast<char>(0xF0 | code >> 18);
      out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    }
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  }
  out += static_cast<char>(0x80 | (code & 0x3F));
}

Result<void> unpack(const UnpackJob& job) {
  const std::string_view input = job.input;
  const bool littleEndian = input.front() == '\xFF';
  const auto unit = [&](size_t at) {
    const auto first = static_cast<unsigned char>(input[at]);
    const auto second = static_cast<unsigned char>(input[at + 1]);
    return static_cast<uint32_t>(littleEndian ? second << 8 | first : first << 8 | second);
  };
  std::string text;
  size_t at = 2;
  while (at + 1 < input.size()) {
    uint32_t code = unit(at);
    at += 2;
    if (code >= 0xD800 && code <= 0xDFFF) {
      const bool paired = code <= 0xDBFF && at + 1 < input.size() && (unit(at) & 0xFC00U) == 0xDC00U;
      code = paired ? 0x10000 + ((code - 0xD800) << 10) + (unit(at) - 0xDC00) : kReplacement;
      if (paired) at += 2;
    }
    putUtf8(text, code);
    if (text.size() < kPiece) continue;
    if (job.stop.stop_requested()) return {};
    if (const auto written = job.write(text); !written.ok()) return written;
    text.clear();
    job.progress(at);
  }
  if (at < input.size()) {
    job.diagnostics->add(DiagnosticKind::TruncatedTail, job.file, at,
                         "the UTF-16 text ends in the middle of a unit");
  }
  return job.write(text);
}

}  // namespace

const Container kUtf16 = {"UTF-16", &sniff, &unpack};

}  // namespace waybill::formats
