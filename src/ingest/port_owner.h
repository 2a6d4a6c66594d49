// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace waybill::ingest {

// The program that listens on a TCP port of this machine, as "otelcol (process 4242)". Empty when it cannot
// be known: it belongs to another user, or the system does not tell. Takes some milliseconds.
std::string portOwner(uint16_t port);

}  // namespace waybill::ingest
