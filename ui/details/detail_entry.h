// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "otlp/value_view.h"

namespace waybill::ui {

// How a value looks.
enum class DetailTone { Plain, Number, Muted, Error };

// Where a click on a value leads: a span, or a trace when the span is invalid.
struct DetailTarget {
  TraceId trace;
  SpanId span;
};

// How many values are how large, on a logarithmic scale, and where one of them lies.
struct DetailHistogram {
  std::vector<float> bars;  // heights, 0 to 1; any value at all has some height
  float mark = 0;           // 0 to 1 from left to right
  QString smallest, largest;

  bool operator==(const DetailHistogram&) const = default;
};

// A line of the details: a key and a value, or a block of text under its key.
struct DetailEntry {
  QString key;
  QString text;  // as shown: at most kShownBytes, formatted
  QString tip;
  DetailTone tone = DetailTone::Plain;
  bool block = false;               // several lines in a monospaced font, folded until asked for
  bool indented = false;            // belongs to the line above: an attribute of an event
  std::optional<StringId> service;  // shows its colour
  std::optional<DetailHistogram> histogram;  // drawn under the value
  std::optional<DetailTarget> target;
  std::optional<otlp::ValueView> value;  // what is copied; the text where there is none
};

// What is shown of a longer value; copying takes all of it.
inline constexpr size_t kShownBytes = 64 * 1024;

// Lines under a heading.
struct DetailSection {
  QString title;  // empty for the first one
  std::vector<DetailEntry> entries;
  bool collapsed = false;
};

}  // namespace waybill::ui
