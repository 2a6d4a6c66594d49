// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "ui/details/detail_entry.h"

namespace waybill::ui {

DetailEntry plainEntry(const QString& key, const QString& text, const QString& tip = {});
DetailEntry tonedEntry(const QString& key, const QString& text, DetailTone tone);

// "+8.000 ms", "−3 ns": the way from one time to another, in microseconds or finer.
QString offsetText(int64_t fromNs, int64_t toNs);

// Every digit that says something: "140.000 ms", "1.204000001 s".
QString preciseDuration(int64_t ns);

// Local time to the millisecond; UTC with every digit for the tool tip.
DetailEntry timeEntry(const QString& key, int64_t unixNs);

// Attributes under their full names, sorted; at most kMostEntries, and a line that says how many are left
// out.
inline constexpr size_t kMostEntries = 10'000;
std::vector<DetailEntry> attributeEntries(std::vector<otlp::AttributeView> attributes, bool indented);

// A line that says how much of something is not shown.
DetailEntry leftOutEntry(size_t count);

}  // namespace waybill::ui
