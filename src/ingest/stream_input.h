// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "formats/container/spooler.h"

namespace waybill::ingest {

// Standard input or a named pipe, read to its end into a spool file (a regular file behind standard input is
// mapped as it is). Null when stopped. Errors do not name the input.
Result<std::shared_ptr<const MappedFile>> readStandardInput(const std::string& name,
                                                            const formats::Spooler::Accept& accept,
                                                            std::stop_token stop);
Result<std::shared_ptr<const MappedFile>> readNamedPipe(const std::string& path,
                                                        const formats::Spooler::Accept& accept,
                                                        std::stop_token stop);

}  // namespace waybill::ingest
