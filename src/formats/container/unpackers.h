// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/container/container.h"

namespace waybill::formats {

extern const Container kGzip;            // several members follow each other
extern const Container kZstd;            // several frames, skippable ones too
extern const Container kZstdPerMessage;  // the Collector's file exporter with compression
extern const Container kUtf16;           // with a byte order mark, either order

}  // namespace waybill::formats
