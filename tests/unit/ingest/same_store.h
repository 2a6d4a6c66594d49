// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "store/snapshot.h"

namespace waybill::ingest {

// The same rows, summaries and bytes in the same order.
void expectSame(const store::Snapshot& a, const store::Snapshot& b);
void expectSameDiagnostics(const store::Snapshot& a, const store::Snapshot& b);

// The rows of `part` are the first ones of `whole`.
void expectBeginningOf(const store::Snapshot& whole, const store::Snapshot& part);

}  // namespace waybill::ingest
