// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "otlp/span_view.h"
#include "session/open_trace.h"
#include "ui/details/detail_entry.h"

namespace waybill::ui {

// How long the span took, against the request and against others like it, when, how it ended, and what is odd about it.
DetailSection spanTiming(const session::OpenTrace& open, analysis::NodeIndex node, const otlp::SpanView& span);

}  // namespace waybill::ui
