// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>

#include "ingest/http_body.h"

namespace waybill::ingest {

using HttpHeadParser = boost::beast::http::request_parser<boost::beast::http::empty_body>;

// Reads the body behind a head: with a length from the socket to where it stays, or in chunks. A part of a
// connection and on its strand. What runs holds `owner`, the connection, and nothing else does.
template <typename Stream>
class HttpBodyReader {
 public:
  using error_code = boost::beast::error_code;
  using Clock = std::chrono::steady_clock;
  using Owner = std::shared_ptr<void>;

  struct Limits {
    uint64_t bytes;
    std::chrono::seconds stall;  // between two pieces
  };

  // `buffer` holds what came with the head. `done` is called once for each read(): no_memory when there is
  // none left for this body, body_limit when the chunks are larger than the limit.
  HttpBodyReader(Stream& stream, boost::beast::flat_buffer& buffer, HttpBodyMemory& memory, Limits limits,
                 std::function<void(error_code)> done)
      : m_stream(stream), m_buffer(buffer), m_limits(limits), m_done(std::move(done)), m_body(memory) {}

  // `head` is not of use afterwards when the body comes in chunks.
  void read(const Owner& owner, HttpHeadParser& head, Clock::time_point deadline) {
    m_deadline = deadline;
    if (head.chunked()) {
      m_chunks.emplace(std::move(head));
      m_chunks->eager(true);
      m_chunks->body_limit(m_limits.bytes);
      m_buffer.reserve(kChunkRead);
      return readChunks(owner);
    }
    m_left = head.content_length() ? *head.content_length() : 0;
    while (m_left > 0 && m_buffer.size() > 0) {
      if (!m_body.grow()) return m_done(boost::asio::error::no_memory);
      const auto piece = std::min(pieceSize(), m_buffer.size());
      std::memcpy(m_body.end(), m_buffer.data().data(), piece);
      m_buffer.consume(piece);
      add(piece);
    }
    readPiece(owner);
  }

  HttpBody& body() { return m_body; }
  uint64_t left() const { return m_left; }  // bytes that are still to come, of a body with a length

  void clear() {
    m_body.clear();
    m_chunks.reset();
  }

 private:
  static constexpr size_t kChunkRead = size_t{64} << 10;

  size_t pieceSize() const { return static_cast<size_t>(std::min<uint64_t>(m_body.room(), m_left)); }
  void add(size_t bytes) {
    m_body.add(bytes);
    m_left -= bytes;
  }
  void expire() {
    boost::beast::get_lowest_layer(m_stream).expires_at(std::min(Clock::now() + m_limits.stall, m_deadline));
  }

  void readPiece(const Owner& owner) {
    if (m_left == 0) return m_done({});
    if (!m_body.grow()) return m_done(boost::asio::error::no_memory);
    expire();
    m_stream.async_read_some(boost::asio::buffer(m_body.end(), pieceSize()),
                             [this, owner](error_code error, size_t bytes) {
                               add(bytes);
                               error ? m_done(error) : readPiece(owner);
                             });
  }

  void readChunks(const Owner& owner) {
    if (!m_body.grow()) return m_done(boost::asio::error::no_memory);
    auto& piece = m_chunks->get().body();
    const size_t room = m_body.room();
    piece.data = m_body.end();
    piece.size = room;
    piece.more = true;
    expire();
    boost::beast::http::async_read_some(
        m_stream, m_buffer, *m_chunks,
        [this, owner, room](error_code error, size_t) { onChunks(owner, error, room); });
  }

  void onChunks(const Owner& owner, error_code error, size_t room) {
    m_body.add(room - m_chunks->get().body().size);
    if (error == boost::beast::http::error::need_buffer) error = {};
    if (error || m_chunks->is_done()) return m_done(error);
    readChunks(owner);
  }

  Stream& m_stream;
  boost::beast::flat_buffer& m_buffer;
  const Limits m_limits;
  const std::function<void(error_code)> m_done;
  HttpBody m_body;
  uint64_t m_left = 0;
  Clock::time_point m_deadline;
  std::optional<boost::beast::http::request_parser<boost::beast::http::buffer_body>> m_chunks;
};

}  // namespace waybill::ingest
