// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "session/open_trace.h"

namespace waybill::ui {

// The span with its resource and scope as one OTLP JSON document, which any OTLP reader takes, Waybill's too.
QString spanAsJson(const analysis::TraceTree& tree, analysis::NodeIndex node);

// The span as a section of Markdown: a heading and a table of what it carries. Whatever its texts hold, they
// come out as text.
QString spanAsMarkdown(const session::OpenTrace& open, analysis::NodeIndex node);

}  // namespace waybill::ui
