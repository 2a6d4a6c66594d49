// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <zlib.h>

#include <algorithm>
#include <memory>

#include "formats/container/unpackers.h"

namespace waybill::formats {
namespace {

constexpr size_t kInputPiece = size_t{1} << 20;
constexpr size_t kOutputPiece = size_t{256} << 10;
constexpr int kGzipOnly = 16 + MAX_WBITS;

struct EndInflate {
  void operator()(z_stream* stream) const {
    inflateEnd(stream);
    delete stream;
  }
};

bool sniff(std::string_view head) {
  return head.substr(0, 3) == "\x1F\x8B\x08";
}

class GzipReader {
 public:
  explicit GzipReader(const UnpackJob& job)
      : m_job(job), m_output(new char[kOutputPiece]), m_stream(new z_stream{}) {}

  Result<void> read() {
    if (inflateInit2(m_stream.get(), kGzipOnly) != Z_OK)
      return Error{"cannot be unpacked: not enough memory."};
    bool inMember = true;
    while (!m_job.stop.stop_requested()) {
      if (inMember && m_stream->avail_in == 0 && !refill()) {
        m_job.diagnostics->add(DiagnosticKind::TruncatedTail, m_job.file, m_at,
                               "the gzip data ends too early");
        return {};
      }
      m_stream->next_out = reinterpret_cast<Bytef*>(m_output.get());
      m_stream->avail_out = kOutputPiece;
      const int status = inflate(m_stream.get(), Z_NO_FLUSH);
      const size_t size = kOutputPiece - m_stream->avail_out;
      if (const auto written = m_job.write({m_output.get(), size}); !written.ok()) return written;
      m_wrote += size;
      if (status == Z_STREAM_END) {
        if (!nextMember()) return {};
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        return damaged();
      }
    }
    return {};
  }

 private:
  uint64_t offset() const { return m_at - m_stream->avail_in; }

  bool refill() {
    const std::string_view piece = m_job.input.substr(m_at, kInputPiece);
    m_stream->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    m_stream->avail_in = static_cast<uInt>(piece.size());
    m_at += piece.size();
    m_job.progress(offset());
    return !piece.empty();
  }

  // False at the end, zero padding (tar, tape) included.
  bool nextMember() {
    const uint64_t at = offset();
    const std::string_view rest = m_job.input.substr(at);
    if (rest.empty()) return false;
    if (!sniff(rest)) {
      if (rest.substr(0, kInputPiece).find_first_not_of('\0') != rest.npos) {
        m_job.diagnostics->add(DiagnosticKind::UnreadableRecord, m_job.file, at,
                               "bytes behind the gzip data were left out");
      }
      return false;
    }
    return inflateReset(m_stream.get()) == Z_OK;
  }

  // What came out before the damage is worth reading.
  Result<void> damaged() {
    const std::string place = "at byte " + std::to_string(offset());
    if (m_wrote == 0) return Error{"is damaged gzip " + place + "; copy or download it again."};
    m_job.diagnostics->add(DiagnosticKind::UnreadableRecord, m_job.file, offset(),
                           "the gzip data is damaged " + place + "; what comes after was not read");
    return {};
  }

  const UnpackJob& m_job;
  std::unique_ptr<char[]> m_output;
  std::unique_ptr<z_stream, EndInflate> m_stream;
  uint64_t m_at = 0;  // end of what inflate was given
  uint64_t m_wrote = 0;
};

Result<void> unpack(const UnpackJob& job) {
  return GzipReader(job).read();
}

}  // namespace

const Container kGzip = {"gzip", &sniff, &unpack};

}  // namespace waybill::formats
