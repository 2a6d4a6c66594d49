// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/http_connection.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <type_traits>

#include "base/ascii.h"
#include "base/utf8.h"
#include "ingest/http_body_reader.h"
#include "ingest/http_import.h"
#include "ingest/http_mistakes.h"
#include "ingest/http_response.h"

namespace waybill::ingest {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace net = boost::asio;
using beast::error_code;
using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr uint32_t kMaxHeadBytes = 16U << 10;
constexpr size_t kFirstRead = size_t{8} << 10;      // the head, and the body as far as it came along
constexpr size_t kMaxBuffered = size_t{128} << 10;  // beside the body
constexpr size_t kDiscardRead = size_t{16} << 10;
constexpr uint64_t kMaxSkippedBody = uint64_t{256} << 10;  // of a refused request, to keep the connection
constexpr seconds kLinger{5};

std::string addressOf(const net::ip::tcp::socket& socket) {
  error_code error;
  net::ip::address address = socket.remote_endpoint(error).address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6());
  return error ? std::string() : address.to_string();
}

// One thing happens at a time: the connection waits, reads a request, answers it. Every step names the next.
template <typename Stream>
class HttpConnection final : public HttpConnections::Member,
                             public std::enable_shared_from_this<HttpConnection<Stream>> {
  static constexpr bool kIsTls = !std::is_same_v<Stream, beast::tcp_stream>;

 public:
  template <typename... Tls>
  HttpConnection(net::ip::tcp::socket socket, HttpServer& server, HttpConnections& group, Tls&... tls)
      : m_server(server),
        m_group(group),
        m_client{addressOf(socket), {}, server.transport},
        m_stream(std::move(socket), tls...),
        m_reader(m_stream, m_buffer, server.bodies,
                 {server.options.maxMessageBytes, server.options.stallTimeout},
                 [this](error_code error) { onBody(error); }) {}

  ~HttpConnection() override { m_group.remove(this); }
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void start() {
    m_group.add(this->shared_from_this());
    net::dispatch(m_stream.get_executor(), then(&HttpConnection::begin));
  }

  void startRefused() {
    m_group.add(this->shared_from_this());
    net::dispatch(m_stream.get_executor(), then(&HttpConnection::refuseAtOnce));
  }

  void endSoon() override {
    net::dispatch(m_stream.get_executor(), [self = this->shared_from_this()] {
      if (self->m_mayEnd) self->lowest().close();
    });
  }

 private:
  auto then(void (HttpConnection::*step)()) {
    return beast::bind_front_handler(step, this->shared_from_this());
  }
  auto then(void (HttpConnection::*step)(error_code, size_t)) {
    return beast::bind_front_handler(step, this->shared_from_this());
  }
  beast::tcp_stream& lowest() { return beast::get_lowest_layer(m_stream); }
  void expireWithinRequest() {
    lowest().expires_at(std::min(Clock::now() + m_server.options.stallTimeout, m_deadline));
  }

  void begin() {
    if constexpr (kIsTls) {
      lowest().expires_after(m_server.options.stallTimeout);
      m_mayEnd = true;
      m_stream.async_handshake(
          net::ssl::stream_base::server,
          beast::bind_front_handler(&HttpConnection::onHandshake, this->shared_from_this()));
    } else {
      awaitRequest();
    }
  }

  void onHandshake(error_code error) {
    if constexpr (kIsTls) {
      m_mayEnd = false;
      if (!error) return awaitRequest();
      const std::string mistake = mistakeInHandshake(error);
      if (mistake.empty()) return;
      m_server.service.countRefused(m_client, mistake);
      m_line = plainAnswer(mistake);
      lowest().expires_after(kLinger);
      net::async_write(lowest(), net::buffer(m_line),
                       [self = this->shared_from_this()](error_code, size_t) {});
    }
  }

  void refuseAtOnce() {
    HttpAnswer answer = textAnswer(http::status::service_unavailable,
                                   "There are too many connections; close some, or try again.");
    answer.add(http::field::retry_after, "1");
    m_unread = true;
    respond(std::move(answer), false);
  }

  // --- the head ---

  void awaitRequest() {
    if (m_server.connections.isEnding()) return end();
    m_client.userAgent.clear();
    while (m_buffer.size() > 0 && isLineEnd(*static_cast<const char*>(m_buffer.data().data())))
      m_buffer.consume(1);
    if (m_buffer.size() > 0) return readHead();
    if (m_buffer.capacity() > kFirstRead) m_buffer.shrink_to_fit();
    m_mayEnd = true;
    lowest().expires_after(m_server.options.idleTimeout);
    m_stream.async_read_some(m_buffer.prepare(kFirstRead), then(&HttpConnection::onFirstBytes));
  }

  static bool isLineEnd(char c) { return c == '\r' || c == '\n'; }

  void onFirstBytes(error_code error, size_t bytes) {
    m_mayEnd = false;
    if (error) return end();
    m_buffer.commit(bytes);
    readHead();
  }

  void readHead() {
    m_deadline = Clock::now() + m_server.options.requestTimeout;
    m_request = {};
    m_parser.emplace();
    m_parser->header_limit(kMaxHeadBytes);
    m_parser->body_limit(UINT64_MAX);  // the rules refuse it, with a better answer
    expireWithinRequest();
    http::async_read_header(m_stream, m_buffer, *m_parser, then(&HttpConnection::onHead));
  }

  void onHead(error_code error, size_t) {
    if (error == http::error::end_of_stream) return end();
    if (error) return onBadHead(error);
    const auto contentLength = m_parser->content_length();
    m_left = contentLength ? *contentLength : 0;
    m_request = std::move(m_parser->get().base());
    m_keepAlive = m_parser->keep_alive();
    m_unread = m_parser->chunked() || m_left > 0;
    const auto agent = m_request[http::field::user_agent];
    m_client.userAgent = printable({agent.data(), agent.size()});
    const bool hasCoding = m_request.find(http::field::transfer_encoding) != m_request.end();
    if (hasCoding && !equalsIgnoringCase(view(http::field::transfer_encoding), "chunked")) {
      m_keepAlive = false;
      m_unread = true;
      return refuse(
          textAnswer(http::status::not_implemented, "Of the transfer encodings only chunked is known."));
    }
    auto verdict =
        m_server.rules.judge(m_request, hasCoding ? std::nullopt : std::optional<uint64_t>(m_left));
    if (auto* const answer = std::get_if<HttpAnswer>(&verdict)) return refuse(std::move(*answer));
    m_import = std::get<HttpImport>(verdict);
    beginBody();
  }

  std::string_view view(http::field name) const {
    const auto value = m_request[name];
    return {value.data(), value.size()};
  }

  void onBadHead(error_code error) {
    const auto buffered = m_buffer.data();
    const std::string mistake =
        mistakeInHead(error, {static_cast<const char*>(buffered.data()), buffered.size()});
    if (mistake.empty()) return onLost(error);
    m_unread = true;
    const bool isTooLong = error == http::error::header_limit;
    const auto status = isTooLong ? http::status::request_header_fields_too_large : http::status::bad_request;
    respond(textAnswer(status, mistake), false);
  }

  // --- the body ---

  void beginBody() {
    const std::string_view expected = view(http::field::expect);
    const bool wantsWord = equalsIgnoringCase(expected, "100-continue");
    if (!expected.empty() && !wantsWord)
      return refuse(textAnswer(http::status::expectation_failed, "Only 100-continue can be expected."));
    if (!wantsWord || !m_unread || m_request.version() < 11 || m_buffer.size() > 0) return readBody();
    m_line = "HTTP/1.1 100 Continue\r\n\r\n";
    expireWithinRequest();
    net::async_write(m_stream, net::buffer(m_line), then(&HttpConnection::onContinued));
  }

  void onContinued(error_code error, size_t) {
    if (error) return onLost(error);
    readBody();
  }

  void readBody() { m_reader.read(this->shared_from_this(), *m_parser, m_deadline); }

  void onBody(error_code error) {
    if (error) return onBadBody(error);
    m_unread = false;
    HttpAnswer answer =
        importBody(m_import, m_reader.body(), m_server.options.maxMessageBytes, m_client, m_server.service);
    m_reader.clear();
    respond(std::move(answer), m_keepAlive);
  }

  void onBadBody(error_code error) {
    m_reader.clear();
    m_left = m_reader.left();
    const ExportAnswer why = mistakeInBody(error, m_server.options.maxMessageBytes);
    if (why.ok()) return onLost(error);
    m_keepAlive = m_keepAlive && why.code != RpcCode::InvalidArgument;
    HttpAnswer answer = m_import.answer(why);
    answer.problem = why.message;
    refuse(std::move(answer));
  }

  // --- the answer ---

  // Before all of the body was read. A short rest is skipped, so that the connection lives on; a sender that
  // waits for our word may send its body or not, and what is long or endless is not waited for.
  void refuse(HttpAnswer answer) {
    const bool skips = m_left > 0 && m_left <= kMaxSkippedBody && view(http::field::expect).empty();
    respond(std::move(answer), m_keepAlive && (!m_unread || skips));
  }

  void respond(HttpAnswer answer, bool keepAlive) {
    const bool isRead = m_request.method() == http::verb::get || m_request.method() == http::verb::head;
    if (!answer.problem.empty() && !isRead) m_server.service.countRefused(m_client, answer.problem);
    m_keepAlive = keepAlive;
    m_response = responseTo(m_request, std::move(answer), keepAlive);
    lowest().expires_after(m_server.options.stallTimeout);
    http::async_write(m_stream, m_response, then(&HttpConnection::onAnswered));
  }

  void onAnswered(error_code error, size_t) {
    m_response = {};
    if (error) return;
    if (m_keepAlive) return m_unread ? skipBody() : awaitRequest();
    if (!m_unread) return end();
    // Closing now would reset the connection, and the answer could be lost with what we have not read.
    m_mayEnd = true;
    lowest().expires_after(kLinger);
    if constexpr (kIsTls) {
      m_stream.async_shutdown([self = this->shared_from_this()](error_code) { self->linger(); });
    } else {
      linger();
    }
  }

  void skipBody() {
    const auto here = static_cast<size_t>(std::min<uint64_t>(m_buffer.size(), m_left));
    m_buffer.consume(here);
    m_left -= here;
    if (m_left == 0) return awaitRequest();
    expireWithinRequest();
    const auto piece = static_cast<size_t>(std::min<uint64_t>(kDiscardRead, m_left));
    m_stream.async_read_some(m_buffer.prepare(piece), then(&HttpConnection::onSkipped));
  }

  void onSkipped(error_code error, size_t bytes) {
    if (error) return end();
    m_left -= bytes;
    skipBody();
  }

  void linger() {
    error_code ignored;
    lowest().socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
    discard();
  }

  void discard() {
    m_buffer.clear();
    lowest().async_read_some(m_buffer.prepare(kDiscardRead), then(&HttpConnection::onDiscarded));
  }

  void onDiscarded(error_code error, size_t) {
    if (!error) discard();
  }

  // --- the end ---

  // The sender went away or fell silent in the middle of a request.
  void onLost(error_code error) {
    m_server.service.countRefused(m_client, error == beast::error::timeout
                                                ? "A request did not come in completely in time."
                                                : "A connection ended in the middle of a request.");
    lowest().close();
  }

  // What keeps the connection alive are the handlers that wait; after this there is none.
  void end() {
    if constexpr (kIsTls) {
      if (!lowest().socket().is_open()) return;
      m_mayEnd = true;
      lowest().expires_after(kLinger);
      m_stream.async_shutdown([self = this->shared_from_this()](error_code) {});
    }
  }

  HttpServer& m_server;
  HttpConnections& m_group;
  ClientName m_client;
  Stream m_stream;
  beast::flat_buffer m_buffer{kMaxBuffered};
  std::optional<HttpHeadParser> m_parser;
  HttpHead m_request;
  HttpImport m_import;
  HttpBodyReader<Stream> m_reader;
  uint64_t m_left = 0;    // bytes of a body with a length that have not been read
  bool m_unread = false;  // there is more of the request to come
  bool m_keepAlive = false;
  bool m_mayEnd = false;  // nothing is lost when it ends now
  Clock::time_point m_deadline;
  std::string m_line;       // being written
  HttpResponse m_response;  // being written
};

}  // namespace

void serveHttp(net::ip::tcp::socket socket, HttpServer& server, net::ssl::context* tls) {
  if (tls == nullptr) {
    std::make_shared<HttpConnection<beast::tcp_stream>>(std::move(socket), server, server.connections)
        ->start();
  } else {
    using TlsConnection = HttpConnection<beast::ssl_stream<beast::tcp_stream>>;
    std::make_shared<TlsConnection>(std::move(socket), server, server.connections, *tls)->start();
  }
}

void refuseHttp(net::ip::tcp::socket socket, HttpServer& server) {
  std::make_shared<HttpConnection<beast::tcp_stream>>(std::move(socket), server, server.refused)
      ->startRefused();
}

}  // namespace waybill::ingest
