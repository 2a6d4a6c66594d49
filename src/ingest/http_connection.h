// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "ingest/http_server.h"

namespace waybill::ingest {

// Serves one connection to its end, request after request. `tls` may be null: plain text. The socket's
// executor is a strand; `server` and `tls` outlive whatever runs on it.
void serveHttp(boost::asio::ip::tcp::socket socket, HttpServer& server, boost::asio::ssl::context* tls);

// Answers the connection that is one too many, without reading it.
void refuseHttp(boost::asio::ip::tcp::socket socket, HttpServer& server);

}  // namespace waybill::ingest
