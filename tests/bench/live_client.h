// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/live_sender.h"

namespace waybill::bench {

// Sends a load from this process. Returns its seconds; 0, with a line on stderr, when a request was not answered
// with success.
double sendByGrpc(const LiveLoad& load);
double sendByHttp(const LiveLoad& load);

}  // namespace waybill::bench
