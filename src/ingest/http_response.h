// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "ingest/http_rules.h"

namespace waybill::ingest {

using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;

// The answer as it goes over the wire, to a request with this head.
HttpResponse responseTo(const HttpHead& head, HttpAnswer answer, bool keepAlive);

}  // namespace waybill::ingest
