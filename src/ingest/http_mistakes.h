// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/system/error_code.hpp>

#include <string>
#include <string_view>

#include "ingest/otlp_service.h"

// Names what a client did wrong, for the client and for the window; empty, or Ok, when it only went away.
namespace waybill::ingest {

// `bytes`: what came where the head of a request was expected.
std::string mistakeInHead(const boost::system::error_code& error, std::string_view bytes);
std::string mistakeInHandshake(const boost::system::error_code& error);

// Also what is not the client's fault: no_memory. `maxBytes`: the limit that body_limit is about.
ExportAnswer mistakeInBody(const boost::system::error_code& error, size_t maxBytes);

// A whole answer in plain text, for a client that does not speak TLS.
std::string plainAnswer(const std::string& sentence);

}  // namespace waybill::ingest
