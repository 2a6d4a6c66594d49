// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "store/trace_store.h"

namespace waybill::fuzz {

// Reads the bytes with the format of that id, whatever they look like, and then everything that a view could
// show.
void readAs(std::string_view formatId, std::string_view bytes);

void lookAtEverything(const store::Snapshot& snapshot);

}  // namespace waybill::fuzz
