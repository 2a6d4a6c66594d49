// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "query/trace_order.h"

namespace waybill::ui {

using query::TraceListQuery;
using query::TraceOrder;
using query::TraceSort;

// The first words of a sort, as people say it: "slowest first".
QString sortText(TraceSort sort, bool descending);

// Which way round a sort is useful at first: the biggest first, names from A.
bool naturallyDescending(TraceSort sort);

}  // namespace waybill::ui
