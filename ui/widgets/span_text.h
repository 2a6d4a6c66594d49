// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>

#include "session/session.h"

namespace waybill::ui {

// Texts about a span, all plain: bytes that are no UTF-8 and control characters are replaced.

QString spanName(const analysis::TraceTree& tree, analysis::NodeIndex node);  // "(no name)" when it has none
QString serviceText(const analysis::TraceTree& tree, analysis::NodeIndex node);
QString durationLabel(const analysis::TraceTree& tree, analysis::NodeIndex node);  // at a glance

// Exact, without the zeros at the end: "1.5 ms", "8.000001 s".
QString exactLabel(int64_t ns);

// Every digit, one fact a line: what hovering shows. `folded`: how many spans the bar stands for.
QString spanTooltip(const session::OpenTrace& trace, analysis::NodeIndex node, uint32_t folded);

// Of a span that the tree calls async: here it ended before its parent did; in other traces it outlives it.
bool isAsyncElsewhere(const analysis::TraceTree& tree, analysis::NodeIndex node);

// One sentence for a screen reader.
QString spanDescription(const session::OpenTrace& trace, analysis::NodeIndex node);

QString countLabel(uint64_t count, const char* one, const char* many);  // "1 span", "41,302 spans"

// A tooltip that shows the text as it stands, whatever it holds.
void showPlainTooltip(const QPoint& globalPosition, const QString& text, QWidget* owner, const QRect& area);

}  // namespace waybill::ui
