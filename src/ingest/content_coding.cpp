// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/content_coding.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "base/ascii.h"

namespace waybill::ingest {
namespace {

constexpr size_t kFirstPiece = size_t{64} << 10;
constexpr uint64_t kDeflateMaxRatio = 1032;  // more cannot come out of a deflate stream (zlib's technical notes)
constexpr int kGzipOnly = 16 + MAX_WBITS;
// RFC 9659 allows 8 MiB, the Collector's encoder asks for up to 32 at its higher levels. Untouched memory is free.
constexpr int kZstdMaxWindowLog = 26;

struct EndInflate {
  void operator()(z_stream* stream) const {
    inflateEnd(stream);
    delete stream;
  }
};
struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

unsigned char byteAt(std::string_view bytes, size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

// A string that is filled piece by piece and stays within a limit.
class BoundedOutput {
 public:
  BoundedOutput(std::string& out, size_t limit) : m_out(out), m_limit(limit) { m_out.clear(); }

  // Makes room at next(), `wanted` bytes when there was none; false when the limit leaves none.
  bool grow(uint64_t wanted) {
    if (m_used == m_limit) return false;
    const uint64_t more = std::max<uint64_t>(wanted, kFirstPiece);
    if (m_used == m_out.size()) m_out.resize(std::min<uint64_t>(m_limit, m_used + more));
    return true;
  }
  char* next() { return m_out.data() + m_used; }
  size_t room() const { return m_out.size() - m_used; }
  size_t used() const { return m_used; }
  void add(size_t bytes) { m_used += bytes; }
  DecodeStatus end(DecodeStatus status) {
    m_out.resize(status == DecodeStatus::Ok ? m_used : 0);
    return status;
  }

 private:
  std::string& m_out;
  const size_t m_limit;
  size_t m_used = 0;
};

// The size that the trailer of gzip tells; a lie costs no more than the input could hold.
uint64_t sizeHint(ContentCoding coding, std::string_view bytes) {
  const uint64_t most = bytes.size() * kDeflateMaxRatio;
  if (coding != ContentCoding::Gzip || bytes.size() < 18) return std::min<uint64_t>(most, bytes.size() * 4);
  uint64_t told = 0;
  for (size_t i = 1; i <= 4; ++i) told = told << 8 | byteAt(bytes, bytes.size() - i);
  return std::min(most, told);
}

DecodeStatus inflateAll(ContentCoding coding, std::string_view bytes, BoundedOutput& out) {
  const std::unique_ptr<z_stream, EndInflate> stream(new z_stream{});
  if (inflateInit2(stream.get(), coding == ContentCoding::Gzip ? kGzipOnly : MAX_WBITS) != Z_OK)
    return DecodeStatus::TooLarge;  // no memory for it
  stream->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream->avail_in = static_cast<uInt>(bytes.size());
  uint64_t wanted = sizeHint(coding, bytes);
  while (true) {
    unsigned char more = 0;  // takes a byte beyond the limit, which shows that there is one
    const bool full = !out.grow(wanted);
    wanted = out.used();  // doubles
    stream->next_out = full ? &more : reinterpret_cast<Bytef*>(out.next());
    stream->avail_out = full ? 1 : static_cast<uInt>(out.room());
    const uInt room = stream->avail_out;
    const int status = inflate(stream.get(), Z_NO_FLUSH);
    const uInt came = room - stream->avail_out;
    if (full && came > 0) return DecodeStatus::TooLarge;
    if (!full) out.add(came);
    if (status == Z_STREAM_END) {
      if (stream->avail_in == 0) return DecodeStatus::Ok;
      // Members of gzip may follow each other (RFC 1952, section 2.2).
      if (coding != ContentCoding::Gzip || inflateReset(stream.get()) != Z_OK) return DecodeStatus::Damaged;
    } else if (status != Z_OK || (stream->avail_in == 0 && came < room)) {
      return DecodeStatus::Damaged;
    }
  }
}

DecodeStatus zstdAll(std::string_view bytes, size_t limit, BoundedOutput& out) {
  const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  if (!context) return DecodeStatus::TooLarge;  // no memory for it
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kZstdMaxWindowLog);
  const unsigned long long told = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (told == ZSTD_CONTENTSIZE_ERROR) return DecodeStatus::Damaged;
  if (told != ZSTD_CONTENTSIZE_UNKNOWN && told > limit) return DecodeStatus::TooLarge;
  // A frame that tells its size and finds room for it is decompressed in place, without a window of its own.
  uint64_t wanted = told != ZSTD_CONTENTSIZE_UNKNOWN ? told : bytes.size() * 4;
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  while (true) {
    char more = 0;  // takes a byte beyond the limit, which shows that there is one
    const bool full = !out.grow(wanted);
    wanted = out.used();  // doubles
    ZSTD_outBuffer piece{full ? &more : out.next(), full ? 1 : out.room(), 0};
    const size_t status = ZSTD_decompressStream(context.get(), &piece, &in);
    if (ZSTD_isError(status)) return DecodeStatus::Damaged;
    if (full && piece.pos > 0) return DecodeStatus::TooLarge;
    if (!full) out.add(piece.pos);
    if (status == 0 && in.pos == in.size) return DecodeStatus::Ok;
    if (status != 0 && in.pos == in.size && piece.pos < piece.size) return DecodeStatus::Damaged;
  }
}

}  // namespace

std::optional<ContentCoding> contentCoding(std::string_view name) {
  name = trimmed(name);
  if (name.empty() || equalsIgnoringCase(name, "identity")) return ContentCoding::Identity;
  if (equalsIgnoringCase(name, "gzip") || equalsIgnoringCase(name, "x-gzip")) return ContentCoding::Gzip;
  if (equalsIgnoringCase(name, "deflate") || equalsIgnoringCase(name, "zlib")) return ContentCoding::Deflate;
  if (equalsIgnoringCase(name, "zstd")) return ContentCoding::Zstd;
  return std::nullopt;
}

ContentCoding sniffCoding(std::string_view bytes) {
  if (bytes.substr(0, 3) == "\x1F\x8B\x08") return ContentCoding::Gzip;
  if (bytes.substr(0, 4) == "\x28\xB5\x2F\xFD") return ContentCoding::Zstd;
  // RFC 1950: method 8, and the first two bytes are a multiple of 31. No protobuf field and no JSON begins so.
  const bool zlib = bytes.size() >= 2 && (byteAt(bytes, 0) & 0x8F) == 0x08 &&
                    (byteAt(bytes, 0) * 256 + byteAt(bytes, 1)) % 31 == 0;
  return zlib ? ContentCoding::Deflate : ContentCoding::Identity;
}

DecodeStatus decode(ContentCoding coding, std::string_view bytes, size_t limit, std::string& out) {
  if (coding == ContentCoding::Identity) {
    out.assign(bytes.substr(0, limit));
    return bytes.size() > limit ? DecodeStatus::TooLarge : DecodeStatus::Ok;
  }
  BoundedOutput output(out, limit);
  return output.end(coding == ContentCoding::Zstd ? zstdAll(bytes, limit, output)
                                                  : inflateAll(coding, bytes, output));
}

}  // namespace waybill::ingest
