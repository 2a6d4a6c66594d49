// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "ingest/content_coding.h"

namespace waybill::ingest {

std::string compressed(ContentCoding coding, std::string_view text);

// A zstd frame as a streaming encoder writes it: without the size, with a checksum.
std::string zstdStream(std::string_view text);

}  // namespace waybill::ingest
