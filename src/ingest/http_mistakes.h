// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/system/error_code.hpp>

#include <string>
#include <string_view>

// Names what a client did wrong, for the client and for the window; empty when it only went away.
namespace waybill::ingest {

// `bytes`: what came where the head of a request was expected.
std::string mistakeInHead(const boost::system::error_code& error, std::string_view bytes);
std::string mistakeInBody(const boost::system::error_code& error);
std::string mistakeInHandshake(const boost::system::error_code& error);

// A whole answer in plain text, for a client that does not speak TLS.
std::string plainAnswer(const std::string& sentence);

}  // namespace waybill::ingest
