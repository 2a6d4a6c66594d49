// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>

#include "ingest/receiver_options.h"

namespace waybill::ingest {

// Writes a self-signed certificate for 127.0.0.1 and localhost, and its key, into the folder as NAME.crt and
// NAME.key. A negative `validFor` makes one that has expired.
TlsFiles writeTestCertificate(const std::string& folder, const std::string& name,
                              std::chrono::hours validFor = std::chrono::hours(24));

std::string readTestFile(const std::string& path);

}  // namespace waybill::ingest
