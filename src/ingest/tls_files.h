// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "ingest/receiver_options.h"

namespace waybill::ingest {

// What a TLS server shows and proves, as PEM.
struct TlsIdentity {
  std::string certificate;  // with the chain
  std::string key;
};

// Reads both files and checks that they are a certificate that is valid now and its key, so that the first client
// does not have to find out. Errors are whole sentences that name the file.
Result<TlsIdentity> readTlsFiles(const TlsFiles& files);

}  // namespace waybill::ingest
