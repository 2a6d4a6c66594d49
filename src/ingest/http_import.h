// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "ingest/http_body.h"
#include "ingest/http_rules.h"

namespace waybill::ingest {

// Unpacks a body that is there and hands it to the service. Blocks while the disk is written. Any thread.
HttpAnswer importBody(const HttpImport& import, HttpBody& body, size_t maxBytes, const ClientName& client,
                      OtlpService& service);

}  // namespace waybill::ingest
