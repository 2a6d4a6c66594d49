// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/ingest/compressed.h"

#include <zlib.h>
#include <zstd.h>

#include <memory>
#include <stdexcept>

namespace waybill::ingest {
namespace {

std::string deflated(std::string_view text, int windowBits) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib cannot start");
  }
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (!done) throw std::runtime_error("zlib cannot compress");
  return out;
}

// With a checksum, so that any damage shows.
std::string zstdFrame(std::string_view text, bool tellSize) {
  const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, tellSize ? 1 : 0);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const size_t size = ZSTD_compress2(context.get(), out.data(), out.size(), text.data(), text.size());
  if (ZSTD_isError(size)) throw std::runtime_error("zstd cannot compress");
  out.resize(size);
  return out;
}

}  // namespace

std::string compressed(ContentCoding coding, std::string_view text) {
  switch (coding) {
    case ContentCoding::Identity: break;
    case ContentCoding::Gzip: return deflated(text, 16 + MAX_WBITS);
    case ContentCoding::Deflate: return deflated(text, MAX_WBITS);
    case ContentCoding::Zstd: return zstdFrame(text, true);
  }
  return std::string(text);
}

std::string zstdStream(std::string_view text) { return zstdFrame(text, false); }

}  // namespace waybill::ingest
