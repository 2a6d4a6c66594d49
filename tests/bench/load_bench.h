// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace waybill::bench {

// Seconds to load a file into a new store, as the program does it; taking the store down does not count.
double loadSeconds(const std::string& path);
double loadWallSeconds(const std::string& path, size_t threads);

// Seconds of libprotobuf to parse the same bytes, mapped anew, into messages on an arena.
double libprotobufSeconds(const std::string& path);

// Seconds of walkJsonLines() over the same bytes, mapped anew.
double jsonWalkSeconds(const std::string& path);

// Seconds to copy so many bytes in memory, both sides touched before.
double copySeconds(uint64_t bytes);

}  // namespace waybill::bench
