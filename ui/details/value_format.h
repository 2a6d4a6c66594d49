// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "ui/details/detail_entry.h"

namespace waybill::ui {

// An attribute as a line, or as a block when it is long or has several lines. JSON is indented, a statement
// broken into clauses; nothing but blanks is ever added.
DetailEntry attributeEntry(const QString& key, const otlp::AttributeView& attribute);

// What the clipboard gets: the value as it is, all of it.
QString copyText(const DetailEntry& entry);

// Texts that are no valid JSON come back as they are.
QString indentedJson(const QString& text);

// One clause of an SQL statement a line. Statements of several lines come back as they are.
QString brokenSql(const QString& text);

// UTF-8 of a trace for a block: broken bytes and control characters replaced, line breaks kept, cut at
// kShownBytes with a note of the whole size.
QString blockText(std::string_view utf8);

}  // namespace waybill::ui
